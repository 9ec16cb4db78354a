"""Every window, dialog and panel, filled with what it may show, for whoever looks whether its texts fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from fanlight.domain.errors import ModelError
from fanlight.engine.scripted import ScriptedEngine
from fanlight.i18n import _
from fanlight.settings import Settings
from fanlight.ui.capture.countdown import CountdownWindow
from fanlight.ui.capture.notice import CaptureNotice
from fanlight.ui.help.window import HelpWindow
from fanlight.ui.settings.actions_editor import ActionsEditor
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.window.shortcut_sheet import ShortcutSheet
from support.microphones import FakeSound
from support.panels import FakeTexts, PanelRoom
from support.pseudo_model_scenes import MODEL_SCENES
from support.shots import pause, until
from support.transcribing import FakeRecognizer, sound_file
from support.whole_window import WholeWindow
from support.windows import SPEC, parts, picture_file

Scene = Callable[[Path, Settings], Iterator[QWidget]]


def empty_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _window(home, settings) as window:
        yield window


def window_with_an_answer(home: Path, settings: Settings) -> Iterator[QWidget]:
    """A picture, an answer, a stopped one, an error, an offer, attachments."""
    with _window(home, settings) as window:
        picture = picture_file(home)
        window.core.attachment_loader.load_files([picture])
        until(lambda: bool(window.composer.chips.attachments))
        window.composer.set_text("?")
        window.composer.submit()
        until(lambda: window.session_manager.current.condition == "idle" and len(window.transcript.entries()) == 2)
        window.core.attachment_loader.load_files([picture])
        until(lambda: bool(window.composer.chips.chips) and all(chip.ready for chip in window.composer.chips.chips))
        window.errors.add_error(ModelError(_("There is no room for the picture."), _("Try a smaller picture.")))
        window.offers.offer(_("There is no room for the picture."), _("Undo"), lambda: None)
        pause(50)
        yield window


def listening_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    """Push-to-talk under way."""
    with _window(home, settings) as window:
        window.services.run_talk_command("start")
        until(lambda: window.features.voice.dictation.push_to_talk.state == "listening")
        pause(50)
        yield window
        window.services.run_talk_command("stop")


def hands_free_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _window(home, settings) as window:
        window.services.run_talk_command("hands-free")
        pause(300)
        yield window
        window.services.run_talk_command("hands-free")


def settings_dialog(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _window(home, settings) as window:
        dialog = SettingsDialog(window.settings_store, window, window.features.sections())
        dialog.show()
        dialog.search.setText("«")  # all of them: the mark of the longer language
        pause(100)
        yield dialog
        dialog.done(0)


def shortcut_sheet(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _window(home, settings) as window:
        sheet = ShortcutSheet(window)
        sheet.show()
        pause(50)
        yield sheet
        sheet.done(0)


def help_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _window(home, settings):
        help_ = HelpWindow()
        help_.show()
        pause(50)
        yield help_
        help_.close()


def actions_editor(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _panels(home, settings) as room:
        editor = ActionsEditor(room.actions)
        editor.list.setCurrentRow(1)
        editor.show()
        pause(50)
        yield editor
        editor.close()


def quick_panel(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _panels(home, settings) as room:
        panel = room.panel(rect=QRect(20, 20, 400, 300), action="explain")
        until(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.turns))
        pause(100)
        yield panel


def transcription_window(home: Path, settings: Settings) -> Iterator[QWidget]:
    heard = FakeRecognizer()
    with _window(home, settings, load_recognizer=heard.load) as window:
        window.features.transcription.transcribe([sound_file(home / "talk.wav"), sound_file(home / "more.wav")])
        queue = window.features.transcription.queue
        until(lambda: len(queue.all) == 2 and all(one.state == "done" for one in queue.all))
        pause(150)
        yield window.features.transcription.window


def capture_notice(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _panels(home, settings):
        notice = CaptureNotice()
        notice.show_text(_("There is no room for the picture."))
        pause(50)
        yield notice
        notice.close()


def countdown(home: Path, settings: Settings) -> Iterator[QWidget]:
    with _panels(home, settings):
        window = CountdownWindow()
        window.show()
        pause(50)
        yield window
        window.close()


SCENES: tuple[Scene, ...] = (
    empty_window, window_with_an_answer, listening_window, hands_free_window, settings_dialog, shortcut_sheet,
    help_window, actions_editor, quick_panel, transcription_window, capture_notice, countdown, *MODEL_SCENES,
)  # fmt: skip


@contextmanager
def _window(home: Path, settings: Settings, **more: Any) -> Iterator[WholeWindow]:
    engine = ScriptedEngine(["An ", "answer."])
    window = WholeWindow(parts(home, engine, settings=settings, sound=FakeSound(), **more))
    window.show()
    until(lambda: window.host.condition == "ready" and window.services.tray is not None)
    try:
        yield window
    finally:
        window.close_unasked()


@contextmanager
def _panels(home: Path, settings: Settings) -> Iterator[PanelRoom]:
    room = PanelRoom(home, ScriptedEngine(["An ", "answer."]), settings, FakeTexts())
    room.dress()
    room.load(SPEC)
    until(lambda: room.host.condition == "ready")
    try:
        yield room
    finally:
        room.close()
