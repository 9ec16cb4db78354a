"""Connects the application with the window that shows it, and with what reaches the window from outside: the tray,
commands, and the features (`features.py`). None of those is imported before the window is painted or the feature is
wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from fanlight.core.app import Application
from fanlight.core.remote_commands import ActivationRequest, CaptureRequest, OpenRequest
from fanlight.core.transcription.quote import Quotation
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.desktop.capture.screen_lock import screen_lock
from fanlight.i18n import _
from fanlight.settings import Settings
from fanlight.ui.appearance import Appearance
from fanlight.ui.language import apply_language
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.features import Features

if TYPE_CHECKING:
    from fanlight.core.dictation.hands_free import TalkCommand
    from fanlight.core.dictation.program_dictation import DictateCommand
    from fanlight.ui.window.tray_controller import TrayController
    from fanlight.ui.wiring.live_captions import CaptionsCommand

CLOSE_SECONDS = 5.0


class Wiring(QObject):
    """Owns the window and the `features`. `tray` is None before `start`."""

    closed = Signal()
    """The window was closed for good, and all threads with it."""

    def __init__(self, core: Application, appearance: Appearance, make_window: Callable[[], Window]) -> None:
        super().__init__(core)
        self._core, self._appearance, self._make_window = core, appearance, make_window
        self.tray: TrayController | None = None
        self._needs_rebuild = False
        self.features = Features(core, appearance, lambda: self.window, self)
        self.features.problem.connect(self.show_problem)
        self.features.recovered.connect(self.end_problem)
        self.features.window_wanted.connect(self.bring_forward)
        self.features.question_quoted.connect(self._quote)
        self.features.recording_attached.connect(self._attach_recording)
        remote = core.remote
        remote.show_requested.connect(self.bring_forward)
        remote.open_requested.connect(self.open_files)
        remote.hide_requested.connect(self._hide_window)
        remote.quit_requested.connect(self.quit)
        remote.capture_requested.connect(self._start_capture)
        remote.check_capture = self._check_capture
        remote.talk_requested.connect(self.run_talk_command)
        remote.dictation_requested.connect(self.run_dictation_command)
        remote.captions_requested.connect(self.run_captions_command)
        remote.check_captions = self._check_captions
        remote.selection_requested.connect(self._ask_about_selection)
        core.settings_store.changed.connect(self._on_settings_changed)
        self.window = make_window()
        self._connect_window()

    def _connect_window(self) -> None:
        window = self.window
        window.may_close = self._may_close
        window.painted.connect(self.start)
        window.closed.connect(self._on_closed)
        window.settings_requested.connect(self._open_settings)
        window.transcription_requested.connect(lambda: self.features.transcription.open(self.window))
        window.captions_toggled.connect(lambda: self.run_captions_command("toggle"))
        commands = window.searching.palette.commands
        commands.offer_while(
            _("Live Captions"), window.captions_toggled.emit, lambda: self.features.live_captions.captions.why_not()
        )
        commands.offer_while(
            _("Ask About the Last 5 Minutes"),
            lambda: self.features.live_captions.ask_about_last_minutes(),
            lambda: "" if self.features.is_made("live_captions") and self.features.live_captions.has_words else None,
        )
        window.models_requested.connect(lambda: self.features.models.open())
        window.values_requested.connect(lambda subject: self.features.structured.open(subject))
        window.pictures_requested.connect(lambda: self.features.many_pictures.open())
        window.recordings_dropped.connect(self._transcribe)

    def start(self) -> None:
        """Start what waits for the first paint; later calls do nothing."""
        if self.tray is not None:
            return
        self._core.start()
        self.features.start()
        self.tray = self._build_tray()

    def _build_tray(self) -> TrayController:
        from fanlight.ui.window.tray import Tray
        from fanlight.ui.window.tray_controller import TrayController
        from fanlight.ui.wiring.tray import tray_state

        core, captures, voice = self._core, self.features.captures, self.features.voice
        captions = self.features.live_captions
        tray = Tray(lambda: tray_state(core, captures, voice, captions, window_visible=self.window.isVisible()))
        tray.capture_requested.connect(captures.controller.press_key)
        tray.recent_capture_chosen.connect(captures.controller.reopen)
        tray.recent_dictation_chosen.connect(voice.program_dictation.copy_recent)
        tray.dictations_clear_requested.connect(core.dictations.clear)
        tray.show_requested.connect(self.bring_forward)
        tray.hide_requested.connect(self._hide_window)
        tray.hands_free_toggled.connect(lambda: self.run_talk_command("hands-free"))
        tray.captions_toggled.connect(captions.toggle)
        tray.memory_release_requested.connect(core.host.free)
        tray.quit_requested.connect(self.quit)
        controller = TrayController(tray, core.settings_store, lambda: not self.window.isVisible(), self)
        controller.window_wanted.connect(self.bring_forward)
        controller.problem.connect(self.show_problem)
        return controller

    def rebuild_window(self) -> None:
        """A new window where the old one stood, around the same application: its texts are in the language in use now.
        While a dialog is open it waits: the dialog belongs to the old window."""
        self._needs_rebuild = QApplication.activeModalWidget() is not None
        if self._needs_rebuild:
            return
        old, visible = self.window, self.window.isVisible()
        self.features.detach_window()
        old.discard()
        self.window = window = self._make_window()
        self._connect_window()
        self.features.attach_window(window)
        if visible:
            window.show()

    # Requests of the window, the tray and the command line.

    def bring_forward(self, request: ActivationRequest | None = None) -> None:
        self.window.bring_forward(request)

    def open_files(self, request: OpenRequest) -> None:
        """As if they were dropped on the window."""
        self.bring_forward(request.activation)
        self._core.attachment_loader.load_files(request.files)

    def quit(self) -> None:
        """End the program, even where the tray could keep it running."""
        self.window.quit()

    def close_unasked(self) -> None:
        """End the program after a signal, without a question that might stay unanswered."""
        self.window.close_unasked()

    def show_problem(self, error: Exception) -> None:
        self.window.show_problem(error)

    def end_problem(self, error: Exception) -> None:
        self.window.errors.remove_error(error)

    def run_talk_command(self, command: TalkCommand) -> None:
        self.start()
        self.features.voice.run_talk_command(command)

    def run_dictation_command(self, command: DictateCommand) -> None:
        self.start()
        self.features.voice.program_dictation.run_command(command)

    def run_captions_command(self, command: CaptionsCommand) -> None:
        self.start()
        self.features.live_captions.run_command(command)

    def _open_settings(self) -> None:
        from fanlight.ui.settings.dialog import SettingsDialog

        core = self._core
        dialog = SettingsDialog(core.settings_store, self.window, self.features.sections(), core.window_state)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exec()
        if self._needs_rebuild:
            self.rebuild_window()

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if before.language != now.language:
            apply_language(now.language)
            self.rebuild_window()

    def _start_capture(self, request: CaptureRequest) -> None:
        self.features.captures.start_capture(request)

    def _ask_about_selection(self) -> None:
        self.start()
        self.features.captures.selections.ask_about_selection()

    def _check_capture(self, request: CaptureRequest) -> None:
        """Raises FanlightError."""
        self.features.captures.actions.check(request.action)
        if not request.delay_seconds and (locked := screen_lock()) is not None:
            raise locked

    def _check_captions(self, command: str) -> None:
        """Raises FanlightError."""
        if command != "stop":
            self.features.live_captions.captions.check()

    def _quote(self, quotation: Quotation) -> None:
        self.window.quote(quotation)
        self._core.session_manager.current.note_sound()

    def _attach_recording(self, path: Path) -> None:
        session_manager = self._core.session_manager
        self._core.attachment_loader.clips.load_recording(session_manager.current, path)
        self.bring_forward()

    def _transcribe(self, files: Sequence[Path]) -> None:
        self.features.transcription.transcribe(files)

    def _hide_window(self) -> None:
        hidden_windows.note(self.window.windowHandle())
        self.window.hide()

    def _may_close(self) -> bool:
        return self.tray is None or self.tray.may_close(self.window)

    def _on_closed(self) -> None:
        if self.tray is not None:
            self.tray.close()
        workers, closers = self.features.close()
        self._core.close(CLOSE_SECONDS, workers, closers)
        self.closed.emit()
