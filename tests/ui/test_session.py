"""A conversation without widgets: what the user does, what the model is sent, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.errors import DiskFull, ModelError
from fanlight.domain.events import ImageReady, TextDelta
from fanlight.domain.ports import Engine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread
from fanlight.ui.answer import AT_LIMIT
from fanlight.ui.choices import Choices
from fanlight.ui.history import History
from fanlight.ui.host import ModelHost
from fanlight.ui.reader import attachment
from fanlight.ui.session import ChatSession
from fanlight.ui.turns import Attachment
from support.windows import SPEC, picture_file


class Room:
    """A conversation with its model and its store."""

    def __init__(self, home: Path, engine: Engine | Callable[[], Engine], settings: Settings) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home
        self.choices = Choices(settings, home / "settings.json")
        self.host = ModelHost(lambda *_: engine() if callable(engine) else engine, self.choices)
        self.history = History()
        self.problems: list[object] = []
        self.history.problem.connect(self.problems.append)
        self.session = ChatSession(self.host, self.history, self.choices)
        self.session.shown = True
        self.heard: list[object] = []
        self.session.heard.connect(self.heard.append)

    def open(self, store: Any = None) -> None:
        self.history.open(store or (lambda error, recovered: StoreThread(self.home, error, recovered)))
        self.host.open(SPEC)

    @property
    def texts(self) -> list[str]:
        return [turn.message.text for turn in self.session.turns]

    @property
    def idle(self) -> bool:
        return self.session.condition == "idle" and not self.session.queued

    def kept(self) -> list[tuple[str, str]]:
        """What is on disk once the window is closed: (text, state)."""
        self.close()
        database = Database(self.home)
        rows = [(m.message.text, str(m.state)) for row in database.conversations() for m in database.messages(row.id)]
        database.close()
        return rows

    def close(self) -> None:
        assert self.host.close(5)
        self.session.close()
        self.history.close()


Open = Callable[..., Room]


@pytest.fixture
def enter(qtbot: Any, home: Path) -> Iterator[Open]:
    rooms: list[Room] = []

    def entered(engine: Any = None, store: Any = None, opened: bool = True, **settings: Any) -> Room:
        rooms.append(Room(home, engine or ScriptedEngine(["An ", "answer."]), Settings(**settings)))
        if opened:
            rooms[-1].open(store)
        return rooms[-1]

    yield entered
    for room in rooms:
        room.close()


@pytest.fixture
def red(tmp_path: Path) -> Attachment:
    return attachment(picture_file(tmp_path), "", 1536)


@pytest.fixture
def blue(tmp_path: Path) -> Attachment:
    return attachment(picture_file(tmp_path, "blue.png", colour="blue"), "", 1536)


def test_a_question_is_answered_and_both_are_kept(qtbot: Any, enter: Open) -> None:
    room = enter()
    room.session.send("What is this?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    assert room.texts == ["What is this?", "An answer."]
    assert room.session.title == "What is this?"
    assert "tokens/s" in room.session.turns[-1].footer
    assert room.kept() == [("What is this?", "complete"), ("An answer.", "complete")]


def test_the_question_is_on_disk_before_the_model_is_asked(qtbot: Any, enter: Open, home: Path) -> None:
    on_disk: list[list[str]] = []
    stores: list[StoreThread] = []

    class Looks(ScriptedEngine):
        def generate(self, *args: Any) -> Any:
            work = stores[0].submit(lambda db: [m.message.text for r in db.conversations() for m in db.messages(r.id)])
            on_disk.append(work.result(5))
            yield from super().generate(*args)

    def store(*callbacks: Any) -> StoreThread:
        stores.append(StoreThread(home, *callbacks))
        return stores[0]

    room = enter(Looks(["x"]), store)
    room.session.send("Is it there?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    assert on_disk == [["Is it there?", ""]]


def test_a_question_asked_while_the_model_loads_is_answered_when_it_is_there(qtbot: Any, enter: Open) -> None:
    room = enter()
    conditions = [room.session.condition]
    room.session.send("Early?")
    conditions.append(room.session.condition)
    assert conditions == ["loading", "answering"]
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Early?", "An answer."]


def test_a_question_asked_before_anything_is_open_waits_too(qtbot: Any, enter: Open) -> None:
    room = enter(opened=False)
    room.session.send("Very early?")
    room.open()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Very early?", "An answer."]


def test_stop_keeps_what_was_said_and_go_on_continues_it(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine([f"{i} " for i in range(2000)], 0.002))
    room.session.send("Count.")
    qtbot.waitUntil(lambda: len([e for e in room.heard if isinstance(e, TextDelta)]) > 5)
    room.session.stop()
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    half = room.texts[-1]
    assert half.startswith("0 1 2 3")
    assert room.session.turns[-1].state == "stopped"
    assert room.session.can_go_on
    engine.pieces = ("and done.",)
    room.session.go_on()
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    assert engine.asked[-1][-1].role == "assistant"
    assert engine.asked[-1][-1].text == half
    assert room.texts[-1] == half + "and done."
    assert room.kept()[-1] == (half + "and done.", "complete")


def test_an_answer_stopped_before_its_first_word_is_asked_again_by_go_on(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["late"], 30))
    room.session.send("Slow?")
    qtbot.waitUntil(lambda: bool(engine.asked))
    room.session.stop()
    qtbot.waitUntil(lambda: room.idle)
    assert room.session.turns[-1].state == "stopped"
    engine._seconds_per_token = 0.0
    room.session.go_on()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Slow?", "late"]
    assert [m.role for m in engine.asked[-1]] == ["user"]


def test_stopping_before_the_model_is_loaded_ends_the_answer(qtbot: Any, enter: Open) -> None:
    room = enter(opened=False)
    room.session.send("Never mind")
    room.session.stop()
    room.open()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Never mind", ""]
    assert room.session.turns[-1].state == "stopped"


def test_a_question_during_an_answer_waits_its_turn_and_can_be_taken_back(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["x "] * 40, 0.005))
    room.session.send("one")
    room.session.send("two")
    room.session.send("three")
    room.session.send("four")
    assert [turn.message.text for turn in room.session.queued] == ["two", "three", "four"]
    assert room.session.unqueue(1).message.text == "three"
    qtbot.waitUntil(lambda: room.idle, timeout=10_000)
    assert [turn.message.text for turn in room.session.turns if turn.message.role == "user"] == ["one", "two", "four"]
    assert [len(messages) for messages in engine.asked] == [1, 3, 5]


def test_asking_again_replaces_the_answer_here_and_on_disk(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["first"]))
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    engine.pieces = ("second",)
    room.session.ask_again()
    qtbot.waitUntil(lambda: room.idle and room.texts[-1] == "second")
    assert [m.text for m in engine.asked[-1]] == ["Q"]
    assert room.kept() == [("Q", "complete"), ("second", "complete")]


def test_editing_the_last_question_replaces_it_and_its_answer(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"]))
    for text, pictures in (("one", ()), ("tow", (red,))):
        room.session.send(text, pictures)
        qtbot.waitUntil(lambda: room.idle)
    turn = room.session.edit()
    assert turn is not None
    assert (turn.message.text, turn.attachments) == ("tow", (red,))
    assert room.texts == ["one", "A", "tow", "A"]
    room.session.send("two", turn.attachments)
    qtbot.waitUntil(lambda: room.idle and not room.session.editing)
    assert room.texts == ["one", "A", "two", "A"]
    assert [m.text for m in engine.asked[-1]] == ["one", "A", "two"]
    assert room.kept() == [(text, "complete") for text in ("one", "A", "two", "A")]


def test_editing_while_the_answer_runs_stops_it(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["x"] * 10_000, 0.005))
    room.session.send("wrong")
    qtbot.waitUntil(lambda: bool(room.heard))
    room.session.edit()
    engine.pieces = ("right",)
    room.session.send("better")
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["better", "right"]
    assert room.kept() == [("better", "complete"), ("right", "complete")]


def test_leaving_an_edit_changes_nothing(qtbot: Any, enter: Open) -> None:
    room = enter()
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.idle)
    room.session.edit()
    room.session.leave_edit()
    assert room.texts == ["Q", "An answer."]
    assert not room.session.editing


def test_a_picture_is_encoded_while_the_question_is_typed(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=0.05))
    said: list[object] = []
    room.session.picture_said.connect(said.append)
    room.session.attach((red,))
    qtbot.waitUntil(lambda: len(said) >= 3)
    assert (red.picture.image.id, 64) in said
    assert engine.prefilled[-1][-1].images == (red.picture.image,)
    room.session.set_draft("What c")
    room.session.attach((red,))
    assert len(engine.prefilled) == 1
    room.session.send("What colour?", (red,))
    qtbot.waitUntil(lambda: room.idle)
    assert "while you typed" in room.session.turns[-1].footer


def test_a_picture_still_being_encoded_when_the_question_is_sent_is_encoded_once(
    qtbot: Any, enter: Open, red: Attachment
) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=0.3))
    room.session.attach((red,))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.send("What colour?", (red,))
    qtbot.waitUntil(lambda: room.idle)
    assert room.session.turns[-1].footer.startswith("encode 0.3 s · ")
    assert room.session.entries()[0].captions == ("160 × 120, 64 tokens",)
    assert any(isinstance(event, ImageReady) and event.seconds for event in room.heard)


def test_a_removed_picture_stops_its_encoding(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=30))
    room.session.attach((red,))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.attach(())
    room.session.send("Still there?")
    qtbot.waitUntil(lambda: room.idle, timeout=3000)
    assert room.texts[-1] == "A"


def test_a_second_picture_does_not_start_the_first_again(
    qtbot: Any, enter: Open, red: Attachment, blue: Attachment
) -> None:
    room = enter(engine := ScriptedEngine(["A"], seconds_per_image=0.1))
    room.session.attach((red,))
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    room.session.attach((red, blue))
    room.session.send("Which is larger?", (red, blue))
    qtbot.waitUntil(lambda: room.idle)
    assert [len(messages[-1].images) for messages in engine.prefilled] in ([1], [1, 2])
    assert engine.asked[-1][-1].images == (red.picture.image, blue.picture.image)


def test_a_picture_attached_during_an_answer_is_encoded_after_it(qtbot: Any, enter: Open, red: Attachment) -> None:
    room = enter(engine := ScriptedEngine(["x"] * 30, 0.01))
    room.session.send("first")
    room.session.attach((red,))
    assert not engine.prefilled
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert [m.role for m in engine.prefilled[0]] == ["user", "assistant", "user"]


def test_the_standing_instruction_is_ready_before_the_first_question(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["A"]), system_prompt="Be brief.")
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert [m.role for m in engine.prefilled[0]] == ["system", "user"]
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.idle)
    assert engine.asked[-1][0].text == "Be brief."


def test_a_model_that_fails_says_so_in_the_answer_and_can_be_asked_again(qtbot: Any, enter: Open) -> None:
    failure = ModelError("It broke.", "Ask again.")
    room = enter(engine := ScriptedEngine(["half ", "more"], fails_after=1, failure=failure))
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    last = room.session.turns[-1]
    assert (last.message.text, last.state, last.error) == ("half ", "failed", "It broke.\nAsk again.")
    engine._fails_after = None
    room.session.ask_again()
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["Q", "half more"]


def test_the_longest_answer_is_said_to_be_cut_and_can_go_on(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine(["x"] * 50), max_tokens=5)
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    assert room.session.turns[-1].notice == AT_LIMIT
    assert room.session.can_go_on


def test_a_full_disk_is_said_once_costs_nothing_shown_and_is_made_up_for(qtbot: Any, enter: Open, home: Path) -> None:
    full = [True]

    class Tight(StoreThread):
        def submit(self, work: Any) -> Any:
            def tried(database: Database) -> Any:
                if full[0]:
                    raise DiskFull("The disk is full.")
                return work(database)

            return super().submit(tried)

    room = enter(store=lambda error, recovered: Tight(home, error, recovered))
    room.history._again.setInterval(50)
    recovered: list[object] = []
    room.history.recovered.connect(recovered.append)
    for text in ("one", "two"):
        room.session.send(text)
        qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["one", "An answer.", "two", "An answer."]
    assert [str(problem) for problem in room.problems] == ["The disk is full."]
    full[0] = False
    qtbot.waitUntil(lambda: bool(recovered))
    assert recovered == room.problems
    assert [text for text, _ in room.kept()] == room.texts


def test_the_open_answer_is_on_disk_while_it_streams(qtbot: Any, enter: Open, home: Path) -> None:
    stores: list[StoreThread] = []

    def store(*callbacks: Any) -> StoreThread:
        stores.append(StoreThread(home, *callbacks))
        return stores[0]

    room = enter(ScriptedEngine([f"{i} " for i in range(10_000)], 0.003), store)
    room.session.send("Count.")

    def kept() -> str:
        work = stores[0].submit(lambda db: db.messages(db.conversations()[0].id)[-1])
        message = work.result(5)
        assert message.state == "open"
        return message.message.text

    qtbot.waitUntil(lambda: len([e for e in room.heard if isinstance(e, TextDelta)]) > 20)
    qtbot.waitUntil(lambda: kept().startswith("0 1 2 3"), timeout=10_000)


def test_switching_the_model_stops_the_answer_and_the_next_question_goes_to_the_new_one(
    qtbot: Any, enter: Open
) -> None:
    engines = iter([ScriptedEngine(["x"] * 10_000, 0.005), ScriptedEngine(["new"])])
    room = enter(lambda: next(engines))
    room.session.send("Q")
    qtbot.waitUntil(lambda: bool(room.heard))
    room.host.open(SPEC)
    qtbot.waitUntil(lambda: room.session.condition == "idle")
    assert room.session.turns[-1].state == "stopped"
    room.session.send("Q2")
    qtbot.waitUntil(lambda: room.idle)
    assert room.texts[-1] == "new"


def test_closing_during_an_answer_keeps_it_as_stopped(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine(["word "] * 10_000, 0.003))
    room.session.send("Q")
    qtbot.waitUntil(lambda: len(room.heard) > 10)
    text, state = room.kept()[-1]
    assert state == "stopped"
    assert text.count("word") >= len([e for e in room.heard if isinstance(e, TextDelta)])
