"""The window's side of other starts and commands: signals, and questions to the model that is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.cli import window_model
from fanlight.cli.output import ProgressLine
from fanlight.core.chat.turns import Attachment
from fanlight.core.remote_commands import ActivationRequest, CaptureRequest, OpenRequest, RemoteCommands
from fanlight.domain.errors import ActionsError, ModelError, OutOfMemory, PromptTooLong
from fanlight.domain.events import Event, Finished, ImageReady, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ipc import client, commands, wire
from fanlight.ipc.single_instance import SingleInstance
from support.asking import noise
from support.rooms import Open, Room
from support.windows import SPEC

pytestmark = pytest.mark.gui

QUESTION = (Message.of("user", "What?"),)


class Reached:
    """A conversation without a window that can be reached, and a caller on another thread."""

    def __init__(self, qtbot: Any, room: Room) -> None:
        self.room = room
        self.remote = RemoteCommands(room.host)
        self.instance = SingleInstance()
        assert self.instance.listen()
        self.remote.serve(self.instance)
        self._qtbot = qtbot
        self._elsewhere = ThreadPoolExecutor(2)

    def waits(self, future: Future[Any]) -> Any:
        self._qtbot.waitUntil(future.done, timeout=30_000)
        return future.result()

    def deliver(self, request: dict[str, Any]) -> int | None:
        def call() -> int | None:
            connection = client.connect()
            assert connection is not None
            return client.send_command(connection, request)

        status: int | None = self.waits(self._elsewhere.submit(call))
        return status

    def asking(
        self, messages: Sequence[Message] = QUESTION, sampling: Sampling | None = None, spec: Any = SPEC
    ) -> tuple[list[Event], Future[None]]:
        """What it hears, filled while it hears it."""
        heard: list[Event] = []

        def call() -> None:
            heard.extend(window_model.generate(spec, messages, sampling or Sampling(), ProgressLine()))

        return heard, self._elsewhere.submit(call)

    def close(self) -> None:
        self.instance.close()
        self._elsewhere.shutdown(cancel_futures=True)


Reach = Callable[..., Reached]


@pytest.fixture
def reach(qtbot: Any, enter: Open, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reach]:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    made: list[Reached] = []

    def opened(engine: Any = None, **more: Any) -> Reached:
        made.append(Reached(qtbot, enter(engine, **more)))
        if more.get("opened", True):
            qtbot.waitUntil(lambda: made[-1].room.host.condition in ("ready", "failed"))
        return made[-1]

    yield opened
    for reached in made:
        reached.close()


def text(events: Sequence[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


# Words.


def test_each_word_is_a_signal(qtbot: Any, reach: Reach) -> None:
    reached = reach(opened=False)
    said: list[object] = []
    reached.remote.show_requested.connect(said.append)
    reached.remote.open_requested.connect(said.append)
    reached.remote.hide_requested.connect(lambda: said.append("hide"))
    reached.remote.capture_requested.connect(said.append)
    requests = [
        commands.show_request() | {"startup_id": "a_TIME7", "activation_token": "t"},
        commands.open_request(["/a/b.png", "/not\udcff utf-8.wav"]) | {"startup_id": "a_TIME8"},
        {"do": "hide"},
        {"do": "hello"},
        commands.capture_request((1, -2, 3, 4), 2.5, "Explain"),
        commands.capture_request(),
    ]
    assert [reached.deliver(request) for request in requests] == [0] * 6
    assert said == [
        ActivationRequest("a_TIME7", "t"),
        OpenRequest((Path("/a/b.png"), Path("/not\udcff utf-8.wav")), ActivationRequest("a_TIME8")),
        "hide",
        CaptureRequest((1, -2, 3, 4), 2.5, "Explain"),
        CaptureRequest(),
    ]


def test_a_shot_that_can_not_be_taken_is_refused_and_not_told(
    qtbot: Any, reach: Reach, capfd: pytest.CaptureFixture[str]
) -> None:
    reached = reach(opened=False)
    said: list[object] = []
    reached.remote.capture_requested.connect(said.append)

    def check(request: CaptureRequest) -> None:
        if request.action == "nonsense":
            raise ActionsError("There is no such action.", "Others are there.")

    reached.remote.check_capture = check
    assert reached.deliver(commands.capture_request(action="nonsense")) == client.USAGE
    assert capfd.readouterr().err == "fanlight: There is no such action.\n  Others are there.\n"
    assert reached.deliver(commands.capture_request(action="text")) == 0
    assert said == [CaptureRequest(action="text")]


def test_quit_is_answered_before_it_is_done_and_again_by_the_end(qtbot: Any, reach: Reach) -> None:
    reached = reach(opened=False)
    said: list[str] = []

    def leave() -> None:
        said.append("quit")
        for caller in set(reached.instance._callers):
            caller._socket.abort()  # as the end of the program does

    reached.remote.quit_requested.connect(leave)
    assert reached.deliver({"do": "quit"}) == 0
    assert said == ["quit"]


def test_a_window_that_takes_no_pictures_says_so(reach: Reach, capsys: pytest.CaptureFixture[str]) -> None:
    assert reach(opened=False).deliver(commands.capture_request()) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    "request_",
    [
        {"do": "dance"},
        {"do": None},
        {"do": ["show"]},
        {"do": "show", "startup_id": 7},
        {"do": "show", "activation_token": "x" * 5000},
        {"do": "show", "activation_token": "a\0b"},
        {"do": "open"},
        {"do": "open", "files": []},
        {"do": "open", "files": "/a"},
        {"do": "open", "files": ["a.png"]},
        {"do": "open", "files": ["/a", 7]},
        {"do": "open", "files": ["/a\0b"]},
        {"do": "open", "files": ["/" + "x" * 40_000]},
        {"do": "shot", "region": "1,2,3,4"},
        {"do": "shot", "region": [1, 2, 3]},
        {"do": "shot", "region": [1, 2, 3, 0]},
        {"do": "shot", "region": [1, 2, 3, True]},
        {"do": "shot", "delay": "soon"},
        {"do": "shot", "delay": -1},
        {"do": "shot", "delay": float("nan")},
        {"do": "shot", "action": 3},
        {"do": "shot", "action": "x" * 100},
        {"do": "ask"},
        {"do": "ask", "messages": [], "pictures": [], "sampling": {}},
    ],
)
def test_what_can_not_be_meant_is_refused(
    reach: Reach, capsys: pytest.CaptureFixture[str], request_: dict[str, Any]
) -> None:
    reached = reach(opened=False)
    said: list[object] = []
    for signal in (reached.remote.show_requested, reached.remote.capture_requested, reached.remote.open_requested):
        signal.connect(said.append)
    assert reached.deliver(request_) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert said == []


# Questions.


def test_a_question_is_answered_with_all_that_the_model_says(reach: Reach) -> None:
    engine = ScriptedEngine(["A ", "circle."], tokens_per_image=9)
    reached = reach(engine)
    picture = noise(8, 6, 1)
    heard, answered = reached.asking((Message.of("user", "What?", (picture,)),), Sampling(seed=4))
    reached.waits(answered)
    assert (text(heard), type(heard[-1])) == ("A circle.", Finished)
    assert ImageReady(picture.id, 9, 0.0) in heard
    assert engine.asked == [(Message.of("user", "What?", (picture,)),)]
    assert engine.slots == ["command"]


class Halting(ScriptedEngine):
    """After the first word it waits for `goes_on`."""

    def __init__(self) -> None:
        super().__init__(["x ", "y"])
        self.goes_on = threading.Event()

    def generate(self, *args: Any, **options: Any) -> Generator[Event, None, None]:
        for event in super().generate(*args, **options):
            yield event
            if isinstance(event, TextDelta):
                assert self.goes_on.wait(20)


def test_the_window_s_question_comes_first(qtbot: Any, reach: Reach) -> None:
    engine = Halting()
    reached = reach(engine)
    first, answered = reached.asking()
    qtbot.waitUntil(lambda: bool(text(first)))
    second, answered_later = reached.asking((Message.of("user", "And now?"),))
    qtbot.waitUntil(lambda: len(reached.instance._callers) == 2)
    reached.room.session.send("From the window")
    qtbot.waitUntil(lambda: len(reached.room.host.worker._queue._waiting) == 2)
    engine.goes_on.set()
    reached.waits(answered)
    reached.waits(answered_later)
    assert [messages[-1].text for messages in engine.asked] == ["What?", "From the window", "And now?"]
    assert [len(text(heard).split()) for heard in (first, second)] == [2, 2]


def test_hanging_up_stops_the_job_also_while_it_waits(qtbot: Any, reach: Reach) -> None:
    engine = ScriptedEngine(["x "] * 2000, 0.01)
    reached = reach(engine)
    question_ended: list[int] = []
    reached.remote.question_ended.connect(lambda: question_ended.append(1))
    reached.room.session.send("Long")
    qtbot.waitUntil(lambda: bool(engine.asked))
    connection = client.connect()
    assert connection is not None
    request, _ = wire.encode_request(SPEC, QUESTION, Sampling())
    connection.send(request)
    qtbot.waitUntil(lambda: len(reached.instance._callers) == 1)
    connection.close()
    qtbot.waitUntil(lambda: not reached.instance._callers)
    reached.room.session.stop()
    qtbot.waitUntil(lambda: reached.room.idle and bool(question_ended))
    assert len(engine.asked) == 1


def test_another_model_is_asked_elsewhere(reach: Reach) -> None:
    reached = reach()
    _, answered = reached.asking(spec=ModelSpec.of_files("another", Path("another.gguf"), SPEC.files.projector))
    with pytest.raises(window_model.WindowDeclined, match="another model"):
        reached.waits(answered)


def test_a_window_without_a_model_is_no_help(reach: Reach) -> None:
    _, answered = (reached := reach(opened=False)).asking()
    with pytest.raises(window_model.WindowDeclined, match="no model"):
        reached.waits(answered)


def test_a_model_that_could_not_be_loaded_is_no_help_and_one_that_is_failing_says_why(qtbot: Any, reach: Reach) -> None:
    def fail() -> Any:
        raise OutOfMemory("No room.")

    reached = reach(fail, opened=False)
    reached.room.host.open(SPEC)
    _, answered = reached.asking()
    with pytest.raises((ModelError, window_model.WindowDeclined)):  # whichever comes first
        reached.waits(answered)
    qtbot.waitUntil(lambda: reached.room.host.condition == "failed")
    _, answered = reached.asking()
    with pytest.raises(window_model.WindowDeclined, match="no model"):
        reached.waits(answered)


def test_loading_is_waited_for_but_not_for_ever(reach: Reach, monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()

    def load() -> ScriptedEngine:
        go.wait(30)
        return ScriptedEngine(["Late."])

    reached = reach(load, opened=False)
    reached.room.host.open(SPEC)
    monkeypatch.setattr(window_model, "LOAD_SECONDS", 0.2)
    _, answered = reached.asking()
    with pytest.raises(window_model.WindowDeclined):
        reached.waits(answered)
    monkeypatch.setattr(window_model, "LOAD_SECONDS", 30.0)
    heard, answered = reached.asking()
    go.set()
    reached.waits(answered)
    assert text(heard) == "Late."


def test_a_model_that_is_changed_in_the_middle_leaves_the_rest_to_others(qtbot: Any, reach: Reach) -> None:
    reached = reach(ScriptedEngine(["x "] * 2000, 0.01))
    heard, answered = reached.asking()
    qtbot.waitUntil(lambda: bool(text(heard)))
    reached.room.host.open(replace(SPEC, name="other"))
    with pytest.raises(window_model.WindowDeclined, match="stopped"):
        reached.waits(answered)


class Full(ScriptedEngine):
    def generate(self, *args: Any, **more: Any) -> Generator[Event, None, None]:
        raise PromptTooLong(9000, 8000)
        yield


def test_a_prompt_too_long_for_the_window_is_tried_elsewhere(reach: Reach) -> None:
    _, answered = (reached := reach(Full(["x"]))).asking()
    with pytest.raises(window_model.WindowDeclined):
        reached.waits(answered)


def test_a_question_too_large_for_the_socket_is_asked_elsewhere(reach: Reach) -> None:
    reached = reach(engine := ScriptedEngine(["x"]))
    _, answered = reached.asking((Message.of("user", "x" * client.LONGEST_LINE),))
    with pytest.raises(window_model.WindowDeclined, match="too much"):
        reached.waits(answered)
    assert engine.asked == []


# What it costs the open conversation.


def test_what_was_done_ahead_for_the_window_is_taken_up_again(qtbot: Any, reach: Reach, red: Attachment) -> None:
    engine = ScriptedEngine(["x"], seconds_per_image=0.5)
    reached = reach(engine)
    reached.remote.question_ended.connect(reached.room.session.prefetch)
    said: list[object] = []
    reached.room.session.prefetch_event.connect(said.append)
    reached.room.session.attachments.set([red])
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    _, answered = reached.asking()
    reached.waits(answered)
    qtbot.waitUntil(lambda: any(isinstance(event, Finished) for event in said))
    assert len(engine.prefilled) == 2


@pytest.mark.model
def test_the_open_conversation_s_next_question_encodes_nothing_again(qtbot: Any, reach: Reach, red: Attachment) -> None:
    from fanlight import compose
    from fanlight.settings import Settings

    spec = compose.catalog().find("practice")
    reached = reach(lambda: compose.load_engine(spec, Settings()), opened=False, temperature=0.0)
    room = reached.room
    room.open()
    room.host.open(spec)
    qtbot.waitUntil(lambda: room.host.condition == "ready", timeout=60_000)

    def ends() -> list[Finished]:
        return [event for event in room.heard if isinstance(event, Finished)]

    room.session.show(False)  # nothing is encoded ahead of the question
    room.session.attachments.set([red])
    room.session.send("What colour is the circle?")
    qtbot.waitUntil(lambda: len(ends()) == 1 and room.idle, timeout=60_000)
    assert (before := ends()[0].timings).images_encoded == 1
    for seed in (1, 2):
        heard, answered = reached.asking((Message.of("user", "What is it?", (noise(64, 64, seed),)),), spec=spec)
        reached.waits(answered)
        assert text(heard)
    room.session.send("How many shapes are there?")
    qtbot.waitUntil(lambda: len(ends()) == 2 and room.idle, timeout=60_000)
    after = ends()[1].timings
    assert after.images_encoded == 0
    assert after.reused_tokens >= before.reused_tokens + before.evaluated_tokens
    assert after.evaluated_tokens < 40


def test_dictation_and_selected_text_are_begun_by_command(reach: Callable[..., Reached]) -> None:
    reached, asked = reach(opened=False), list[str]()
    reached.remote.dictation_requested.connect(asked.append)
    reached.remote.selection_requested.connect(lambda: asked.append("selection"))
    spoken = [reached.deliver({"do": "dictate", "what": what}) for what in (*commands.DICTATE, "x")]
    assert (spoken, reached.deliver({"do": "selection"})) == ([0, 0, 0, 1], 0)
    assert asked == ["start", "stop", "toggle", "selection"]
