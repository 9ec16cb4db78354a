"""The model that is open: switching, freeing, and settings that it uses only once it is loaded again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.shutdown import shutdown
from fanlight.domain.errors import ModelMissing
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelAddress, ModelSpec, Sampling
from fanlight.domain.slots import Slot
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings

FIRST, SECOND = ModelSpec.of_files("first", Path("first.gguf")), ModelSpec.of_files("second", Path("second.gguf"))
QUESTION = (Message.of("user", "What is this?"),)


class Opened:
    """A host whose loads are noted: which model, and with how many threads."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.settings_store = SettingsStore(Settings(), home / "settings.json")
        self.loads: list[tuple[str, int]] = []
        self.engines: list[ScriptedEngine] = []
        self.host = ModelHost(self._load, self.settings_store)
        self.offers: list[bool] = []
        self.host.needs_reload_changed.connect(self.offers.append)

    def _load(self, spec: ModelSpec, settings: Settings, *_: object) -> ScriptedEngine:
        self.loads.append((spec.name, settings.threads))
        self.engines.append(ScriptedEngine(["x"] * 1000, 0.01))
        return self.engines[-1]


@pytest.fixture
def opened(qtbot: Any, home: Path) -> Iterator[Callable[[], Opened]]:
    made: list[Opened] = []

    def make() -> Opened:
        made.append(Opened(home))
        return made[-1]

    yield make
    for one in made:
        assert shutdown([one.host.worker], 30)


def ready(qtbot: Any, host: ModelHost) -> None:
    qtbot.waitUntil(lambda: host.condition == "ready")


def test_settings_that_wait_for_a_reload_say_so_until_the_model_is_loaded_again(
    qtbot: Any, opened: Callable[[], Opened]
) -> None:
    one = opened()
    one.settings_store.choose(threads=1)
    assert not one.host.needs_reload, "nothing is loaded"
    one.host.open(FIRST)
    ready(qtbot, one.host)
    one.settings_store.choose(temperature=0.1)
    assert not one.host.needs_reload
    one.settings_store.choose(threads=3)
    assert one.host.needs_reload
    one.settings_store.choose(threads=1)
    assert not one.host.needs_reload
    one.settings_store.choose(gpu_layers=0, context_tokens=2048, threads=2)
    one.host.reload()
    ready(qtbot, one.host)
    assert not one.host.needs_reload
    assert one.offers == [True, False, True, False]
    assert one.loads == [("first", 1), ("first", 2)]
    assert one.engines[0].closed


def test_a_model_that_was_freed_needs_no_reload_and_is_loaded_with_the_settings_in_force(
    qtbot: Any, opened: Callable[[], Opened]
) -> None:
    one = opened()
    one.host.open(FIRST)
    ready(qtbot, one.host)
    one.settings_store.choose(threads=3)
    one.host.free()
    assert not one.host.needs_reload
    qtbot.waitUntil(lambda: one.engines[0].closed)
    job = AnswerJob(QUESTION, Sampling(max_tokens=1))
    one.host.submit(job)
    qtbot.waitUntil(lambda: job.over)
    assert one.loads == [("first", 0), ("first", 3)]


def test_the_jobs_of_a_model_end_when_another_is_opened(qtbot: Any, opened: Callable[[], Opened]) -> None:
    one = opened()
    one.host.open(FIRST)
    running, waiting = AnswerJob(QUESTION, Sampling()), AnswerJob(QUESTION, Sampling())
    endings: list[object] = []
    for job in (running, waiting):
        job.done.connect(endings.append)
        one.host.submit(job)
    qtbot.waitUntil(lambda: one.host.answering_slot is not None)
    one.host.open(SECOND)
    ready(qtbot, one.host)
    assert endings == [None, None]
    assert one.engines[0].closed
    assert len(one.engines[0].asked) == 1
    assert one.host.info is not None
    assert one.host.spec is SECOND


class Captured(Opened):
    """With a second model, `eyes`, that sees pictures; `fits`: both can be in memory."""

    def __init__(self, home: Path, *, fits: bool = True) -> None:
        super().__init__(home)
        self.eyes = ModelSpec.of_files("eyes", Path("eyes.gguf"), Path("mmproj-eyes.gguf"))
        self.failures: list[Exception] = []
        self.host = ModelHost(self._load, self.settings_store, None, self._find, lambda _specs, _context: fits)
        self.host.failed.connect(self.failures.append)

    def _find(self, name: str) -> ModelSpec:
        if name != self.eyes.name:
            raise ModelMissing(f"{name} is gone.")
        return self.eyes

    def ask(self, qtbot: Any, slot: Slot) -> None:
        job = AnswerJob(QUESTION, Sampling(max_tokens=1), slot)
        job.event_arrived.connect(lambda _event: job.stop())
        with qtbot.waitSignal(job.done):
            self.host.submit(job)


def test_captures_have_a_model_of_their_own_where_the_settings_name_one(qtbot: Any, home: Path) -> None:
    one = Captured(home)
    one.settings_store.choose(capture_model="eyes")
    one.host.open(FIRST)
    ready(qtbot, one.host)
    assert [name for name, _threads in one.loads] == ["first"]
    assert one.host.spec_in(Slot.WINDOW) == FIRST
    assert one.host.spec_in(Slot.PANEL) == one.eyes
    assert one.host.supports_images_in(Slot.PANEL)
    one.ask(qtbot, Slot.WINDOW)
    one.ask(qtbot, Slot.PANEL)
    assert [name for name, _threads in one.loads] == ["first", "eyes"]
    assert shutdown([one.host.worker], 30)
    assert all(engine.closed for engine in one.engines)


def test_the_model_for_captures_may_be_the_same_or_gone(qtbot: Any, home: Path) -> None:
    one = Captured(home)
    one.settings_store.choose(capture_model="eyes")
    one.host.open(one.eyes)
    assert one.host.capture_spec is None
    one.settings_store.choose(capture_model="lost")
    one.host.open(FIRST)
    assert one.host.spec_in(Slot.PANEL) == FIRST
    assert [str(failure) for failure in one.failures] == ["lost is gone."]
    assert shutdown([one.host.worker], 30)


def test_where_questions_go_is_said_for_each_slot(home: Path) -> None:
    one = Captured(home)
    one.eyes = ModelSpec("eyes", ModelAddress("http://10.0.0.5:8080", "qwen3-vl", supports_images=True))
    one.settings_store.choose(capture_model="eyes")
    one.host.open(FIRST)
    assert one.host.shown_server_in(Slot.WINDOW) == ""
    assert "10.0.0.5:8080" in one.host.shown_server_in(Slot.PANEL)
    one.host.open(one.eyes)
    assert "10.0.0.5:8080" in one.host.shown_server_in(Slot.WINDOW)
    assert shutdown([one.host.worker], 30)
