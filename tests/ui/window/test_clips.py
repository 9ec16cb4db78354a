"""A video that is dropped becomes a chip; its frames and what is said go with the question, and answers cite times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QUrl

from fanlight.domain.clips import Clip, ClipPart
from fanlight.domain.errors import SpeechModelError
from fanlight.domain.messages import TextPart, sent_parts
from fanlight.domain.speech import Effort
from fanlight.engine.scripted import ScriptedEngine
from fanlight.speech import file_transcription
from fanlight.speech.audio import Audio
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.ui.composer.attaching import describe_drop
from fanlight.ui.composer.clip_part_dialog import ClipPartDialog
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.page_links import fragments
from fanlight.ui.transcript.time_links import time_address, time_of
from support.clips import Shot, scene, timeline, video_file
from support.media_files import encoded
from support.recordings import recording
from support.transcribing import FakeRecognizer
from support.whole_window import WholeWindow
from support.window_hands import Open, answered, ask, drop, mime_of, ready, texts

pytestmark = pytest.mark.gui
WAIT = 20_000


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return video_file(tmp_path / "party.mp4", timeline([Shot(scene(1), 2), Shot(scene(2), 2)], 25))


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    tone = 0.5 * np.sin(np.arange(48_000) / 8).astype(np.float32)
    return encoded(tmp_path / "talk.mp4", tone, "aac", video=True)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> FakeRecognizer:
    """Hears words in a tone, once it `goes_on`."""
    monkeypatch.setattr(file_transcription, "dereverberated", lambda audio: audio)
    fake = FakeRecognizer()

    def says(_audio: Audio, _effort: Effort) -> str:
        fake.goes_on.wait(30)
        return "The lamp is green."

    fake.transcriber = ScriptedTranscriber(says)
    return fake


def links(window: WholeWindow, entry: int) -> list[str]:
    found = []
    view = window.transcript.view(entry)
    assert view is not None
    for body in view.findChildren(MessageBody):
        block = body.document().begin()
        while block.isValid():
            found += [part.charFormat().anchorHref() for part in fragments(block) if part.charFormat().isAnchor()]
            block = block.next()
    return found


def test_it_is_dropped_asked_about_and_its_times_are_links(qtbot: Any, open_window: Open, clip: Path) -> None:
    engine = ScriptedEngine(["A cut [0:02.0], at 3:15 nothing."])
    window: WholeWindow = open_window(engine)
    ready(qtbot, window)
    drop(window, mime_of(clip))
    qtbot.waitUntil(lambda: any(chip.item.frames for chip in window.composer.chips.chips), timeout=WAIT)
    (chip,) = window.composer.chips.chips
    assert chip.accessibleName().startswith("Video party.mp4, ")
    assert "pictures, 0:0" in chip.facts
    assert chip._image.width() > 100
    assert "be told what happens in it" in window.composer.input._invitation
    ask(qtbot, window, "What happens?")
    answered(qtbot, window)
    question = engine.asked[-1][-1]
    first, *_others = sent_parts(question.parts)
    assert isinstance(first, TextPart)
    assert first.text.startswith("Pictures from the video “party.mp4”")
    assert len(window.transcript.entries()[0].thumbnails) == len(question.images) > 1
    address = time_address(2.0)
    assert links(window, 1) == [address.toString()]
    window.page_viewing.follow(address)
    viewer = window.picture_viewing.viewer
    assert viewer is not None
    assert viewer.isVisible()
    assert "0:0" in viewer.windowTitle()
    assert viewer.note.isHidden()
    viewer.close()


def test_a_transport_stream_is_a_video_though_typescript_has_its_name(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]))
    ready(qtbot, window)
    drop(window, mime_of(encoded(tmp_path / "film.ts", np.zeros(16_000, np.float32), "aac", video=True)))
    qtbot.waitUntil(lambda: any(chip.item.frames for chip in window.composer.chips.chips), timeout=WAIT)


def test_a_part_of_it_is_chosen_in_a_dialog(qtbot: Any, open_window: Open, clip: Path) -> None:
    engine = ScriptedEngine(["Ok."])
    window: WholeWindow = open_window(engine)
    ready(qtbot, window)
    drop(window, mime_of(clip))
    qtbot.waitUntil(lambda: any(chip.item.frames for chip in window.composer.chips.chips), timeout=WAIT)
    (chip,) = window.composer.chips.chips
    menu = window._chip_menu.menu(chip.item)
    next(action for action in menu.actions() if action.text() == "Choose a Part…").trigger()
    dialog = window.findChild(ClipPartDialog)
    assert dialog is not None
    assert [box.accessibleName() for box in (dialog.begin, dialog.end)] == ["Beginning", "End"]
    assert (dialog.begin.text(), dialog.end.text(), dialog.length.text()) == ("0:00.0", "0:04.0", "0:04.0 of 0:04.0")
    dialog.begin.selectAll()
    qtbot.keyClicks(dialog.begin, "0:0x3,0")  # a letter is not taken
    qtbot.keyClick(dialog.end, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.end, Qt.Key.Key_Down)
    assert (dialog.begin.value(), dialog.end.text()) == (3.0, "0:02.0")
    dialog.use_button.click()
    assert dialog.wrong.text() == "It ends before it begins."
    assert dialog.isVisible()
    dialog.begin.setValue(0.5)
    assert dialog.wrong.isHidden()
    timeline = dialog.timeline
    place = QPoint(round(timeline.place_of(1.0)), timeline.height() // 2)
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=place)  # the begin is nearer
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=place)
    assert abs(dialog.begin.value() - 1.0) < 0.05
    assert dialog.part == (dialog.begin.value(), 2.0)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.composer.chips.chips[0].item.frames), timeout=WAIT)
    frames = window.composer.chips.chips[0].item.frames
    assert all(one.moment and 1.0 - 0.05 <= one.moment.seconds <= 2.0 for one in frames)


@pytest.mark.parametrize("ended_by", ["Enter", "the button"])
def test_what_is_typed_and_no_time_is_said_and_no_part_is_taken(qtbot: Any, ended_by: str) -> None:
    dialog = ClipPartDialog(Clip("x", "party.mp4", 60.0, 5.0, 50.0), [])
    qtbot.addWidget(dialog)
    dialog.show()
    taken: list[ClipPart] = []
    dialog.part_chosen.connect(taken.append)

    def use(typed: str) -> None:
        dialog.begin.setFocus()
        dialog.begin.selectAll()
        qtbot.keyClicks(dialog.begin, typed)
        if ended_by == "Enter":
            qtbot.keyClick(dialog.begin, Qt.Key.Key_Return)
        else:
            dialog.use_button.setFocus()
            dialog.use_button.click()

    use("1:75")
    assert dialog.wrong.text() == "1:75 is not a time such as 1:20 or 80"
    assert not taken
    dialog.timeline.part_dragged.emit(7.0, 50.0)  # what was typed is forgotten
    assert dialog.wrong.isHidden()
    use("0:15")
    assert taken == [(15.0, 50.0)]


def test_what_is_said_is_heard_before_the_question_is_sent(
    qtbot: Any, open_window: Open, talk: Path, heard: FakeRecognizer
) -> None:
    engine = ScriptedEngine(["A tone."])
    heard.goes_on.clear()
    window: WholeWindow = open_window(engine, load_recognizer=heard.load)
    ready(qtbot, window)
    drop(window, mime_of(talk))
    qtbot.waitUntil(lambda: len(window.composer.chips.chips) == 2, timeout=WAIT)
    ask(qtbot, window, "What is said?")
    assert window.composer.waits_to_send
    assert not texts(window)
    heard.goes_on.set()
    answered(qtbot, window, seconds=20)
    (document,) = engine.asked[-1][-1].documents
    assert "[0:00] The lamp is green." in document.text
    assert window.transcript.entries()[0].captions[-1] == "talk.mp4, what is said in it"
    window.page_viewing.follow(time_address(1.0))
    assert window.picture_viewing.viewer is not None
    assert window.picture_viewing.viewer.note.text() == "The lamp is green."
    window.picture_viewing.viewer.close()


def test_one_goes_on_without_the_sound_by_removing_its_chip(
    qtbot: Any, open_window: Open, talk: Path, heard: FakeRecognizer
) -> None:
    engine = ScriptedEngine(["A tone."])
    heard.goes_on.clear()
    window: WholeWindow = open_window(engine, load_recognizer=heard.load)
    ready(qtbot, window)
    drop(window, mime_of(talk))
    qtbot.waitUntil(lambda: len(window.composer.chips.chips) == 2, timeout=WAIT)
    ask(qtbot, window, "What is seen?")
    sound = next(chip for chip in window.composer.chips.chips if not chip.item.frames)
    qtbot.mouseClick(sound.remove_button, Qt.MouseButton.LeftButton)
    answered(qtbot, window, seconds=20)
    assert engine.asked[-1][-1].images
    assert not engine.asked[-1][-1].documents
    heard.goes_on.set()


def test_without_a_speech_model_its_pictures_are_there(
    qtbot: Any, open_window: Open, talk: Path, heard: FakeRecognizer
) -> None:
    heard.error = SpeechModelError("There is no speech model.")
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]), load_recognizer=heard.load)
    ready(qtbot, window)
    drop(window, mime_of(talk))
    qtbot.waitUntil(lambda: "The sound of “talk.mp4” is left out" in window.errors.text.text(), timeout=WAIT)
    (chip,) = window.composer.chips.chips
    assert chip.item.frames


def test_sound_alone_is_transcribed_as_before(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]), load_recognizer=FakeRecognizer().load)
    ready(qtbot, window)
    drop(window, mime_of(encoded(tmp_path / "a.m4a", recording("austen880")[:32_000], "aac")))
    qtbot.waitUntil(lambda: len(window.features.transcription_queue.all) == 1, timeout=WAIT)
    assert not window.composer.chips.chips


def test_a_damaged_one_is_a_sentence(qtbot: Any, open_window: Open, tmp_path: Path) -> None:
    window: WholeWindow = open_window(ScriptedEngine(["Ok."]))
    ready(qtbot, window)
    (tmp_path / "broken.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(64))
    drop(window, mime_of(tmp_path / "broken.mp4"))
    qtbot.waitUntil(lambda: "broken.mp4" in window.errors.text.text(), timeout=WAIT)
    assert not window.composer.chips.chips


def test_its_drop_is_described(clip: Path, tmp_path: Path) -> None:
    assert describe_drop(mime_of(clip)) == "Drop to add the video to your question"


def test_addresses_of_times() -> None:
    assert time_of(time_address(3723.5)) == 3723.5
    assert time_of(QUrl("page:4")) is None
    assert time_of(QUrl("moment:soon")) is None
