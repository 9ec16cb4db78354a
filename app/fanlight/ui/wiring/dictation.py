"""Dictation in the widgets: keys, buttons, status lines, and the fields the words go into."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.dictation import Dictation
from fanlight.core.dictation.global_keys import GlobalTalkKeys
from fanlight.core.dictation.targets import SpeechTarget
from fanlight.core.settings_store import SettingsStore
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.audio import RecordingEvent, SoundLevel
from fanlight.i18n import _
from fanlight.ui import theme
from fanlight.ui.composer.composer import Composer
from fanlight.ui.controls import repolish
from fanlight.ui.dictation.composer_text import ComposerTarget
from fanlight.ui.dictation.keys import PushToTalkKeys
from fanlight.ui.dictation.status import DictationStatus
from fanlight.ui.dictation.text import LineTarget
from fanlight.ui.panel.panel_keys import is_talk_key
from fanlight.ui.panel.session_panel import SessionPanel
from fanlight.ui.settings.microphone_section import MicrophoneSection


class DictationControls(QObject):
    """Stays when the window is replaced: `detach_window` comes before that, `attach_window` after it."""

    window_wanted = Signal()
    """A command has begun a dictation into the window, which may be hidden."""
    problem = Signal(object)
    recovered = Signal(object)
    """A problem is over."""

    def __init__(
        self,
        dictation: Dictation,
        settings_store: SettingsStore,
        session_manager: SessionManager,
        window: QWidget,
        composer: Composer,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._dictation, self._talk, self._settings_store = dictation, dictation.push_to_talk, settings_store
        self._session_manager = session_manager
        self._panels: dict[SessionPanel, LineTarget] = {}
        self._global_keys: GlobalTalkKeys | None = None
        self.attach_window(window, composer)
        dictation.began_by_command.connect(self._come_forward)
        self._talk.changed.connect(self.refresh)
        self._talk.recording_event.connect(self._on_recording_event)
        settings_store.changed.connect(self.refresh)

    def attach_window(self, window: QWidget, composer: Composer) -> None:
        """From now on words go into the composer of this window."""
        self._window, self._composer = window, composer
        target = ComposerTarget(composer.input, self._session_manager, self._theme, self._submit)
        self.composer_target = self._dictation.window_target = target
        PushToTalkKeys(self._talk, lambda: target, window, composer.input)
        self._connect_button(composer.voice_bar.talk_button, target)
        composer.before_submit = self._dictation.submit_later
        self.apply_theme()
        self.refresh()

    def detach_window(self) -> None:
        """The window is about to be replaced; what is being spoken into it ends."""
        self._talk.remove_target(self.composer_target)

    def add_panel(self, panel: SessionPanel) -> None:
        """A panel opens: its line accepts dictation, too."""
        nearby = panel.session.nearby_text
        target = LineTarget(panel.line.input, self._theme, panel.line.send_button.click, nearby)
        self._panels[panel] = target
        self._dictation.add_panel_target(target)
        PushToTalkKeys(self._talk, lambda: target, panel, panel.line.input, is_talk_key)
        self._connect_button(panel.line.talk_button, target)
        panel.line.talk_button.show()
        panel.talk_status.set_theme(self._theme(), theme.on_desktop(self._settings_store.now.text_size))
        panel.session.before_forget = self._dictation.discard_in_panel
        panel.closed.connect(self._remove_panel)

    def use_hotkeys(self, hotkeys: Hotkeys | None) -> None:
        """Use global keys for dictation from now on; None where there are none."""
        if hotkeys is None:
            return
        self._global_keys = GlobalTalkKeys(
            hotkeys,
            self._dictation,
            self._settings_store,
            may_hold_escape=lambda: hotkeys.lends_keys and QApplication.activeWindow() is None,
            parent=self,
        )
        self._global_keys.problem.connect(self.problem)
        self._global_keys.bindings.recovered.connect(self.recovered)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.applicationStateChanged.connect(self._global_keys.bindings.retry)

    def microphone_section(self) -> MicrophoneSection:
        """The microphone's part of the settings dialog."""
        bindings = self._global_keys.bindings if self._global_keys is not None else None
        return MicrophoneSection(self._settings_store, self._dictation.list_devices, self._talk, bindings, self._theme)

    def refresh(self) -> None:
        """Show the microphone's state beside the field that receives the words."""
        talk, kept_open = self._talk, self._settings_store.now.talk_ready
        for target, status, button in self._places():
            here = target is talk.target
            other_line = talk.hands_free and target is self.composer_target
            shown = here and not other_line
            status.show_state(talk.state if shown else "closed", talk.status_text if shown else "", kept_open)
            self._light(button, here and talk.recording)
        for panel in self._panels:
            panel.refit()

    def apply_theme(self) -> None:
        for _target, status, _button in self._places():
            status.set_theme(self._theme(), theme.on_desktop(self._settings_store.now.text_size))
        self.composer_target.paint()

    def _connect_button(self, button: QToolButton, target: SpeechTarget) -> None:
        button.pressed.connect(lambda: self._talk.key.press_talk_key(target))
        button.released.connect(lambda: self._talk.key.release_talk_key())

    def _submit(self) -> None:
        """Send the question: at once, or when the words that are being spoken are final."""
        if self._talk.active and self._dictation.speaks_into_window:
            self._talk.send_when_finished()
        else:
            self._composer.submit()

    def _remove_panel(self, panel: SessionPanel) -> None:
        target = self._panels.pop(panel, None)
        if target is not None:
            self._dictation.remove_panel_target(target)

    def _come_forward(self) -> None:
        if self._dictation.speaks_into_window and not self._window.isActiveWindow():
            self.window_wanted.emit()

    def _places(self) -> list[tuple[SpeechTarget, DictationStatus, QToolButton]]:
        bar = self._composer.voice_bar
        return [
            (self.composer_target, bar.talk_status, bar.talk_button),
            *((line, panel.talk_status, panel.line.talk_button) for panel, line in self._panels.items()),
        ]

    def _light(self, button: QToolButton, on: bool) -> None:
        if bool(button.property("talking")) != on:
            button.setProperty("talking", on)
            button.setAccessibleDescription(_("Listening") if on else "")
            repolish(button)

    def _on_recording_event(self, event: RecordingEvent) -> None:
        if isinstance(event, SoundLevel):
            for target, status, _button in self._places():
                if target is self._talk.target:
                    status.meter.show_level(event)

    def _theme(self) -> theme.Theme:
        return theme.current(self._settings_store.now.theme)
