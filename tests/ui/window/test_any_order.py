"""Whatever the user does in whatever order: nothing raises, the screen shows the conversation, the disk holds it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl

from fanlight.core.chat.conversation import Conversation
from fanlight.domain.errors import ModelError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.store.database import Database
from support.whole_window import WholeWindow
from support.windows import SPEC, parts, picture_file

pytestmark = pytest.mark.gui
STEPS = 120


class Hand:
    """Does one thing at a time, by chance."""

    def __init__(self, qtbot: Any, window: WholeWindow, files: list[Path], chance: random.Random) -> None:
        self.qtbot, self.window, self.files, self.chance = qtbot, window, files, chance

    def ask(self) -> None:
        self.window.composer.set_text(f"question {self.chance.randrange(1000)}")
        self.qtbot.keyClick(self.window.composer.input, Qt.Key.Key_Return)

    def escape(self) -> None:
        self.qtbot.keyClick(self.window.composer.input, Qt.Key.Key_Escape)

    def up(self) -> None:
        self.qtbot.keyClick(self.window.composer.input, Qt.Key.Key_Up)

    def type(self) -> None:
        self.qtbot.keyClicks(self.window.composer.input, "ab ")

    def attach(self) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(self.chance.choice(self.files)))])
        self.window._chat.attach_dropped(mime)

    def remove(self) -> None:
        if chips := self.window.composer.chips.chips:
            self.qtbot.keyClick(self.chance.choice(chips), Qt.Key.Key_Delete)

    def new(self) -> None:
        self.qtbot.keyClick(self.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    def open(self) -> None:
        if ids := self.window.sidebar.ids:
            self.window.sidebar.opened.emit(self.chance.choice(ids))

    def delete(self) -> None:
        if ids := self.window.sidebar.ids:
            self.window.sidebar.deleted.emit([self.chance.choice(ids)])
            if self.chance.random() < 0.7:
                self.window.offers.button.click()

    def rename(self) -> None:
        if ids := self.window.sidebar.ids:
            self.window.sidebar.renamed.emit(self.chance.choice(ids), f"title {self.chance.randrange(1000)}")

    def again(self) -> None:
        self.window.transcript.ask_again.emit()

    def go_on(self) -> None:
        self.window.transcript.continue_requested.emit()

    def switch(self) -> None:
        """To another version of a message, or to none where it has no other."""
        if entries := self.window.transcript.entries():
            self.window.transcript.version_wanted.emit(self.chance.randrange(len(entries)), self.chance.choice([-1, 1]))

    def take_back(self) -> None:
        if strips := self.window.composer.strips.strips:
            self.chance.choice(strips).button.click()

    def switch_model(self) -> None:
        if self.chance.random() < 0.3:
            self.window.model_menu.chosen.emit(SPEC)

    def wait(self) -> None:
        self.qtbot.wait(self.chance.randrange(40))  # at any time


Tree = tuple[int, list[tuple[str, str, int, int]]]
"""The place of the message that ends the shown branch; of each its text, state, what is attached, and what it
follows."""


def in_memory(session: Conversation) -> Tree:
    turns = session.tree.in_order
    places = {turn.key: place for place, turn in enumerate(turns)}
    said = [(turn.message.text, str(turn.state), len(turn.attachments), places.get(turn.parent, -1)) for turn in turns]
    return places[session.turns[-1].key] if session.turns else -1, said


def on_disk(database: Database, conversation_id: int) -> Tree:
    stored = database.messages(conversation_id)
    places = {one.id: place for place, one in enumerate(stored)}
    said = [
        (one.message.text, str(one.state), len(one.pictures) + len(one.documents), places.get(one.parent, -1))
        for one in stored
    ]
    return places.get(database.shown_end(conversation_id), -1), said


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_the_screen_and_the_disk_hold_the_conversation(
    qtbot: Any, home: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)

    def engine() -> ScriptedEngine:
        fails = chance.choice([None, None, 3])
        return ScriptedEngine(
            ["some ", "words ", "of ", "an ", "answer."], chance.choice([0.0, 0.004]), seconds_per_image=0.02,
            fails_after=fails, failure=ModelError("It broke.", "Ask again."),
        )  # fmt: skip

    files = [picture_file(tmp_path, f"{i}.png", colour=colour) for i, colour in enumerate(("red", "green", "blue"))]
    files.append(tmp_path / "not a picture.txt")
    files[-1].write_text("text")
    files.append(tmp_path / "not a picture.png")
    files[-1].write_text("text")
    window = WholeWindow(parts(home, load=lambda spec: engine()))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.host.condition == "ready")
    hand = Hand(qtbot, window, files, chance)
    actions = [
        hand.ask, hand.ask, hand.ask, hand.escape, hand.up, hand.type, hand.attach, hand.remove, hand.new, hand.open,
        hand.delete, hand.rename, hand.again, hand.go_on, hand.take_back, hand.switch_model, hand.wait, hand.wait,
        hand.switch, hand.switch,
    ]  # fmt: skip
    for _ in range(STEPS):
        chance.choice(actions)()
        shown = window.transcript.entries()
        assert [(e.role, e.text) for e in shown] == [(e.role, e.text) for e in window.session_manager.current.entries()]

    sessions = window.session_manager.conversations
    for session in sessions:
        if session.draft.editing:
            session.cancel_edit()
    qtbot.waitUntil(lambda: all(s.condition != "answering" and not s.queued for s in sessions), timeout=20_000)
    expected = {
        session.conversation_id: in_memory(session)
        for session in sessions
        if session.conversation_id in window.sidebar.ids
    }
    window.close()
    database = Database(home)
    for conversation_id, tree in expected.items():
        assert conversation_id is not None
        assert on_disk(database, conversation_id) == tree
    database.close()
    assert expected
