"""All of speaking to Fanlight, wired once: microphone, speech thread, keys, buttons, and where the words go."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from fanlight.audio.chime import Chime
from fanlight.audio.loudspeaker import PortAudioLoudspeaker
from fanlight.audio.microphone import Microphone
from fanlight.audio.portaudio import AudioSystem
from fanlight.core.app_deps import AppDeps
from fanlight.core.capture.panel_keys import PREFIX
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.push_to_talk import PushToTalk
from fanlight.core.dictation.speech_worker import LoadListener, SpeechWorker
from fanlight.core.hotkey_bindings import HotkeyBindings
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.dispatcher import MainThreadDispatcher
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.domain.audio import SoundLevel
from fanlight.domain.errors import HotkeyError
from fanlight.settings import Settings
from fanlight.ui import theme
from fanlight.ui.composer.composer import Composer
from fanlight.ui.controls import repolish
from fanlight.ui.dictation.composer_text import ComposerTarget
from fanlight.ui.dictation.keys import PushToTalkKeys
from fanlight.ui.dictation.status import DictationStatus, Shown
from fanlight.ui.dictation.text import LineTarget
from fanlight.ui.panel.panel import QuickPanel

log = logging.getLogger(__name__)

TALK = "talk"
ESCAPE = "talk:escape"
PANEL_LETTER = Qt.Key.Key_M
PANEL_KEY = f"{PREFIX}m"
LOOK_MS, WARM_MS = 200, 2_500


def build(
    parts: AppDeps,
    settings_store: SettingsStore,
    window: QWidget,
    composer: Composer,
    session_manager: SessionManager,
    busy: Callable[[], bool],
) -> Dictation:
    """With the sound of this computer, where `parts` tell of no other."""
    chime = Chime(PortAudioLoudspeaker()) if parts.sound is None else None
    return Dictation(parts.load_listener, parts.sound, settings_store, window, composer, session_manager, busy, chime)


class Dictation(QObject):
    window_wanted = Signal()
    """Words are on their way into the window, which may be hidden."""
    problem = Signal(object)

    def __init__(
        self,
        load: LoadListener,
        sound: AudioSystem | None,
        settings_store: SettingsStore,
        window: QWidget,
        composer: Composer,
        session_manager: SessionManager,
        busy: Callable[[], bool],
        chime: Chime | None = None,
    ) -> None:
        """`busy`: whether the vision model generates. `chime` says that it listens."""
        super().__init__(window)
        self._settings_store, self._window, self._composer = settings_store, window, composer
        self._busy, self._chime = busy, chime
        self.microphone = Microphone(sound)
        self.hearing = SpeechWorker(load, self)
        self.talk = PushToTalk(self.microphone, self.hearing, settings_store, self)
        self.words = ComposerTarget(composer.input, session_manager, self._theme, self._send)
        self._keys = PushToTalkKeys(self.talk, lambda: self.words, window, composer.input)
        self.says: tuple[Shown, str] | None = None
        """What the window shows of hands-free talking, in place of a hold's own words. Call `show` then."""
        self._panels: dict[QuickPanel, LineTarget] = {}
        self._hotkeys: Hotkeys | None = None
        self._bindings: HotkeyBindings | None = None
        self._dispatcher = MainThreadDispatcher(self)
        self._warm = QTimer(self, singleShot=True, interval=WARM_MS)
        self._warm.timeout.connect(self.microphone.warm)
        self._warm.start()
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._share_the_processor)
        self._hold_button(composer.talk_button, lambda: self.words)
        composer.before_submit = self._sends_later
        self.talk.began.connect(self.sound)
        self.talk.changed.connect(self.show)
        self.talk.happened.connect(self._happened)
        settings_store.changed.connect(self._settings_changed)
        self.dress()
        self._keep_ready()

    # Where it is spoken from.

    def join(self, panel: QuickPanel) -> None:
        """A panel opens: its line takes words, too."""
        words = LineTarget(panel.line.input, self._theme, panel.line.send_button.click)
        self._panels[panel] = words
        PushToTalkKeys(self.talk, lambda: words, panel, panel.line.input, PANEL_LETTER)
        self._hold_button(panel.line.talk_button, lambda: words)
        panel.line.talk_button.show()
        panel.talk_status.draw(self._theme(), self._settings_store.now.text_size)
        panel.before_forget = self._forget
        panel.closed.connect(self._leave)

    def use(self, hotkeys: Hotkeys | None) -> None:
        """Keys from every program, from now on."""
        if hotkeys is None:
            return
        self._hotkeys = hotkeys
        self._bindings = HotkeyBindings(self._settings_store, hotkeys, self, TALK)
        self._bindings.problem.connect(self.problem)
        self._bindings.start()
        hotkeys.key_pressed.connect(self._key_down)
        hotkeys.key_released.connect(self._key_up)

    def obey(self, what: Literal["start", "stop", "toggle"]) -> None:
        """By command."""
        if what == "stop":
            self.talk.stop()
            return
        begins = not self.talk.recording
        (self.talk.start if what == "start" else self.talk.toggle)(self._target())
        if begins:
            self._come_forward()

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' part about it, by its group; imported when the settings are opened."""
        from fanlight.ui.settings.microphone_section import MicrophoneSection

        return {
            "Voice": lambda: MicrophoneSection(
                self._settings_store, self.microphone, self.talk, self._bindings, self._dispatcher, self._theme
            )
        }

    def close(self) -> None:
        """Discard what is spoken. `microphone` and `hearing` are closed with all other threads."""
        self._warm.stop()
        self.talk.close()

    def _hold_button(self, button: QToolButton, target: Callable[[], ComposerTarget | LineTarget]) -> None:
        button.pressed.connect(lambda: self.talk.key.press(target()))
        button.released.connect(lambda: self.talk.key.release())

    def _target(self) -> ComposerTarget | LineTarget:
        """The panel when one is up, else the window."""
        return next(reversed(self._panels.values())) if self._panels else self.words

    def _come_forward(self) -> None:
        if self.talk.target is self.words and not self._window.isActiveWindow():
            self.window_wanted.emit()

    def _key_down(self, name: str) -> None:
        if name == TALK or (name == PANEL_KEY and self._panels):
            self.talk.key.press(self._target())
            self._come_forward()
        elif name == ESCAPE:
            self.talk.forget()

    def _key_up(self, name: str) -> None:
        if name in (TALK, PANEL_KEY):
            self.talk.key.release()

    def _forget(self) -> bool:
        """In a panel, Esc."""
        return self.talk.active and not (self.talk.hands_free and self.talk.target is self.words) and self.talk.forget()

    def _sends_later(self) -> bool:
        """What is being spoken belongs to the question: it is sent when the last words are there."""
        if not self.talk.active or self.talk.target is not self.words:
            return False
        if self.talk.hands_free and self.talk.recording and not self.talk.has_words:
            self.talk.forget()  # it was typed
            return False
        self.talk.finish_and_send()
        return True

    def _send(self) -> None:
        """Words are there that are to be sent: at once, or with those that are being spoken."""
        if self.talk.active and self.talk.target is self.words:
            self.talk.send_too()
        else:
            self._composer.submit()

    def _leave(self, panel: QuickPanel) -> None:
        words = self._panels.pop(panel, None)
        if words is not None:
            self.talk.leave(words)

    # What is seen of it.

    def show(self) -> None:
        talk = self.talk
        if talk.active and not self._look.isActive():
            self._look.start()
            if not talk.hands_free:  # it lasts, and other programs need the key
                self._lend_escape()
        elif not talk.active and self._look.isActive():
            self._look.stop()
            self.hearing.spare.clear()
            self._return_escape()
        for words, status, button in self._places():
            here = words is talk.target
            ready = self._settings_store.now.talk_ready
            here = here and not (self.says is not None and words is self.words)
            status.tell(talk.state if here else "closed", talk.words if here else "", ready)
            self._light(button, words is talk.target and talk.recording)
        self._composer.hands_free_status.tell(*(self.says or ("closed", "")), False)
        for panel, words in self._panels.items():
            if words is talk.target:
                panel.keys.wait()
            panel.refit()

    def _places(self) -> list[tuple[ComposerTarget | LineTarget, DictationStatus, QToolButton]]:
        composer = self._composer
        return [
            (self.words, composer.talk_status, composer.talk_button),
            *((words, panel.talk_status, panel.line.talk_button) for panel, words in self._panels.items()),
        ]

    def _light(self, button: QToolButton, on: bool) -> None:
        if bool(button.property("talking")) != on:
            button.setProperty("talking", on)
            button.setAccessibleDescription("Listening" if on else "")
            repolish(button)

    def sound(self) -> None:
        """That it listens, where the user wants that."""
        if self._chime is not None and self._settings_store.now.talk_sound:
            self._chime.play()

    def _happened(self, happened: object) -> None:
        if isinstance(happened, SoundLevel):
            for words, status, _ in self._places():
                if words is self.talk.target:
                    status.meter.hear(happened)
            if self.says is not None:
                self._composer.hands_free_status.meter.hear(happened)

    def _theme(self) -> theme.Theme:
        return theme.current(self._settings_store.now.theme)

    def dress(self) -> None:
        """In the colours and sizes that hold now."""
        for status in (*(status for _, status, _ in self._places()), self._composer.hands_free_status):
            status.draw(self._theme(), self._settings_store.now.text_size)
        self.words.dress()

    # What goes on beside it.

    def _share_the_processor(self) -> None:
        """The vision model generates: words are shown less often, so that neither starves the other."""
        if self._busy():
            self.hearing.spare.set()
        else:
            self.hearing.spare.clear()

    def _lend_escape(self) -> None:
        """Esc forgets also where another program has the keyboard, for the seconds of a hold."""
        hotkeys = self._hotkeys
        if hotkeys is None or not hotkeys.lends_keys or self._panels or self._window.isActiveWindow():
            return
        try:
            hotkeys.bind(ESCAPE, "Escape", lent=True)
        except HotkeyError as error:
            log.info("Esc is not heard: %s", error)

    def _return_escape(self) -> None:
        if self._hotkeys is not None:
            self._hotkeys.unbind(ESCAPE)

    def _keep_ready(self) -> None:
        settings = self._settings_store.now
        self.microphone.keep_ready(settings.talk_device if settings.talk_ready else None)
        self.show()

    def _settings_changed(self, before: Settings, now: Settings) -> None:
        if (before.talk_ready, before.talk_device) != (now.talk_ready, now.talk_device):
            self._keep_ready()
