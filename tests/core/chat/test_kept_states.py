"""A conversation that is opened again after a restart is not evaluated again, where the settings keep what the model
has read; and that goes with its conversation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight import compose, paths
from fanlight.core.app import Application
from fanlight.core.chat import kept_states
from fanlight.core.chat.kept_states import KeepStateJob, prune_states, remove_states
from fanlight.core.chat.turns import Attachment
from fanlight.domain.events import Finished, Timings
from fanlight.domain.kept_state import StateRequest
from fanlight.engine.llama import LlamaEngine
from fanlight.settings import Settings
from support.windows import parts

pytestmark = pytest.mark.gui

ON = Settings(state_gigabytes=1, reopen_last=False)
LONG = "What colour is the circle? " + "Please say what you see. " * 30
PATIENCE_MS = 60_000

Start = Callable[..., Application]


@pytest.fixture
def start(qtbot: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """The application with the practice model; the one that was started before is closed first."""
    monkeypatch.setattr(kept_states, "IDLE_MS", 20)
    spec = compose.catalog().find("practice")
    running: list[Application] = []

    def begin(settings: Settings = ON) -> Application:
        close()
        load = parts(home, load=lambda found: compose.load_engine(found, Settings()), models=(spec,), settings=settings)
        application = Application(load)
        running.append(application)
        application._open_store()
        application.host.open(spec)
        qtbot.waitUntil(lambda: application.host.condition == "ready", timeout=PATIENCE_MS)
        return application

    def close() -> None:
        while running:
            running.pop().close(5.0)

    yield begin
    close()


def ask(qtbot: Any, core: Application, text: str) -> Timings:
    ends: list[Finished] = []
    current = core.session_manager.current

    def hear(event: object) -> None:
        if isinstance(event, Finished):
            ends.append(event)

    current.event_arrived.connect(hear)
    current.send(text)
    qtbot.waitUntil(lambda: bool(ends) and current.condition == "idle", timeout=PATIENCE_MS)
    return ends[-1].timings


def talk(qtbot: Any, core: Application, red: Attachment) -> int:
    core.session_manager.current.attachments.set([red])
    ask(qtbot, core, LONG)
    ask(qtbot, core, "How many shapes are there?")
    found = core.session_manager.current.conversation_id
    assert found is not None
    return found


def reopened(qtbot: Any, core: Application, number: int) -> Timings:
    """Of the prefill that opening it begins."""
    ends: list[Finished] = []
    manager = core.session_manager

    def hear(event: object) -> None:
        if isinstance(event, Finished):
            ends.append(event)

    manager.shown.connect(lambda: manager.current.prefetch_event.connect(hear))
    manager.open(number)
    qtbot.waitUntil(lambda: manager.current.conversation_id == number and bool(ends), timeout=PATIENCE_MS)
    return ends[0].timings


def files() -> list[str]:
    folder = paths.conversation_states()
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def kept(qtbot: Any, number: int) -> None:
    qtbot.waitUntil(lambda: files() == [f"{number}.state"], timeout=PATIENCE_MS)


@pytest.mark.model
def test_a_conversation_that_is_opened_after_a_restart_costs_no_encode_and_no_prefill(
    qtbot: Any, start: Start, red: Attachment
) -> None:
    core = start()
    number = talk(qtbot, core, red)
    kept(qtbot, number)
    core = start()
    prefilled = reopened(qtbot, core, number)
    assert (prefilled.images_encoded, prefilled.evaluated_tokens) == (0, 0)
    assert prefilled.reused_tokens > 150
    timings = ask(qtbot, core, "And what colour is it?")
    assert (timings.images_encoded, timings.evaluated_tokens < 40) == (0, True)  # the question, and its frame

    core.session_manager.delete(number)
    qtbot.waitUntil(lambda: not files(), timeout=PATIENCE_MS)


@pytest.mark.model
def test_leaving_a_conversation_and_coming_back_costs_nothing_either(qtbot: Any, start: Start, red: Attachment) -> None:
    core = start()
    number = talk(qtbot, core, red)
    kept(qtbot, number)
    core.session_manager.new()
    ask(qtbot, core, LONG)
    prefilled = reopened(qtbot, core, number)
    assert (prefilled.images_encoded, prefilled.evaluated_tokens) == (0, 0)


@pytest.mark.model
def test_a_question_before_it_was_prefilled_is_answered_from_what_was_kept(
    qtbot: Any, start: Start, red: Attachment
) -> None:
    core = start()
    number = talk(qtbot, core, red)
    kept(qtbot, number)
    core = start()
    core.session_manager.shown.connect(lambda: core.session_manager.current.show(False))  # no prefill
    core.session_manager.open(number)
    qtbot.waitUntil(lambda: core.session_manager.current.conversation_id == number, timeout=PATIENCE_MS)
    timings = ask(qtbot, core, "And what colour is it?")
    assert (timings.images_encoded, timings.evaluated_tokens < 40) == (0, True)


@pytest.mark.model
def test_what_cannot_be_kept_is_tried_once(
    qtbot: Any, start: Start, red: Attachment, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[StateRequest] = []

    def fails(_engine: LlamaEngine, request: StateRequest, _stop: object = None) -> bool:
        tried.append(request)
        return False

    monkeypatch.setattr(LlamaEngine, "keep_state", fails)
    core = start()
    talk(qtbot, core, red)

    def rest() -> None:
        core._kept_states._on_rest()
        qtbot.waitUntil(lambda: core._kept_states._job is None, timeout=PATIENCE_MS)

    rest()
    before = len(tried)
    rest()
    rest()
    assert 1 <= before == len(tried)


@pytest.mark.model
def test_it_is_erased_with_everything_and_where_it_is_switched_off(qtbot: Any, start: Start, red: Attachment) -> None:
    core = start()
    kept(qtbot, talk(qtbot, core, red))
    core.settings_store.choose(state_gigabytes=0)
    qtbot.waitUntil(lambda: not files(), timeout=PATIENCE_MS)
    core.settings_store.choose(state_gigabytes=1)
    ask(qtbot, core, "And what colour is it?")
    qtbot.waitUntil(lambda: bool(files()), timeout=PATIENCE_MS)
    core.erase_everything()
    qtbot.waitUntil(lambda: not files(), timeout=PATIENCE_MS)


@pytest.mark.model
def test_nothing_is_kept_where_nobody_wanted_it(qtbot: Any, start: Start, red: Attachment) -> None:
    core = start(Settings(reopen_last=False))
    talk(qtbot, core, red)
    core._kept_states._on_rest()
    core.session_manager.new()
    assert not any(isinstance(job, KeepStateJob) for job in core.host.worker.serving)
    assert files() == []


@pytest.mark.parametrize(
    "settings", [replace(ON, keep_history=False), replace(ON, retention="session"), replace(ON, state_gigabytes=0)]
)
def test_what_does_not_last_has_no_place(home: Path, settings: Settings) -> None:
    core = Application(parts(home, settings=settings))
    assert core._kept_states.place(3) is None
    assert core._kept_states.place(None) is None
    core.close(5.0)


def test_a_private_conversation_has_no_place(home: Path) -> None:
    core = Application(parts(home, settings=ON))
    assert core._kept_states.place(3) == paths.conversation_states() / "3.state"
    core.session_manager.new_private()
    assert core.host.kept_state_of(core.session_manager.current.conversation_id) is None
    core.close(5.0)


def test_the_least_recently_used_ones_make_room(tmp_path: Path) -> None:
    for number, (age, size) in enumerate([(40, 300), (10, 300), (30, 300), (20, 300), (5, 5000)]):
        path = tmp_path / f"{number}.state"
        path.write_bytes(bytes(size))
        os.utime(path, (10_000 - age, 10_000 - age))
    (tmp_path / "9.tried").write_bytes(b"a state that has ended a process")
    (tmp_path / "9.123.new").write_bytes(b"half of one")
    prune_states(tmp_path, 1000)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.state", "2.state", "3.state"]
    prune_states(tmp_path / "nowhere", 1000)


def test_those_of_other_conversations_are_removed(tmp_path: Path) -> None:
    for name in ("1.state", "2.state", "12.state", "2.77.new", "3.tried"):
        (tmp_path / name).write_bytes(b"x")
    remove_states(tmp_path, frozenset({1, 2}))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.state", "2.77.new", "2.state"]
