"""What the tray shows of the application and its features."""

from __future__ import annotations

from fanlight.core.app import Application
from fanlight.core.hotkey_bindings import CAPTURE_KEY
from fanlight.ui.window.tray import TrayState
from fanlight.ui.wiring.capture import CaptureFeature
from fanlight.ui.wiring.live_captions import LiveCaptionsFeature
from fanlight.ui.wiring.voice import VoiceFeature


def tray_state(
    core: Application,
    captures: CaptureFeature,
    voice: VoiceFeature,
    live_captions: LiveCaptionsFeature,
    *,
    window_visible: bool,
) -> TrayState:
    hotkeys, host = captures.hotkeys, core.host
    return TrayState(
        trigger=hotkeys.trigger(CAPTURE_KEY) if hotkeys else "",
        window_visible=window_visible,
        is_scrolling=captures.controller.scrolling is not None,
        captures=captures.captures(),
        dictations=voice.program_dictation.recent(),
        model=host.spec.name if host.spec else "",
        condition=host.condition,
        microphone_recording=voice.dictation.push_to_talk.recording,
        microphone_ready=core.settings_store.now.talk_ready,
        hands_free=voice.hands_free.on,
        captions_on=live_captions.captions.on,
        captions_missing=live_captions.captions.why_not(),
    )
