"""An edited question and another answer keep the old one; one branch is shown, and only that is sent."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.saved_turns import SavedTurns
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.chat.turns import Attachment, Turn, TurnTree, following
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import ModelError
from fanlight.domain.messages import Message
from fanlight.domain.slots import Slot
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from fanlight.store.memory_store import MemoryStore
from support.branches import links
from support.damaging import damage
from support.rooms import Open, Room


class Talk:
    """A room whose engine answers as it is told."""

    def __init__(self, qtbot: Any, enter: Open) -> None:
        self._qtbot, self.engine = qtbot, ScriptedEngine([""])
        self.room: Room = enter(self.engine)
        self.session = self.room.session

    def say(self, text: str, answer: str, *, edits: bool = False) -> None:
        self.engine.pieces = (answer,)
        if edits:
            self.session.begin_edit()
        self.session.send(text)
        self._qtbot.waitUntil(lambda: self.room.idle and self.texts[-2:] == [text, answer])

    def again(self, answer: str) -> None:
        self.engine.pieces = (answer,)
        self.session.ask_again()
        self._qtbot.waitUntil(lambda: self.room.idle and self.texts[-1] == answer)

    @property
    def texts(self) -> list[str]:
        return self.room.texts


@pytest.fixture
def talk(qtbot: Any, enter: Open) -> Talk:
    """LINKS; zwei is shown."""
    made = Talk(qtbot, enter)
    made.say("one", "1st")
    made.again("first")
    made.say("two", "2nd")
    made.say("zwei", "zweitens", edits=True)
    assert made.texts == ["one", "first", "zwei", "zweitens"]
    return made


LINKS = {"": ["one"], "one": ["1st", "first"], "first": ["two", "zwei"], "two": ["2nd"], "zwei": ["zweitens"]}


def versions(session: Conversation) -> list[tuple[int, int]]:
    return [(entry.version, entry.versions) for entry in session.entries()]


def on_disk(room: Room) -> dict[str, list[str]]:
    room.close()
    database = Database(room.home)
    found = links(database, database.conversations()[0].id)
    database.close()
    return found


def test_the_old_ones_are_kept_and_the_arrows_lead_to_them_and_back(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    assert versions(room.session) == [(1, 1), (2, 2), (2, 2), (1, 1)]
    room.session.show_version(2, -1)
    assert room.texts == ["one", "first", "two", "2nd"]
    room.session.show_version(1, -1)
    assert (room.texts, versions(room.session)) == (["one", "1st"], [(1, 1), (1, 2)])
    room.session.show_version(1, -1)
    assert room.texts == ["one", "1st"]
    room.session.show_version(1, 1)
    assert room.texts == ["one", "first", "two", "2nd"]  # as it was left, not the newest
    assert on_disk(room) == LINKS


def test_what_was_asked_below_an_old_question_is_shown_with_it_again(qtbot: Any, talk: Talk) -> None:
    """Left by an arrow far above it, and found again by one beside it."""
    room = talk.room
    room.session.show_version(2, -1)
    talk.say("three", "3rd")
    room.session.show_version(1, -1)
    assert room.session.show_place((0, 1, 1)) == 2
    assert room.texts == ["one", "first", "zwei", "zweitens"]
    room.session.show_version(2, -1)
    assert room.texts == ["one", "first", "two", "2nd", "three", "3rd"]


def test_only_the_shown_branch_is_sent(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    sent = talk.engine.asked
    assert [m.text for m in sent[-1]] == ["one", "first", "zwei"]
    room.session.show_version(1, -1)
    talk.say("three", "3rd")
    assert [m.text for m in sent[-1]] == ["one", "1st", "three"]
    assert on_disk(room) == {**LINKS, "1st": ["three"], "three": ["3rd"]}


def test_the_branch_that_was_shown_is_shown_after_a_restart(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    room.session.show_version(2, -1)
    talk.say("deux", "deuxième", edits=True)
    room.session.show_version(2, -2)
    files = FileWorker()
    manager = SessionManager(room.host, room.history, room.settings_store, files)
    number = room.session.conversation_id
    assert number is not None
    manager.open(number)
    qtbot.waitUntil(lambda: manager.current.conversation_id == number)
    opened = manager.current
    assert [turn.message.text for turn in opened.turns] == ["one", "first", "two", "2nd"]
    assert versions(opened) == [(1, 1), (2, 2), (1, 3), (1, 1)]
    opened.show_version(2, 2)
    opened.send("more")
    qtbot.waitUntil(lambda: opened.condition == "idle" and len(opened.turns) == 6)
    manager.close()
    files.close()
    assert files.join(5)
    assert on_disk(room) == {
        **LINKS, "first": ["two", "zwei", "deux"], "deux": ["deuxième"], "deuxième": ["more"], "more": ["deuxième"],
    }  # fmt: skip


def test_the_place_of_a_search_is_found_in_another_branch(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    assert room.session.show_place((0, 1, 0, 0)) == 3
    assert room.texts == ["one", "first", "two", "2nd"]
    assert room.session.show_place((0, 1)) == 1
    assert room.texts == ["one", "first", "two", "2nd"]  # it is in this branch
    assert room.session.show_place(()) == 0
    assert room.texts == ["one", "first", "two", "2nd"]


def test_nothing_is_switched_while_an_answer_runs(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    talk.engine.pieces = ("x ",) * 2_000
    talk.engine._seconds_per_token = 0.005
    room.session.send("long")
    qtbot.waitUntil(lambda: room.session.busy)
    room.session.show_version(1, -1)
    assert room.session.show_place((0, 0)) == -1
    assert room.session.show_place((0, 1)) == 1
    assert room.texts[:5] == ["one", "first", "zwei", "zweitens", "long"]
    room.session.stop()
    qtbot.waitUntil(lambda: room.idle)


def test_an_edit_is_asked_in_its_place_whatever_is_shown_meanwhile(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    room.session.begin_edit()
    room.session.show_version(1, -1)
    assert room.texts == ["one", "1st"]
    room.session.send("drei")
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 4)
    assert room.texts[:3] == ["one", "first", "drei"]
    assert versions(room.session)[2] == (3, 3)


def test_what_came_of_an_answer_is_kept_when_its_question_is_edited(qtbot: Any, enter: Open) -> None:
    room = enter(engine := ScriptedEngine(["x "] * 10_000, 0.005))
    room.session.send("wrong")
    qtbot.waitUntil(lambda: len(room.texts) == 2 and "x x" in room.texts[1])
    room.session.begin_edit()
    engine.pieces = ("right",)
    room.session.send("better")
    qtbot.waitUntil(lambda: room.idle and room.texts == ["better", "right"])
    room.session.show_version(0, -1)
    assert room.session.turns[1].state == "stopped"
    assert room.session.turns[1].message.text.startswith("x x")
    assert list(on_disk(room)) == ["", "wrong", "better"]


def test_an_answer_of_which_nothing_came_is_no_branch(qtbot: Any, enter: Open) -> None:
    class Fails(ScriptedEngine):
        def generate(self, *args: Any) -> Any:
            if not self.pieces:
                raise ModelError("It failed.")
            yield from super().generate(*args)

    room = enter(engine := Fails([]))
    room.session.send("Q")
    qtbot.waitUntil(lambda: len(room.session.turns) == 2 and room.session.turns[-1].state == "failed")
    engine.pieces = ("right",)
    room.session.ask_again()
    qtbot.waitUntil(lambda: room.idle and room.texts == ["Q", "right"])
    assert versions(room.session) == [(1, 1), (1, 1)]
    assert on_disk(room) == {"": ["Q"], "Q": ["right"]}


def test_questions_that_waited_branch_as_others(qtbot: Any, enter: Open) -> None:
    talk = Talk(qtbot, enter)
    room, talk.engine.pieces = talk.room, ("x ",) * 20
    for text in ("one", "two", "three"):
        room.session.send(text)
    qtbot.waitUntil(lambda: room.idle and len(room.texts) == 6)
    assert all(turn.parent < turn.key for turn in room.session.turns)  # in whatever order they were typed
    talk.say("drei", "dritte", edits=True)
    assert versions(room.session) == [(1, 1)] * 4 + [(2, 2), (1, 1)]
    room.session.show_version(4, -1)
    assert room.texts[4] == "three"


def test_a_private_conversation_branches_and_leaves_nothing(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    private = Conversation(room.host, room.settings_store, Slot.WINDOW)
    private.send("secret")
    qtbot.waitUntil(lambda: private.condition == "idle" and len(private.turns) == 2)
    private.ask_again()
    qtbot.waitUntil(lambda: private.condition == "idle" and versions(private)[1:] == [(2, 2)])
    private.show_version(1, -1)
    assert versions(private) == [(1, 1), (1, 2)]
    private.close()
    assert on_disk(room) == LINKS


def test_branches_are_given_back_to_a_database_that_was_repaired(qtbot: Any, talk: Talk) -> None:
    room = talk.room
    done: list[None] = []
    room.history.read(lambda database: damage(database, room.home, first_page=1), done.append)
    qtbot.waitUntil(lambda: bool(done))
    room.session.show_version(1, -1)
    talk.say("three", "3rd")
    assert on_disk(room) == {**LINKS, "1st": ["three"], "three": ["3rd"]}


def test_pictures_of_a_branch_come_back_with_it(qtbot: Any, enter: Open, red: Attachment) -> None:
    talk = Talk(qtbot, enter)
    room = talk.room
    room.session.attachments.set([red])
    talk.say("this?", "A")
    room.session.begin_edit()
    room.session.attachments.set([])
    room.session.send("that?")
    qtbot.waitUntil(lambda: room.idle and room.texts[0] == "that?")
    assert not room.session.turns[0].attachments
    room.session.show_version(0, -1)
    assert room.session.turns[0].attachments == (red,)
    talk.say("more?", "A")
    assert talk.engine.asked[-1][0].images == (red.image,)


def test_a_message_that_follows_another_one_in_a_repaired_database_is_written_again() -> None:
    turns = [Turn(Message.of("user", "one")), Turn(Message.of("assistant", "1st")), Turn(Message.of("user", "two"))]
    made: list[Turn] = []
    for turn in turns:
        made.append(following(turn, made[-1].key if made else 0))
    saved, store, repaired = SavedTurns(), MemoryStore(), MemoryStore()
    saved.write(store, "", TurnTree(tuple(made)))
    for one in store.messages(1):
        follows = None if one.message.text != "two" else 0
        if not repaired.conversations():
            repaired.create("")
        repaired.add_message(1, one.message, follows=follows)
    assert [one.id for one in repaired.messages(1)] == [one.id for one in store.messages(1)]
    saved.write(repaired, "", TurnTree(tuple(made)))
    assert links(repaired, 1) == {"": ["one"], "one": ["1st"], "1st": ["two"]}


def test_the_branch_that_is_shown_is_evaluated_ahead(qtbot: Any, talk: Talk) -> None:
    talk.session.show_version(2, -1)
    shown = ["one", "first", "two", "2nd"]
    qtbot.waitUntil(lambda: any([m.text for m in messages][:4] == shown for messages in talk.engine.prefilled[-1:]))


def test_an_earlier_question_is_edited_and_what_followed_it_is_kept(qtbot: Any, talk: Talk) -> None:
    talk.session.begin_edit(1)
    assert not talk.session.draft.editing  # an answer
    talk.session.begin_edit(0)
    assert talk.session.draft.text == "one"
    talk.engine.pieces = ("primo",)
    talk.session.send("uno")
    qtbot.waitUntil(lambda: talk.room.idle and talk.texts == ["uno", "primo"])
    assert [m.text for m in talk.engine.asked[-1]] == ["uno"]
    talk.session.show_version(0, -1)
    assert talk.texts == ["one", "first", "zwei", "zweitens"]
    assert on_disk(talk.room) == {**LINKS, "": ["one", "uno"], "uno": ["primo"]}


def test_an_earlier_question_is_asked_again_and_its_old_answer_is_kept(qtbot: Any, talk: Talk) -> None:
    talk.session.ask_again(0)
    assert talk.room.idle  # a question
    talk.engine.pieces = ("primo",)
    talk.session.ask_again(1)
    qtbot.waitUntil(lambda: talk.room.idle and talk.texts == ["one", "primo"])
    assert [m.text for m in talk.engine.asked[-1]] == ["one"]
    assert versions(talk.session) == [(1, 1), (3, 3)]
    talk.session.show_version(1, -1)
    assert talk.texts == ["one", "first", "zwei", "zweitens"]
    assert on_disk(talk.room) == {**LINKS, "one": ["1st", "first", "primo"]}
