"""What is on disk of a conversation, and when."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from fanlight.domain.events import TextDelta
from fanlight.domain.stored import HEARD
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from fanlight.store.thread import StoreThread
from support import disks
from support.disks import Disk
from support.rooms import Open


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


def test_asking_again_replaces_the_answer_here_and_on_disk(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["first"]))
    room.session.send("Q")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    engine.pieces = ("second",)
    room.session.ask_again()
    qtbot.waitUntil(lambda: room.idle and room.texts[-1] == "second")
    assert [m.text for m in engine.asked[-1]] == ["Q"]
    assert room.kept() == [("Q", "complete"), ("second", "complete")]


def test_a_full_disk_is_said_once_costs_nothing_shown_and_is_made_up_for(qtbot: Any, enter: Open, home: Path) -> None:
    disk = Disk(home)
    disk.full = True
    room = enter(store=disk.open)
    room.history._retry_timer.milliseconds = 50
    recovered: list[object] = []
    room.history.recovered.connect(recovered.append)
    for text in ("one", "two"):
        room.session.send(text)
        qtbot.waitUntil(lambda: room.idle)
    assert room.texts == ["one", "An answer.", "two", "An answer."]
    assert [str(problem) for problem in room.problems] == [disks.WORDS]
    disk.full = False
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


def test_closing_during_an_answer_keeps_it_as_stopped(qtbot: Any, enter: Open) -> None:
    room = enter(ScriptedEngine(["word "] * 10_000, 0.003))
    room.session.send("Q")
    qtbot.waitUntil(lambda: len(room.heard) > 10)
    text, state = room.kept()[-1]
    assert state == "stopped"
    assert text.count("word") >= len([e for e in room.heard if isinstance(e, TextDelta)])


def test_that_a_question_was_spoken_is_kept_with_it_alone(qtbot: Any, enter: Open, home: Path) -> None:
    room = enter(ScriptedEngine(["x"]))
    room.session.note_sound()
    room.session.send("Spoken?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 2)
    room.session.send("Typed?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 4)
    room.session.note_sound()
    room.session.set_draft_text("")  # what was spoken was deleted again
    room.session.send("Typed, too?")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 6)
    assert [turn.footer for turn in room.session.turns if turn.message.role == "user"] == [HEARD, "", ""]
    assert [entry.footer_line for entry in room.session.entries() if entry.role == "user"] == ["", "", ""]
    room.close()
    with closing(Database(home)) as database:
        kept = [
            one.footer for row in database.conversations() for one in database.messages(row.id) if one.role == "user"
        ]
        assert kept == [HEARD, "", ""]
        assert [hit.snippet.text for hit in database.searching.search("has:sound").hits] == ["Spoken?"]
