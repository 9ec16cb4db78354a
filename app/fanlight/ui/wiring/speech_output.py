"""Spoken answers in the widgets: their buttons, keys, and Esc."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.core.dictation.speech_output import SentenceSpoken, SpeechOutput
from fanlight.core.settings_store import SettingsStore
from fanlight.settings import Settings
from fanlight.ui.composer.composer import Composer
from fanlight.ui.dictation.escape import EscapeFilter
from fanlight.ui.panel.session_panel import SessionPanel
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.shortcuts import SPOKEN_KEYS, add_actions


class SpeechOutputControls(QObject):
    """Stays when the window is replaced: `detach_window` comes before that, `attach_window` after it."""

    def __init__(
        self,
        speech_output: SpeechOutput,
        settings_store: SettingsStore,
        window: QWidget,
        composer: Composer,
        transcript: Transcript,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._speech_output, self._settings_store = speech_output, settings_store
        self._stop_buttons: list[QToolButton] = []
        self._panels: list[SessionPanel] = []
        self.attach_window(window, composer, transcript)
        settings_store.changed.connect(self._show_choice)
        speech_output.changed.connect(self.refresh)
        speech_output.sentence_spoken.connect(self._show_spoken)

    def attach_window(self, window: QWidget, composer: Composer, transcript: Transcript) -> None:
        speech_output, settings_store, bar = self._speech_output, self._settings_store, composer.voice_bar
        self._composer, self._transcript = composer, transcript
        bar.spoken_button.setChecked(settings_store.now.spoken_answers)
        bar.spoken_button.clicked.connect(lambda on: settings_store.choose(spoken_answers=on))
        self._add_stop_button(bar.stop_speaking_button)
        composer.input.escaped.connect(speech_output.stop_speaking)
        composer.stop.connect(speech_output.stop_speaking)
        transcript.read_aloud.connect(speech_output.read_aloud)
        transcript.read_from.connect(speech_output.read_from)
        EscapeFilter((window,), self._on_escape)
        add_actions(
            window,
            SPOKEN_KEYS,
            {"read": speech_output.read_last_answer, "toggle": speech_output.toggle_spoken_answers},
        )
        self.refresh()

    def detach_window(self) -> None:
        """The window is about to be replaced."""
        self._stop_buttons.remove(self._composer.voice_bar.stop_speaking_button)

    def add_panel(self, panel: SessionPanel) -> None:
        """A panel opens: its answers are spoken, too."""
        button, conversation = panel.line.stop_speaking_button, panel.conversation
        self._speech_output.follow_panel(conversation)
        panel.transcript.read_aloud.connect(self._speech_output.read_aloud)
        panel.transcript.read_from.connect(self._speech_output.read_from)
        self._panels.append(panel)
        self._add_stop_button(button)

        def remove_panel() -> None:
            self._panels.remove(panel)
            self._stop_buttons.remove(button)
            self._speech_output.leave_panel(conversation)

        panel.closed.connect(remove_panel)
        self.refresh()

    def refresh(self) -> None:
        active = self._speech_output.active
        for button in self._stop_buttons:
            if button.isHidden() == active:
                if button.hasFocus():
                    self._composer.input.setFocus()
                button.setVisible(active)

    def _show_spoken(self, spoken: SentenceSpoken | None) -> None:
        """In the transcript that has the answer."""
        shown: Transcript | None = self._transcript
        for panel in self._panels:
            mine = spoken is not None and spoken.source is panel.conversation
            whole = spoken is not None and spoken.source is None
            panel.transcript.show_spoken(*(_marked(spoken) if mine or whole else (None, ())))
            shown = None if mine else shown
        if shown is not None:
            shown.show_spoken(*_marked(spoken))
        elif spoken is not None:
            self._transcript.show_spoken(None, ())

    def _add_stop_button(self, button: QToolButton) -> None:
        self._stop_buttons.append(button)
        button.clicked.connect(self._speech_output.stop_speaking)
        button.hide()

    def _on_escape(self) -> bool:
        """Does not consume the key: Esc stops other things, too."""
        self._speech_output.stop_speaking()
        return False

    def _show_choice(self, _before: Settings, now: Settings) -> None:
        self._composer.voice_bar.spoken_button.setChecked(now.spoken_answers)


def _marked(spoken: SentenceSpoken | None) -> tuple[str | None, tuple[str, ...]]:
    """What `Transcript.show_spoken` takes."""
    if spoken is None:
        return None, ()
    return (spoken.text if spoken.source is None else None), spoken.sentences
