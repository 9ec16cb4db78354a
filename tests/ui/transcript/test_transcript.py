"""The conversation: what is shown, what stays in place, what the buttons say."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import AnswerFinished, State, TranscriptEntry
from fanlight.domain.events import EngineNotice, ImageReady, PromptProgress, TextDelta, ThinkingDelta
from fanlight.domain.messages import Image
from fanlight.ui.theme import DARK
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.transcript import Transcript
from support.chat_samples import CODE, SHAPES, conversation
from support.timers import settled

pytestmark = pytest.mark.gui

Make = Callable[..., Transcript]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    """A transcript that is shown, 800 x 600."""

    def made(*entries: TranscriptEntry) -> Transcript:
        transcript = Transcript()
        qtbot.addWidget(transcript)
        transcript.resize(800, 600)
        transcript.show_entries(entries)
        with qtbot.waitExposed(transcript):
            transcript.show()
        return transcript

    return made


def ask(text: str = "How many circles?") -> TranscriptEntry:
    return TranscriptEntry("user", text)


def answer(text: str = "", state: State = "open") -> TranscriptEntry:
    return TranscriptEntry("assistant", text, state=state)


def shown(transcript: Transcript) -> list[int]:
    """Entries of which something is in view."""
    views = [(i, transcript.view(i)) for i in range(len(transcript.entries()))]
    ground = transcript.viewport().rect()
    return [i for i, view in views if view is not None and view.isVisible() and view.geometry().intersects(ground)]


def button(transcript: Transcript, text: str) -> QToolButton | None:
    found = [b for b in transcript.findChildren(QToolButton) if b.isVisible() and b.text() == text]
    return found[-1] if found else None


def press(qtbot: QtBot, transcript: Transcript, text: str) -> None:
    found = button(transcript, text)
    assert found is not None, f"no button {text!r}"
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def words(transcript: Transcript) -> str:
    labels = [label.text() for label in transcript.findChildren(QLabel) if label.isVisible()]
    return "\n".join(
        [*labels, *(body.toPlainText() for body in transcript.findChildren(MessageBody) if body.isVisible())]
    )


def place(transcript: Transcript, index: int) -> int:
    view = transcript.view(index)
    assert view is not None
    return view.y()


def at_end(transcript: Transcript) -> bool:
    bar = transcript.verticalScrollBar()
    return bar.value() == bar.maximum()


def test_a_long_conversation_opens_at_its_end_with_few_widgets(make: Make) -> None:
    transcript = make(*conversation(500))
    assert at_end(transcript)
    assert shown(transcript)[-1] == 499
    assert len(transcript.findChildren(MessageBody)) < 30


def test_scrolling_through_everything_keeps_few_widgets(make: Make, qtbot: QtBot) -> None:
    transcript = make(*conversation(120))
    bar = transcript.verticalScrollBar()
    seen: set[int] = set()
    while bar.value() > 0:
        seen.update(shown(transcript))
        bar.setValue(bar.value() - 400)
    seen.update(shown(transcript))
    assert seen == set(range(120))
    QApplication.sendPostedEvents(None, 52)  # deferred deletions
    assert len(transcript.findChildren(MessageBody)) < 80


def test_messages_lie_under_each_other_without_overlap(make: Make) -> None:
    transcript = make(*conversation(60))
    for value in (0, 700, 2_500):
        transcript.verticalScrollBar().setValue(value)
        visible = shown(transcript)
        for i, j in pairwise(visible):
            upper, lower = transcript.view(i), transcript.view(j)
            assert upper is not None
            assert lower is not None
            assert upper.y() + upper.height() == lower.y()


def test_what_is_read_stays_in_place_while_the_answer_grows(make: Make, qtbot: QtBot) -> None:
    transcript = make(*conversation(60), ask(), answer())
    transcript.verticalScrollBar().setValue(600)
    first = shown(transcript)[0]
    before = place(transcript, first)
    for _ in range(20):
        transcript.on_event(TextDelta("More words. " * 30 + "\n\n"))
        transcript.paint_now()
    assert not transcript.follow
    assert place(transcript, first) == before
    assert transcript.entries()[-1].text.startswith("More words.")


def test_measuring_what_comes_into_view_above_does_not_move_the_rest(make: Make) -> None:
    transcript = make(*conversation(200))
    bar = transcript.verticalScrollBar()
    for _ in range(40):
        keep = shown(transcript)[0]
        before = place(transcript, keep)
        moved = min(150, bar.value())
        bar.setValue(bar.value() - moved)
        assert place(transcript, keep) == before + moved


def test_the_view_follows_while_the_reader_is_at_the_end(make: Make) -> None:
    transcript = make(*conversation(20), ask(), answer())
    for _ in range(10):
        transcript.on_event(TextDelta("Line.\n\n" * 8))
        transcript.paint_now()
        assert at_end(transcript)
    assert transcript.follow


def test_the_jump_button_is_there_only_away_from_the_end(make: Make, qtbot: QtBot) -> None:
    transcript = make(*conversation(40))
    assert button(transcript, "Jump to latest") is None
    transcript.verticalScrollBar().setValue(0)
    press(qtbot, transcript, "Jump to latest")
    assert at_end(transcript)
    assert transcript.follow
    assert button(transcript, "Jump to latest") is None


def test_a_new_question_brings_the_reader_to_the_end(make: Make) -> None:
    transcript = make(*conversation(40))
    transcript.verticalScrollBar().setValue(0)
    transcript.append((ask("And now?"),))
    assert at_end(transcript)


def test_many_tokens_are_one_frame(make: Make, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    transcript = make(ask(), answer("Begun."))
    painted: list[str] = []
    grow = MessageBody.grow

    def counted(body: MessageBody, more: str) -> None:
        painted.append(more)
        grow(body, more)

    monkeypatch.setattr(MessageBody, "grow", counted)
    for _ in range(200):
        transcript.on_event(TextDelta("word "))
    assert painted == []
    qtbot.waitUntil(lambda: painted == ["word " * 200])


def test_entries_know_what_was_heard_before_it_is_painted(make: Make) -> None:
    transcript = make(ask(), answer())
    transcript.on_event(TextDelta("three"))
    transcript.on_event(ThinkingDelta("count"))
    assert transcript.entries()[-1] == TranscriptEntry("assistant", "three", thinking="count", state="open")


def test_a_finished_answer_has_its_footer_and_actions(make: Make, qtbot: QtBot) -> None:
    transcript = make(ask(), answer())
    transcript.on_event(TextDelta("There are **three**."))
    assert button(transcript, "Copy") is None
    transcript.on_finished(AnswerFinished("0.3 s to the first word", "complete"))
    assert "0.3 s to the first word" in words(transcript)
    with qtbot.waitSignal(transcript.copied) as copied:
        press(qtbot, transcript, "Copy")
    assert copied.args == ["There are **three**."]
    assert QGuiApplication.clipboard().text() == "There are **three**."
    with qtbot.waitSignal(transcript.ask_again):
        press(qtbot, transcript, "Ask again")
    with qtbot.waitSignal(transcript.edit_last):
        press(qtbot, transcript, "Edit")
    assert button(transcript, "Continue") is None


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_an_unfinished_answer_can_go_on(make: Make, qtbot: QtBot, state: State) -> None:
    transcript = make(ask(), answer("There are"))
    error = "The disk is full. Free some space." if state == "failed" else ""
    transcript.on_finished(AnswerFinished("", state, error))
    with qtbot.waitSignal(transcript.continue_requested):
        press(qtbot, transcript, "Continue")
    assert ("Stopped." if state == "stopped" else "The disk is full. Free some space.") in words(transcript)


def test_an_answer_that_goes_on_reads_as_if_it_had_never_stopped(make: Make) -> None:
    transcript = make(ask(), answer("- one\n- tw", "stopped"))
    transcript.replace_last(answer("- one\n- tw"))
    transcript.on_event(TextDelta("o\n- three\n\nThree **in all"))
    transcript.paint_now()
    transcript.on_event(TextDelta("**."))
    transcript.on_finished(AnswerFinished("", "complete"))
    assert "one\ntwo\nthree\nThree in all." in words(transcript)


def test_an_answer_that_failed_at_once_can_be_tried_again(make: Make, qtbot: QtBot) -> None:
    transcript = make(ask(), answer())
    transcript.on_finished(AnswerFinished("", "failed"))
    assert "could not be completed" in words(transcript)
    with qtbot.waitSignal(transcript.ask_again):
        press(qtbot, transcript, "Try again")


def test_only_the_last_question_and_answer_can_be_changed(make: Make) -> None:
    transcript = make(ask(), answer("one", "complete"), ask(), answer("two", "complete"))
    for text in ("Edit", "Ask again"):
        assert sum(b.text() == text for b in transcript.findChildren(QToolButton) if b.isVisible()) == 1


def test_waiting_is_said_in_words(make: Make) -> None:
    picture = Image.of(64, 48, b"\xff\0\0" * 64 * 48)
    question = TranscriptEntry("user", "What is it?", thumbnails=(picture,), captions=("64 × 48, 36 tokens",))
    transcript = make(question, answer())
    assert "Reading the picture…" in words(transcript)
    assert "64 × 48, 36 tokens" in words(transcript)
    transcript.on_event(ImageReady("id", 36, 0.5))
    transcript.on_event(PromptProgress(43, 100))
    transcript.paint_now()
    assert "Reading the question… 43%" in words(transcript)
    transcript.on_event(TextDelta("A red one."))
    transcript.paint_now()
    assert "Reading" not in words(transcript)


def test_a_notice_is_shown_with_its_answer(make: Make) -> None:
    transcript = make(ask(), answer())
    transcript.on_event(EngineNotice("The two oldest questions were left out."))
    transcript.paint_now()
    assert "The two oldest questions were left out." in words(transcript)


def test_thinking_is_hidden_until_asked_for(make: Make, qtbot: QtBot) -> None:
    transcript = make(ask(), answer())
    transcript.on_event(ThinkingDelta("First I count."))
    transcript.paint_now()
    assert "First I count." not in words(transcript)
    press(qtbot, transcript, "Thinking…")
    assert "First I count." in words(transcript)
    transcript.on_event(ThinkingDelta(" Then I answer."))
    transcript.on_event(TextDelta("Three."))
    transcript.paint_now()
    assert "First I count. Then I answer." in words(transcript)
    press(qtbot, transcript, "Reasoning")
    assert "First I count." not in words(transcript)


def test_a_code_block_can_be_copied_alone(make: Make, qtbot: QtBot) -> None:
    transcript = make(ask(), answer(f"Try:\n\n```python\n{CODE}\n```\n\nand\n\n```\nplain\n```", "complete"))
    copies = [b for b in transcript.findChildren(QToolButton) if b.objectName() == "code_copy"]
    with qtbot.waitSignal(transcript.copied) as copied:
        qtbot.mouseClick(copies[0], Qt.MouseButton.LeftButton)
    assert copied.args == [CODE]
    with qtbot.waitSignal(transcript.copied) as copied:
        qtbot.mouseClick(copies[1], Qt.MouseButton.LeftButton)
    assert copied.args == ["plain"]


def test_entries_can_be_replaced_and_cut(make: Make) -> None:
    transcript = make(ask(), answer("one", "complete"), ask("Second?"))
    transcript.replace_last(ask("Other?"))
    assert "Other?" in words(transcript)
    assert "Second?" not in words(transcript)
    transcript.truncate(1)
    assert words(transcript).count("circles") == 1
    assert "one" not in words(transcript)
    transcript.append((answer(),))
    transcript.on_event(TextDelta("anew"))
    transcript.paint_now()
    assert "anew" in words(transcript)
    transcript.show_entries(())
    assert words(transcript) == ""


def test_a_question_is_shown_as_it_was_typed(make: Make) -> None:
    transcript = make(ask("# not a heading\n**not bold** <b>not html</b>"))
    assert "# not a heading\n**not bold** <b>not html</b>" in words(transcript)


def test_a_queued_question_says_that_it_waits(make: Make) -> None:
    transcript = make(ask(), answer("part"), TranscriptEntry("user", "And then?", state="queued"))
    assert "Waiting for the answer above." in words(transcript)


def test_nothing_moves_sideways_when_the_scroll_bar_comes(qtbot: QtBot, make: Make) -> None:
    transcript = make(ask(), answer("There are three.", "complete"))

    def sides() -> tuple[int, int]:
        view = transcript.view(len(transcript.entries()) - 1)
        assert view is not None
        return view.x(), view.width()

    assert transcript.verticalScrollBar().maximum() == 0
    before = sides()
    for _ in range(30):
        transcript.append((ask(), answer("There are three.", "complete")))
    qtbot.waitUntil(lambda: transcript.verticalScrollBar().isVisible())
    qtbot.waitUntil(lambda: settled(transcript))
    assert sides() == before


def test_the_welcome_is_there_while_nothing_is_said(make: Make) -> None:
    transcript = make()
    welcome = QWidget()
    transcript.set_welcome(welcome)
    assert welcome.isVisible()
    transcript.append((ask(),))
    assert not welcome.isVisible()
    transcript.show_entries(())
    assert welcome.isVisible()


def test_another_width_lays_out_anew_and_keeps_the_place(make: Make, qtbot: QtBot) -> None:
    transcript = make(*conversation(60))
    transcript.verticalScrollBar().setValue(1_500)
    first = shown(transcript)[0]
    transcript.resize(480, 600)
    qtbot.waitUntil(lambda: all(v.width() < 480 for i in shown(transcript) if (v := transcript.view(i)) is not None))
    assert first in shown(transcript)


def test_theme_and_text_size_change_at_once(make: Make) -> None:
    transcript = make(ask(), answer(SHAPES, "complete"))
    before = transcript.verticalScrollBar().maximum()
    transcript.set_theme(DARK, 200)
    assert transcript.verticalScrollBar().maximum() > before + 400
    body = transcript.findChildren(MessageBody)[-1]
    assert body.document().begin().begin().fragment().charFormat().foreground().color().name() == DARK.text


def test_text_from_right_to_left_is_on_the_right(make: Make) -> None:
    transcript = make(ask(), answer("שלום עולם\n\nHello", "complete"))
    body = transcript.findChildren(MessageBody)[-1]
    block = body.document().begin()
    assert block.textDirection() == Qt.LayoutDirection.RightToLeft
    assert block.layout().lineAt(0).naturalTextRect().left() > body.width() / 2
    assert block.next().textDirection() == Qt.LayoutDirection.LeftToRight


def test_a_link_is_asked_for_and_never_opened(make: Make, qtbot: QtBot) -> None:
    transcript = make(ask(), answer("[here](https://example.org/a?b=1)", "complete"))
    body = transcript.findChildren(MessageBody)[-1]
    with qtbot.waitSignal(transcript.link_requested) as asked:
        qtbot.mouseClick(body.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(12, 10))
    assert asked.args[0].toString() == "https://example.org/a?b=1"
    assert "here" in words(transcript)


def test_a_question_with_many_pictures_is_laid_out_with_the_next_frame(make: Make, qtbot: QtBot) -> None:
    transcript = make(ask(), answer("Three.", "complete"))
    frames = tuple(Image.of(8, 8, bytes([number]) * 192) for number in range(9))
    transcript.append([TranscriptEntry("user", "And there?", thumbnails=frames), answer()])
    transcript.resize(transcript.width(), transcript.height() - 20)
    assert shown(transcript) == [0, 1]
    qtbot.waitUntil(lambda: shown(transcript)[-1] == 3)
    transcript.append([ask(), answer()])
    assert shown(transcript)[-1] == 5
