"""Sound and video files in the window: dropped or picked, cancelled, gone on with, copied, saved, asked about. What is
heard in them is told, everything else is real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from fanlight.domain.errors import SpeechModelError
from support.media_files import encoded
from support.recordings import recording
from support.timers import at_rest
from support.transcribing import FakeRecognizer, journals, sound_file
from support.transcribing_hands import WAIT, click, done, dropped, opened, until
from support.whole_window import WholeWindow
from support.window_hands import Open, mime_of, read
from support.windows import picture_file

pytestmark = pytest.mark.gui


@pytest.fixture
def heard() -> FakeRecognizer:
    return FakeRecognizer()


@pytest.fixture
def window(open_window: Open, qtbot: Any, heard: FakeRecognizer) -> WholeWindow:
    return opened(open_window, qtbot, heard)


def test_a_dropped_recording_becomes_text_whose_words_come_before_the_end(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path
) -> None:
    heard.goes_on.clear()
    recordings = dropped(qtbot, window, sound_file(tmp_path / "talk.wav"))
    view = recordings.window
    assert view.isVisible()
    assert not view.files.isVisible()  # one file needs no list
    qtbot.waitUntil(heard.under_way.is_set, timeout=WAIT)
    heard.goes_on.set()
    qtbot.waitUntil(lambda: "Part 1 has ended." in view.text.toPlainText(), timeout=WAIT)
    assert view.current is not None
    until(qtbot, view.current, "done")
    qtbot.waitUntil(lambda: view.progress.status.text() == "Done: 0:21, 12 words, English")
    assert view.text.toPlainText() == "Part 1 has ended.\nPart 2 has ended.\nPart 3 has ended."
    assert [round(view.text.start_of(n) or 0) for n in range(3)] == [0, 7, 14]
    assert not window.composer.chips.chips
    assert not window.errors.lines


def test_several_at_once_come_one_after_the_other_and_a_bad_one_is_said_and_stops_none(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp3"
    bad.write_text("no sound at all", "utf-8")
    recordings = dropped(qtbot, window, sound_file(tmp_path / "a.wav", 1), bad, sound_file(tmp_path / "b.wav", 2))
    first, second, third = recordings.queue.all
    until(qtbot, third, "done")
    assert (first.state, second.state) == ("done", "failed")
    assert second.status().startswith("bad.mp3 is not a recording that Fanlight can read: Invalid data")
    assert recordings.window.files.isVisible()
    assert recordings.window.files.item(1).text() == "bad.mp3\nfailed"
    assert heard.files == 3


def test_a_mixed_drop_does_both(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    recordings = done(qtbot, window, picture_file(tmp_path), sound_file(tmp_path / "talk.wav", 1))
    read(qtbot, window, 1)
    assert [one.path.name for one in recordings.queue.all] == ["talk.wav"]


@pytest.mark.parametrize(
    ("names", "promise"),
    [
        (("a.png",), "Drop to add the picture to your question"),
        (("a.mp3", "b.MP4"), "Drop to transcribe the recording"),
        (("a.png", "b.ogg"), "Drop to add the pictures to your question and transcribe the recordings"),
    ],
)
def test_what_will_become_of_it_is_said_before_it_is_let_go(
    window: WholeWindow, tmp_path: Path, names: tuple[str, ...], promise: str
) -> None:
    mime = mime_of(*(tmp_path / name for name in names))
    kind = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(5, 5), *kind))
    assert promise in [label.text() for label in window._drop_area.findChildren(QLabel)]
    QApplication.sendEvent(window, QDragLeaveEvent())


def test_a_recording_dropped_on_its_own_window_is_taken_there(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    recordings = done(qtbot, window, sound_file(tmp_path / "a.wav", 1))
    here = QPointF(20, 20)
    kind = (mime_of(sound_file(tmp_path / "b.wav", 1)), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(recordings.window, QDragEnterEvent(here.toPoint(), Qt.DropAction.CopyAction, *kind))
    QApplication.sendEvent(recordings.window, QDropEvent(here, Qt.DropAction.CopyAction, *kind))
    assert [one.path.name for one in recordings.queue.all] == ["a.wav", "b.wav"]
    until(qtbot, recordings.queue.all[1], "done")


def test_content_decides_and_never_the_name(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    picture = picture_file(tmp_path).rename(tmp_path / "shapes.wav")
    sound = sound_file(tmp_path / "talk.wav", 1).rename(tmp_path / "talk.png")
    recordings = dropped(qtbot, window, picture, sound)
    read(qtbot, window, 1)
    assert [one.path.name for one in recordings.queue.all] == ["talk.png"]
    until(qtbot, recordings.queue.all[0], "done")
    assert not window.errors.lines


def _cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda at: (at / "empty.mp3").write_bytes(b"") and None,
            "empty.mp3 is empty. Copy or record it again.",
        ),
        (lambda at: (at / "notes.wav").write_text("Dear diary") and None, "notes.wav is not a recording"),
    ],
)
def test_a_file_without_sound_is_one_sentence_and_a_way_on(
    qtbot: Any, window: WholeWindow, tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    make(folder)
    recordings = dropped(qtbot, window, *folder.iterdir())
    (one,) = recordings.queue.all
    until(qtbot, one, "failed")
    qtbot.waitUntil(lambda: recordings.window.progress.status.text().startswith(said))
    assert recordings.window.progress.resume_button.text() == "Try Again"
    assert not recordings.window.uses.copy_button.isEnabled()
    assert not window.errors.lines


def test_a_file_that_may_not_be_read_is_said_and_read_when_it_may(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def opened(path: Path, *how: Any, **more: Any) -> Any:
        if path.suffix == ".wav":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *how, **more)

    path = sound_file(tmp_path / "talk.wav", 1)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", opened)
        recordings = dropped(qtbot, window, path)
        (one,) = recordings.queue.all
        until(qtbot, one, "failed")
    assert one.status() == "You do not have permission to read talk.wav. Change the file's permissions."
    qtbot.waitUntil(recordings.window.progress.resume_button.isVisible)
    click(qtbot, recordings.window.progress.resume_button)
    until(qtbot, one, "done")


def test_a_recording_that_was_cut_off_is_heard_as_far_as_it_goes(
    qtbot: Any, window: WholeWindow, tmp_path: Path
) -> None:
    path = _cut(encoded(tmp_path / "cut.mp3", recording("jfk"), "libmp3lame", 44_100))
    (one,) = done(qtbot, window, path).queue.all
    assert 4 < one.upto < 7
    assert one.note().startswith("Only 0:0")
    assert "of 0:11" in one.note()
    assert one.about["seconds"] == round(one.upto, 3)


def test_silence_says_that_nobody_speaks(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    (one,) = done(qtbot, window, sound_file(tmp_path / "quiet.wav", 1, seconds=0.1, pause=3)).queue.all
    assert one.status() == "No speech found (0:03)"


def test_cancel_leaves_no_trace_but_what_it_goes_on_with(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path, home: Path
) -> None:
    heard.seconds_per_part = 0.1
    path = sound_file(tmp_path / "talk.wav", 4)
    beside = sorted(tmp_path.iterdir())
    recordings = dropped(qtbot, window, path)
    view, (one,) = recordings.window, recordings.queue.all
    qtbot.waitUntil(lambda: len(one.segments) >= 1, timeout=WAIT)
    heard.goes_on.clear()
    qtbot.waitUntil(heard.under_way.is_set, timeout=WAIT)
    click(qtbot, view.progress.stop_button)
    assert one.state == "stopped"
    heard.goes_on.set()
    qtbot.waitUntil(lambda: at_rest(window.features.voice.dictation.speech_worker), timeout=WAIT)
    decoded = heard.files
    assert decoded < 4  # the part that was under way, and none after it
    assert sorted(tmp_path.iterdir()) == beside
    assert len(journals(home)) == 1
    qtbot.waitUntil(lambda: view.progress.status.text().startswith("Stopped at 0:"))
    click(qtbot, view.progress.resume_button)
    until(qtbot, one, "done")
    assert heard.files == 4
    assert len(one.segments) == 4


def test_closing_its_window_stops_and_the_same_file_goes_on_where_it_was_or_starts_again(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    path = sound_file(tmp_path / "talk.wav", 4)
    first = FakeRecognizer(0.1)
    window = opened(open_window, qtbot, first)
    recordings = dropped(qtbot, window, path)
    (one,) = recordings.queue.all
    qtbot.waitUntil(lambda: one.upto > 7, timeout=WAIT)
    recordings.window.close()
    assert one.state == "stopped"
    window.close()  # and then the program
    second = FakeRecognizer()
    window = opened(open_window, qtbot, second)
    (same,) = done(qtbot, window, path).queue.all
    assert first.files + second.files == 4
    view = window.features.transcription.window
    assert "Resumed at 0:" in view.progress.note.text()
    assert len(view.text.toPlainText().splitlines()) == 4
    click(qtbot, view.progress.restart_button)
    qtbot.waitUntil(lambda: second.files == 4 + 4 - first.files, timeout=WAIT)
    until(qtbot, same, "done")
    qtbot.waitUntil(lambda: len(view.text.toPlainText().splitlines()) == 4)
    assert not view.progress.note.text()


def test_a_transcript_that_went_nowhere_is_there_again_at_once_and_one_that_was_saved_leaves_no_trace(
    qtbot: Any, open_window: Open, tmp_path: Path, home: Path
) -> None:
    path = sound_file(tmp_path / "talk.wav")
    window = opened(open_window, qtbot, FakeRecognizer())
    done(qtbot, window, path)
    window.close()
    assert len(journals(home)) == 1
    again = FakeRecognizer()
    window = opened(open_window, qtbot, again)
    recordings = done(qtbot, window, path)
    assert again.files == 0
    qtbot.waitUntil(lambda: recordings.window.progress.note.text() == "This file was transcribed before.")
    click(qtbot, recordings.window.uses.copy_button)
    window.close()
    assert journals(home) == []


def test_without_a_speech_model_it_says_what_to_do_as_dictation_does(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path
) -> None:
    heard.error = SpeechModelError("The speech model is not installed.", "pip install it")
    recordings = dropped(qtbot, window, sound_file(tmp_path / "talk.wav", 1))
    (one,) = recordings.queue.all
    until(qtbot, one, "failed")
    qtbot.waitUntil(
        lambda: recordings.window.progress.status.text() == "The speech model is not installed. pip install it"
    )
    heard.error = None
    click(qtbot, recordings.window.progress.resume_button)
    until(qtbot, one, "done")


def test_the_choice_of_language_reaches_the_model_and_is_remembered(
    qtbot: Any, open_window: Open, tmp_path: Path
) -> None:
    heard = FakeRecognizer()
    window = opened(open_window, qtbot, heard)
    options = window.features.transcription.window.options
    options.language.setCurrentIndex(options.language.findData("de"))
    options.language.activated.emit(options.language.currentIndex())
    options.translate.click()
    done(qtbot, window, sound_file(tmp_path / "talk.wav", 1))
    asked = heard.transcriber.calls[0].options
    assert (asked.language, asked.translate) == ("de", True)
    options.translate.click()
    view = window.features.transcription.window
    qtbot.waitUntil(lambda: view.progress.note.text() == "It was started with other language options.")
    click(qtbot, view.progress.restart_button)
    qtbot.waitUntil(lambda: heard.files == 2, timeout=WAIT)
    assert not heard.transcriber.calls[1].options.translate
    window.close()
    again = opened(open_window, qtbot, FakeRecognizer()).features.transcription.window.options
    assert (again.language.currentData(), again.translate.isChecked()) == ("de", False)


def test_the_key_opens_the_dialog_and_what_is_picked_becomes_text(
    qtbot: Any, window: WholeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sound_file(tmp_path / "talk.wav", 1)
    asked: list[str] = []

    def picked(_parent: object, title: str, _folder: str, kinds: str) -> tuple[list[str], str]:
        asked.append(kinds)
        return [str(path)], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", picked)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: bool(window.features.transcription.queue.all), timeout=WAIT)
    recordings = window.features.transcription
    until(qtbot, recordings.queue.all[0], "done")
    assert "*.mp3" in asked[0]
    recordings.window.close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert recordings.window.isVisible()  # what was transcribed is still there
    assert len(asked) == 1


def test_delete_takes_a_file_out_of_the_list_and_the_others_go_on(
    qtbot: Any, window: WholeWindow, heard: FakeRecognizer, tmp_path: Path
) -> None:
    heard.goes_on.clear()
    recordings = dropped(qtbot, window, *(sound_file(tmp_path / f"{name}.wav", 2) for name in "abc"))
    first = recordings.queue.all[0]
    qtbot.waitUntil(heard.under_way.is_set, timeout=WAIT)
    assert recordings.window.current is first
    qtbot.keyClick(recordings.window.files, Qt.Key.Key_Delete)
    heard.goes_on.set()
    assert [one.path.name for one in recordings.queue.all] == ["b.wav", "c.wav"]
    for one in recordings.queue.all:
        until(qtbot, one, "done")
    assert recordings.window.current in recordings.queue.all


def test_everything_in_it_has_a_name(qtbot: Any, window: WholeWindow, tmp_path: Path) -> None:
    recordings = done(qtbot, window, *(sound_file(tmp_path / f"{name}.wav", 1) for name in "ab"))
    nameless = [
        widget
        for widget in recordings.window.findChildren(QWidget)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (widget.accessibleName() or getattr(widget, "text", lambda: "")())
        and widget.objectName() != "qt_scrollarea_viewport"
    ]
    assert nameless == []
