"""Hands-free talking in the window: its button, key, Esc, and the line that shows its state."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fanlight.core.dictation.hands_free import HandsFree
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.audio import RecordingEvent, SoundLevel
from fanlight.i18n import _
from fanlight.ui import theme
from fanlight.ui.composer.composer import Composer
from fanlight.ui.dictation.escape import EscapeFilter, HideFilter
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.widgets.shortcuts import HANDS_FREE_KEYS, add_actions


class HandsFreeControls(QObject):
    def __init__(
        self,
        hands_free: HandsFree,
        push_to_talk: PushToTalk,
        settings_store: SettingsStore,
        window: QWidget,
        composer: Composer,
        offers: Banner,
    ) -> None:
        """`offers` shows why hands-free ended by itself, with a button that starts it again."""
        super().__init__(window)
        self._hands_free, self._settings_store = hands_free, settings_store
        self._composer, self._offers = composer, offers
        self._status = composer.voice_bar.hands_free_status
        composer.voice_bar.hands_free_button.clicked.connect(hands_free.toggle_hands_free)
        add_actions(window, HANDS_FREE_KEYS, {"hands_free": hands_free.toggle_hands_free})
        EscapeFilter((window, composer.input), hands_free.cancel_latest)
        HideFilter(window, hands_free.end_for_hidden_window)
        hands_free.changed.connect(self.refresh)
        hands_free.started.connect(offers.dismiss)
        hands_free.ended.connect(self._offer_restart)
        push_to_talk.changed.connect(self._show_status)
        push_to_talk.recording_event.connect(self._on_recording_event)
        self.apply_theme()

    def refresh(self) -> None:
        self._composer.voice_bar.show_hands_free(on=self._hands_free.on)
        self._composer.show_microphone_open(self._hands_free.microphone_open)
        self._show_status()

    def apply_theme(self) -> None:
        now = self._settings_store.now
        self._status.set_theme(theme.current(now.theme), theme.on_desktop(now.text_size))

    def _show_status(self) -> None:
        if self._hands_free.on:
            self._status.show_state(*self._hands_free.status, False)
        else:
            self._status.show_state("closed", "", False)

    def _offer_restart(self, why: str) -> None:
        if why:
            text = _("Hands-free has ended. {reason}").format(reason=why)
            self._offers.offer(text, _("Talk again"), self._hands_free.start_hands_free)

    def _on_recording_event(self, event: RecordingEvent) -> None:
        if isinstance(event, SoundLevel) and self._hands_free.on:
            self._status.meter.show_level(event)
