"""Dictation into other programs, without one: what is inserted where, and what is shown meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.dictation.dictation_history import DictationHistory
from fanlight.core.dictation.program_dictation import UNDO_MS, ProgramDictation, ProgramText
from fanlight.core.dictation.program_dictation_table import PillState
from fanlight.desktop.insertion import InsertionOutcome
from fanlight.domain.speech import LiveTranscript
from support.dictating import SAID, TalkRig
from support.inserting import FakeInserter, window
from support.scripted_recognizer import words

pytestmark = pytest.mark.gui


class Rig(TalkRig):
    def __init__(self, qtbot: Any, home: Path, **settings: Any) -> None:
        super().__init__(qtbot, home, **settings)
        self.inserter = FakeInserter()
        self.history = DictationHistory(self.settings_store, home)
        self.programs = ProgramDictation(
            self.talk, self.settings_store, self.history, self.inserter, None, self.clock.timer
        )
        self.views: list[str] = []
        self.programs.changed.connect(self._see)

    def _see(self) -> None:
        kind = self.programs.view.kind
        if not self.views or self.views[-1] != kind:
            self.views.append(kind)

    def dictate(self) -> None:
        """One utterance from the key to its words."""
        self.talk.key.press_talk_key(self.programs)
        self.until("listening")
        self.qtbot.waitUntil(lambda: bool(self.programs.view.words.text))
        self.talk.key.release_talk_key()
        self.until("done", "nothing", "error")

    def say(self, text: str, language: str = "en") -> ProgramText:
        """The final words, without a microphone."""
        utterance = self.programs.begin_utterance()
        utterance.commit_transcript(LiveTranscript(words(text), language=language, final=True))
        return utterance


@pytest.fixture
def rig(qtbot: Any, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(qtbot, tmp_path)
    yield made
    made.programs.close()
    made.close()


def test_what_is_said_stands_where_the_keyboard_is(rig: Rig) -> None:
    rig.dictate()
    assert rig.inserter.texts == [(1, SAID)]
    assert [kind for kind in rig.views if kind != "closed"] == ["opening", "listening", "finishing", "inserted"]
    rig.clock.advance(UNDO_MS)
    assert rig.programs.view.kind == "closed"
    assert [one.text for one in rig.history.all] == [SAID]


def test_the_clipboard_is_read_ahead_while_the_user_speaks(rig: Rig) -> None:
    rig.programs.begin_utterance()
    prepared = [rig.inserter.prepared]  # what is shown comes first
    rig.clock.advance(1_000)
    assert [*prepared, rig.inserter.prepared] == [0, 1]


def test_text_waits_when_the_user_has_moved_on_and_goes_where_the_user_says(rig: Rig) -> None:
    utterance = rig.programs.begin_utterance()
    rig.inserter.where = window(2)
    utterance.commit_transcript(LiveTranscript(words("for the first window"), final=True))
    assert rig.inserter.texts == []
    view = rig.programs.view
    assert (view.kind, view.text) == ("waiting", "for the first window")
    assert "moved" in view.status
    rig.clock.advance(3_600_000)  # for as long as it takes
    rig.inserter.where = window(3)
    rig.programs.insert_here()
    assert rig.inserter.texts == [(3, "for the first window")]
    assert rig.programs.view.kind == "inserted"


def test_two_texts_that_wait_are_inserted_in_their_order(rig: Rig) -> None:
    rig.inserter.takes = InsertionOutcome.NOT_TAKEN
    rig.say("one")
    rig.say("two")
    assert rig.programs.view.text == "one two"
    rig.inserter.takes = InsertionOutcome.INSERTED
    rig.say("three")
    assert rig.inserter.texts == [(1, "three")]
    rig.clock.advance(UNDO_MS)
    assert rig.programs.view.text == "one two"  # still
    rig.programs.insert_here()
    assert rig.inserter.texts == [(1, "three"), (1, "one two")]


def test_a_program_that_takes_the_text_after_all_ends_the_waiting(rig: Rig) -> None:
    rig.inserter.takes = InsertionOutcome.NOT_TAKEN
    rig.say("words")
    rig.inserter.ended_late(InsertionOutcome.NOT_TAKEN)  # now for good: the user has copied something
    assert rig.programs.waiting_text == "words"
    assert rig.views == ["closed", "waiting"]
    rig.inserter.ended_late(InsertionOutcome.INSERTED)
    rig.clock.advance(UNDO_MS)
    assert rig.views == ["closed", "waiting", "inserted", "closed"]


def test_a_refusal_says_what_to_do(rig: Rig) -> None:
    rig.inserter.takes = InsertionOutcome.UNAVAILABLE
    rig.say("words")
    assert rig.programs.view.status.endswith("Nothing.")  # what the backend needs
    rig.programs.escape()
    assert rig.programs.view.kind == "closed"
    assert [one.text for one in rig.history.all] == ["words"]


def test_escape_takes_back_what_was_just_inserted(rig: Rig) -> None:
    rig.say("by mistake")
    assert rig.programs.wants_escape
    rig.programs.escape()
    assert rig.inserter.undone == [1]
    assert rig.programs.view.kind == "closed"
    rig.say("on purpose")
    rig.clock.advance(UNDO_MS)
    assert not rig.programs.wants_escape
    rig.programs.escape()
    assert rig.inserter.undone == [1]


def test_what_enter_has_sent_is_not_taken_back(rig: Rig) -> None:
    rig.settings_store.choose(dictate_enter=True)
    rig.say("sent")
    assert not rig.programs.can_undo
    assert not rig.programs.wants_escape


def test_escape_stays_the_terminals_own_once_the_text_is_there(rig: Rig) -> None:
    rig.inserter.where = window(1, "xterm")
    rig.say("ls")
    assert rig.programs.view.kind == "inserted"
    assert not rig.programs.wants_escape


def test_escape_stops_waiting_for_a_program_that_takes_nothing(rig: Rig) -> None:
    rig.inserter.by_hand = True
    rig.say("words")
    assert rig.programs.view.kind == "inserting"
    short = rig.programs.view.status
    rig.clock.advance(1_000)
    assert rig.programs.view.status != short  # it says what it waits for
    assert rig.programs.wants_escape
    rig.programs.escape()
    assert rig.inserter.canceled
    assert (rig.programs.view.kind, rig.programs.view.text) == ("waiting", "words")


def test_escape_takes_back_what_the_program_has_just_taken(rig: Rig) -> None:
    rig.inserter.by_hand = rig.inserter.taken = True
    rig.say("words")
    rig.programs.escape()
    assert rig.inserter.undone == [1]
    assert rig.programs.view.kind == "closed"


def test_words_of_two_utterances_are_inserted_one_after_the_other(rig: Rig) -> None:
    rig.inserter.by_hand = True
    rig.say("one")
    rig.say("two")
    assert [one.text for one in rig.inserter.requests] == ["one"]
    rig.inserter.end()
    assert [one.text for one in rig.inserter.requests] == ["one", "two"]
    rig.inserter.end()
    assert rig.inserter.texts == [(1, "one"), (1, "two")]
    assert rig.programs.view.kind == "inserted"


def test_while_the_next_utterance_lasts_nothing_is_typed(rig: Rig) -> None:
    first = rig.programs.begin_utterance()
    second = rig.programs.begin_utterance()
    first.commit_transcript(LiveTranscript(words("one"), final=True))
    assert rig.inserter.requests == []
    assert rig.programs.state is PillState.SPEAKING
    second.discard_transcript()
    assert rig.inserter.texts == [(1, "one")]


@pytest.mark.parametrize("refused", [False, True])
def test_an_insertion_that_ends_while_the_user_speaks_again(rig: Rig, refused: bool) -> None:
    rig.inserter.by_hand = True
    rig.say("one")
    second = rig.programs.begin_utterance()
    rig.inserter.takes = InsertionOutcome.NOT_TAKEN if refused else InsertionOutcome.INSERTED
    rig.inserter.end()
    assert rig.programs.state is PillState.SPEAKING
    second.discard_transcript()
    assert rig.programs.view.kind == ("waiting" if refused else "closed")


def test_an_utterance_without_words_types_nothing(rig: Rig) -> None:
    rig.say("")
    assert rig.inserter.requests == []
    assert rig.programs.view.kind == "closed"
    assert rig.history.all == ()


def test_why_nothing_was_heard_is_shown(rig: Rig) -> None:
    rig.listener.words = ()
    rig.talk.key.press_talk_key(rig.programs)
    rig.until("listening")
    rig.talk.key.release_talk_key()
    rig.until("nothing")
    assert rig.programs.view.kind == "nothing"
    assert rig.programs.view.status == rig.talk.status_text


def test_escape_while_speaking_discards_the_utterance(rig: Rig) -> None:
    rig.talk.key.press_talk_key(rig.programs)
    rig.until("listening")
    rig.talk.discard_utterance()
    assert rig.programs.view.kind == "closed"
    assert rig.inserter.requests == []


def test_the_settings_say_how_it_is_written(rig: Rig) -> None:
    rig.settings_store.choose(dictate_enter=True, dictate_space=True, dictate_marks=True)
    rig.say("yes comma thanks")
    assert (rig.inserter.requests[-1].text, rig.inserter.requests[-1].enter) == ("yes, thanks ", True)
    rig.settings_store.choose(dictate_enter=False, dictate_space=False, dictate_marks=False, dictate_code=True)
    rig.say("Get user by id.")
    assert (rig.inserter.requests[-1].text, rig.inserter.requests[-1].enter) == ("get user by id", False)
    assert not rig.inserter.requests[-1].typed
    rig.settings_store.choose(dictate_typed="Remmina, Editor")
    rig.say("key by key")
    assert rig.inserter.requests[-1].typed


def test_the_command_line_begins_and_ends_it(rig: Rig) -> None:
    rig.programs.run_command("toggle")
    rig.until("listening")
    rig.programs.run_command("start")
    assert rig.talk.recording
    rig.programs.run_command("toggle")
    rig.until("done")
    assert rig.inserter.texts == [(1, SAID)]
    rig.programs.run_command("stop")
    assert not rig.talk.recording


def test_nothing_is_inserted_after_the_end(rig: Rig) -> None:
    rig.inserter.by_hand = True
    rig.say("one")
    rig.say("two")
    rig.programs.close()
    assert rig.inserter.canceled
    assert rig.programs.view.kind == "closed"
    assert len(rig.inserter.requests) == 1


def test_the_history_has_the_last_fifty_and_is_not_on_the_disk(rig: Rig, tmp_path: Path) -> None:
    for number in range(60):
        rig.say(f"number {number}")
    assert [one.text for one in rig.history.all] == [f"number {number}" for number in range(59, 9, -1)]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"number" in path.read_bytes()]


def test_the_history_is_on_the_disk_where_the_settings_say_so_and_leaves_it(rig: Rig, tmp_path: Path) -> None:
    rig.say("before")
    rig.settings_store.choose(dictate_keep_history=True)
    rig.say("after")
    file = tmp_path / "dictations.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [one.text for one in DictationHistory(rig.settings_store, tmp_path).all] == ["after", "before"]
    rig.settings_store.choose(dictate_keep_history=False)
    assert not file.exists()
    assert len(rig.history.all) == 2


@pytest.mark.parametrize(
    "stored", ["", "[", "{}", '[1, {"text": 5, "at": 1}, {"text": "kept", "at": 2}]', "[[" * 9_000]
)
def test_a_damaged_history_costs_what_is_damaged(rig: Rig, tmp_path: Path, stored: str) -> None:
    rig.settings_store.choose(dictate_keep_history=True)
    (tmp_path / "dictations.json").write_text(stored)
    found = DictationHistory(rig.settings_store, tmp_path).all
    assert [one.text for one in found] == (["kept"] if "kept" in stored else [])


def test_a_history_that_is_cleared_is_gone_from_the_disk(rig: Rig, tmp_path: Path) -> None:
    rig.settings_store.choose(dictate_keep_history=True)
    rig.say("words")
    rig.history.clear()
    assert rig.history.all == ()
    assert not (tmp_path / "dictations.json").exists()
