"""The quick panel without a screen: what it shows while the model works, its keys, and that it forgets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QRect, Qt
from PySide6.QtGui import QGuiApplication

from fanlight.core.capture.questions import bare, fenced
from fanlight.core.chat.model_jobs import AnswerJob
from fanlight.domain.errors import InputError, ModelError, error_text
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.reading import BESIDE, TextLine
from fanlight.domain.slots import Slot
from fanlight.engine.scripted import ScriptedEngine
from fanlight.ui.panel.panel import QuickPanel
from support.panels import Enter, FakeTexts, shapes
from support.timers import at_rest
from support.windows import SPEC

pytestmark = pytest.mark.gui
LINES = (TextLine("Total", 10, 10, 50, 12, 0.9), TextLine("42.00", 10, 30, 50, 12, 0.9))


def idle(panel: QuickPanel) -> bool:
    return panel.conversation.condition == "idle" and bool(panel.conversation.turns)


def texts_of(panel: QuickPanel) -> list[str]:
    return [entry.text for entry in panel.transcript.entries()]


def asked(engine: ScriptedEngine) -> list[str]:
    return [messages[-1].text for messages in engine.asked]


# What it shows.


def test_the_capture_is_encoded_before_anything_is_asked(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine).panel()
    qtbot.waitUntil(lambda: bool(engine.prefilled))
    assert not engine.asked
    assert [message.images[0].width for message in engine.prefilled[0] if message.images] == [400]
    qtbot.waitUntil(lambda: panel.head.facts.text() == "400 × 300, 64 tokens")
    qtbot.waitUntil(lambda: not panel.head.bar.isVisibleTo(panel))
    assert not panel.transcript.isVisibleTo(panel)


def test_the_default_action_runs_without_a_key_and_its_answer_streams(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["There ", "are ", "two."], seconds_per_token=0.05)
    panel = enter_panels(engine).panel(action="explain")
    assert panel.line.stop_button.isVisibleTo(panel)
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel) and texts_of(panel)[-1] == "There are two.")
    qtbot.waitUntil(lambda: idle(panel))
    assert asked(engine) == ["Explain this picture."]
    assert texts_of(panel) == ["There are two."]  # what was asked is marked among the buttons
    assert not panel.line.stop_button.isVisibleTo(panel)
    assert panel.transcript.entries()[-1].state == "complete"


def test_it_says_that_it_reads_the_picture_until_the_first_word(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(ScriptedEngine(["x"], seconds_per_image=0.3)).panel(action="explain")
    qtbot.waitUntil(lambda: panel.head.status.text() == "Reading the picture…")
    assert panel.head.bar.isVisibleTo(panel)
    assert panel.bar.buttons[0].isChecked()
    qtbot.waitUntil(lambda: idle(panel))
    assert panel.head.status.text() == ""
    assert not panel.bar.buttons[0].isChecked()


@pytest.mark.parametrize(("slot", "whose"), [(Slot.WINDOW, "in the window"), (Slot.COMMAND, "to a command")])
def test_it_says_for_whose_answer_its_question_waits(qtbot: Any, enter_panels: Enter, slot: Slot, whose: str) -> None:
    room = enter_panels(ScriptedEngine(["word "] * 2_000, seconds_per_token=0.05))
    words = f"Waiting for the answer {whose}…"

    def other() -> AnswerJob:
        job = AnswerJob([Message.of("user", "Count.")], Sampling(), slot)
        room.host.submit(job)
        qtbot.waitUntil(lambda: room.host.answering_slot == slot)
        return job

    before = other()
    panel = room.panel(action="explain")
    qtbot.waitUntil(lambda: panel.head.status.text() == words and panel.conversation.condition == "answering")
    assert panel.head.bar.isVisibleTo(panel)
    before.stop()
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel) and panel.head.status.text() == "")
    panel.conversation.stop()
    qtbot.waitUntil(lambda: idle(panel))
    before = other()
    panel.session.questions.ask("And now?")
    qtbot.waitUntil(lambda: panel.head.status.text() == words)
    before.stop()
    qtbot.waitUntil(lambda: panel.head.status.text() == "" and room.host.answering_slot == "panel")


def test_an_error_is_a_sentence_and_a_hint_and_asking_again_works(qtbot: Any, enter_panels: Enter) -> None:
    failure = ModelError("There is no room for the picture.", "Choose a smaller model.")
    engine = ScriptedEngine(["x"], fails_after=0, failure=failure)
    panel = enter_panels(engine).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    entry = panel.transcript.entries()[-1]
    assert (entry.state, entry.error) == ("failed", error_text(failure))
    assert panel.transcript.isVisibleTo(panel)
    engine._fails_after = None
    panel.transcript.ask_again.emit()
    qtbot.waitUntil(lambda: texts_of(panel) == ["x"])


def test_without_a_model_it_says_so_and_leads_to_the_window(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(spec=None).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    assert panel.head.status.text() == "No model is open."
    assert "No model is open." in panel.transcript.entries()[-1].error
    with qtbot.waitSignal(panel.window_wanted):
        qtbot.mouseClick(panel.model_button, Qt.MouseButton.LeftButton)


def test_a_question_waits_for_a_model_that_is_being_loaded(qtbot: Any, enter_panels: Enter) -> None:
    import threading

    go = threading.Event()

    def slow(spec: ModelSpec) -> ScriptedEngine:
        go.wait(20)
        return ScriptedEngine(["Late."])

    panel = enter_panels(slow).panel(action="explain")
    qtbot.waitUntil(lambda: panel.head.status.text() == "Loading the model…")
    go.set()
    qtbot.waitUntil(lambda: texts_of(panel) == ["Late."])


def test_the_practice_model_is_named_and_given_no_text(qtbot: Any, enter_panels: Enter) -> None:
    engine, texts = ScriptedEngine(["x"]), FakeTexts(LINES)
    room = enter_panels(
        engine, texts, spec=ModelSpec.of_files("practice", SPEC.files.model, SPEC.files.projector, practice=True)
    )
    panel = room.panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    assert panel.note.isVisibleTo(panel)
    assert not texts.read_images
    assert asked(engine) == ["Explain this picture."]


def test_a_picture_that_can_not_be_read_is_said_and_the_panel_stays(qtbot: Any, enter_panels: Enter) -> None:
    from PySide6.QtGui import QImage

    panel = enter_panels().panel(QImage(), QRect(10, 10, 5, 5))
    qtbot.waitUntil(lambda: panel.problem.isVisibleTo(panel))
    assert "no pixels" in panel.problem.text()


# What is asked.


def test_the_text_in_the_picture_goes_beside_it_once(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine, FakeTexts(LINES)).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    panel.line.input.setText("And now?")
    qtbot.keyClick(panel.line.input, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(engine.asked) == 2 and idle(panel))
    first, second = asked(engine)
    assert first == f"Explain this picture.\n\n{BESIDE}\nTotal\n42.00"
    assert second == "And now?"
    assert texts_of(panel) == ["x", "And now?", "x"]


def test_with_the_setting_off_no_text_is_read(qtbot: Any, enter_panels: Enter) -> None:
    engine, texts = ScriptedEngine(["x"]), FakeTexts(LINES)
    panel = enter_panels(engine, texts, read_text_in_captures=False).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    assert asked(engine) == ["Explain this picture."]
    assert not texts.read_images


def test_a_reader_that_never_answers_holds_no_question_up(
    qtbot: Any, enter_panels: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanlight.core.capture.questions.TEXT_MS", 50)
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine, FakeTexts(after_ms=None)).panel(action="explain")
    panel.session.questions._late.milliseconds = 50
    qtbot.waitUntil(lambda: idle(panel))
    assert asked(engine) == ["Explain this picture."]


def test_text_is_copied_with_its_lines_and_no_model_is_asked(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine, FakeTexts(LINES)).panel(action="text")
    qtbot.waitUntil(lambda: idle(panel))
    assert QGuiApplication.clipboard().text() == "Total\n42.00"
    assert texts_of(panel) == ["```\nTotal\n42.00\n```"]
    assert panel.head.status.text() == "Copied."
    assert not engine.asked


def test_text_works_without_any_model(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels(spec=None, texts=FakeTexts(LINES)).panel(action="text")
    qtbot.waitUntil(lambda: idle(panel))
    assert panel.conversation.last_answer == "Total\n42.00"


@pytest.mark.parametrize(
    ("result", "says"), [((), "No text was found"), (InputError("The reader broke.", "Again."), "The reader broke.")]
)
def test_where_no_text_is_found_it_says_so_and_the_clipboard_keeps_what_it_has(
    qtbot: Any, enter_panels: Enter, result: Any, says: str
) -> None:
    QGuiApplication.clipboard().setText("mine")
    texts = FakeTexts(result)
    panel = enter_panels(texts=texts).panel(action="text")
    qtbot.waitUntil(lambda: idle(panel))
    assert says in panel.transcript.entries()[-1].error
    assert QGuiApplication.clipboard().text() == "mine"
    texts.result = LINES
    if result:
        panel.transcript.ask_again.emit()
        qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "Total\n42.00")


def test_without_a_reader_text_says_what_is_missing(qtbot: Any, enter_panels: Enter) -> None:
    panel = enter_panels().panel(action="text")
    qtbot.waitUntil(lambda: idle(panel))
    assert "no text reader" in panel.transcript.entries()[-1].error


def test_a_table_is_copied_without_its_fence_when_it_is_complete(qtbot: Any, enter_panels: Enter) -> None:
    QGuiApplication.clipboard().setText("mine")
    engine = ScriptedEngine(["```csv\n", "a,b\n", "1,2\n", "```"], seconds_per_token=0.3)
    panel = enter_panels(engine).panel(action="table")
    qtbot.waitUntil(lambda: "a,b" in panel.conversation.last_answer)
    assert QGuiApplication.clipboard().text() == "mine"
    qtbot.waitUntil(lambda: idle(panel))
    assert QGuiApplication.clipboard().text() == "a,b\n1,2"


def test_an_answer_that_was_stopped_is_not_copied(qtbot: Any, enter_panels: Enter) -> None:
    QGuiApplication.clipboard().setText("mine")
    panel = enter_panels(ScriptedEngine(["a,"] * 500, seconds_per_token=0.01)).panel(action="table")
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel))
    qtbot.mouseClick(panel.line.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: idle(panel))
    assert panel.transcript.entries()[-1].state == "stopped"
    assert QGuiApplication.clipboard().text() == "mine"


def test_translate_asks_for_the_language_of_the_settings(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine, translate_to="Portuguese").panel(action="translate")
    qtbot.waitUntil(lambda: idle(panel))
    assert "into Portuguese." in asked(engine)[0]


def test_translate_asks_for_the_language_of_the_texts_where_the_system_has_none(
    qtbot: Any, enter_panels: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Qt calls the language of the locale C “C”."""
    monkeypatch.setattr(QLocale, "system", staticmethod(QLocale.c))
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine).panel(action="translate")
    qtbot.waitUntil(lambda: idle(panel))
    assert "into English." in asked(engine)[0]


def test_another_action_takes_the_place_of_one_that_is_not_finished(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["word "] * 400, seconds_per_token=0.01)
    panel = enter_panels(engine).panel(action="explain")
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel))
    qtbot.mouseClick(panel.bar.buttons[5], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(engine.asked) == 2)
    panel.line.stop_button.click()
    qtbot.waitUntil(lambda: idle(panel))
    assert len(panel.conversation.turns) == 2
    assert [message.role for message in engine.asked[1]] == ["user"]


def test_a_second_action_follows_the_first_and_is_named(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"])
    panel = enter_panels(engine).panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    panel.session.run(next(one for one in panel.session.shown_actions if one.label == "Describe"))
    qtbot.waitUntil(lambda: len(panel.conversation.turns) == 4 and idle(panel))
    assert texts_of(panel) == ["x", "Describe", "x"]
    assert [bool(message.images) for message in engine.asked[1]] == [True, False, False]


def test_a_model_that_can_not_see_is_given_the_text_alone(qtbot: Any, enter_panels: Enter) -> None:
    engine = ScriptedEngine(["x"], supports_images=False)
    room = enter_panels(engine, FakeTexts(LINES), spec=ModelSpec.of_files("blind", SPEC.files.model))
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    panel = room.panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    assert not any(message.images for message in engine.asked[0])
    assert "42.00" in asked(engine)[0]


def test_a_model_that_can_not_see_says_so_where_there_is_no_text(qtbot: Any, enter_panels: Enter) -> None:
    room = enter_panels(
        ScriptedEngine(["x"], supports_images=False), FakeTexts(()), spec=ModelSpec.of_files("blind", SPEC.files.model)
    )
    qtbot.waitUntil(lambda: room.host.condition == "ready")
    panel = room.panel(action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    assert "does not support images" in panel.transcript.entries()[-1].error


# What is left.


def files_holding(folder: Path, *needles: bytes) -> list[str]:
    return [
        f"{path}: {needle!r}"
        for path in folder.rglob("*")
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes()
    ]


def test_forgetting_leaves_nothing_in_memory_of_the_panel_and_nothing_on_disk(
    qtbot: Any, enter_panels: Enter, home: Path, tmp_path: Path
) -> None:
    engine = ScriptedEngine(["An answer with zanzibar in it."])
    room = enter_panels(engine, FakeTexts((TextLine("quagga", 1, 1, 9, 9, 1.0),)))
    image = shapes(123, 77)
    panel = room.panel(image, action="explain")
    qtbot.waitUntil(lambda: idle(panel))
    assert "quagga" in asked(engine)[0]
    talk, asking, transcript = panel.conversation, panel.session.questions, panel.transcript
    panel.session.forget()
    assert talk.turns == ()
    assert talk.first_attachment is None
    assert talk.attachments.items == ()
    assert asking.pictures._image.qimage.isNull()
    assert panel.session.capture.image.qimage.isNull()
    assert transcript.entries() == ()
    row = bytes(image.constBits())[: 4 * 123]
    assert files_holding(tmp_path, b"zanzibar", b"quagga", row, row[:90]) == []


def test_forgetting_while_it_answers_stops_the_model(qtbot: Any, enter_panels: Enter) -> None:
    room = enter_panels(ScriptedEngine(["x"] * 100_000, seconds_per_token=0.01))
    panel = room.panel(action="explain")
    qtbot.waitUntil(lambda: panel.transcript.isVisibleTo(panel))
    panel.session.forget()
    follower = room.panel(action="none")
    qtbot.waitUntil(lambda: follower.session._is_encoded)  # the model is free


def test_forgetting_at_any_moment_is_harmless(qtbot: Any, enter_panels: Enter) -> None:
    room = enter_panels(ScriptedEngine(["x"], seconds_per_image=0.05), FakeTexts(LINES, after_ms=30))
    for moment in (0, 1, 5, 20, 60, 120):
        panel = room.panel(action="text" if moment % 2 else "explain")
        qtbot.wait(moment)  # the moment is the subject
        panel.session.forget()
        panel.session.forget()
    qtbot.waitUntil(lambda: at_rest(room.host.worker))


def test_every_control_has_a_name(enter_panels: Enter) -> None:
    from PySide6.QtWidgets import QAbstractButton, QLineEdit

    panel = enter_panels().panel()
    assert all(button.accessibleName() or button.text() for button in panel.findChildren(QAbstractButton))
    assert all(line.accessibleName() for line in panel.findChildren(QLineEdit))


# Its window.


def test_a_code_block_is_bare_and_anything_else_stays_as_it_is() -> None:
    assert bare("```csv\na,b\n```") == "a,b"
    assert bare("Here:\n```\na\n```") == "Here:\n```\na\n```"
    assert bare("```\na\n```\nand\n```\nb\n```") == "```\na\n```\nand\n```\nb\n```"
    assert bare("  a,b \n") == "a,b"
    assert bare(fenced("a ``` b")) == "a ``` b"
