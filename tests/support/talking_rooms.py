"""A window, somebody who talks to it hands-free, and what can be heard of both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from fanlight.core.capture.captures import Capture
from fanlight.desktop.capture import CapturedImage
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker
from fanlight.ui.panel.panel import QuickPanel
from support.conversing import Mouth, TurnRecognizer
from support.microphones import FakeSound
from support.speaking import FakeLoudspeaker, FakeVoice
from support.whole_window import WholeWindow
from support.window_hands import Open, idle, texts

LONG = ["A long sentence that takes its time. "] * 200


class Room:
    def __init__(self, qtbot: Any, open_window: Open, engine: ScriptedEngine, **settings: Any) -> None:
        self.qtbot, self.voice, self.box, self.sound = qtbot, FakeVoice(), FakeLoudspeaker(0.0005), FakeSound()
        self.mouth = Mouth(self.sound)
        self.listener = TurnRecognizer("how many shapes are there", "and the red ones", "thank you")
        made = Settings(**{"talk_hotkey_on": False, "shot_hotkey_on": False, "hands_free_minutes": 5, **settings})
        self.window: WholeWindow = open_window(
            engine, settings=made, sound=self.sound, load_recognizer=lambda _: self.listener,
            speaker=lambda: Speaker(self.box, (self.voice,)),
        )  # fmt: skip
        qtbot.waitUntil(lambda: self.window.services.tray is not None and self.window.host.condition == "ready")
        hands_free = self.window.features.voice.hands_free
        self.hands_free = hands_free
        self.phases: list[str] = []
        hands_free.changed.connect(self._note)

    def _note(self) -> None:
        phase = self.hands_free.phase if self.hands_free.on else "off"
        if self.phases[-1:] != [phase]:
            self.phases.append(phase)

    def begin(self) -> None:
        self.qtbot.mouseClick(self.window.composer.voice_bar.hands_free_button, Qt.MouseButton.LeftButton)
        self.listens()

    def wait(self, true: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(true()), timeout=20_000)

    def listens(self) -> None:
        """It is the user's turn, and the microphone hears."""
        self.wait(
            lambda: (
                self.hands_free.phase == "listening"
                and self.window.features.voice.dictation.push_to_talk.state == "listening"
            )
        )
        assert self.window.composer.property("listening")

    def says(self, seconds: float = 1.0) -> None:
        self.mouth.say(seconds)

    def hears(self, seconds: float) -> None:
        """Until the open microphone has got so much more sound, of which 10 s take one."""
        until = self.mouth.seconds + seconds
        self.wait(lambda: self.mouth.seconds >= until)

    def speaks(self) -> None:
        """Fanlight."""
        self.wait(lambda: self.hands_free.phase == "speaking" and self.box.sentences)

    def asked(self, *questions: str) -> None:
        """These were asked, in the conversation that is shown, and answered."""
        self.wait(lambda: tuple(texts(self.window)[::2]) == questions and idle(self.window))

    def closed(self) -> None:
        """The microphone."""
        self.wait(lambda: not self.sound.open_streams)

    def ended(self, words: str = "") -> None:
        """With a sentence that has `words` in it, or without one."""
        self.wait(lambda: not self.hands_free.on)
        self.closed()
        assert not self.window.composer.voice_bar.hands_free_button.isChecked()
        assert not self.window.composer.property("listening")
        lines = self.window.offers.lines
        assert any(words in line for line in lines) if words else not lines, lines

    def status(self) -> str:
        return self.window.composer.voice_bar.hands_free_status.text.accessibleName()

    def key(self, code: Qt.Key, down: bool = True, text: str = "", where: QWidget | None = None) -> None:
        kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
        event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, text)
        QApplication.sendEvent(where or self.window.composer.input, event)

    def tap(self, code: Qt.Key) -> None:
        self.key(code)
        self.key(code, False)

    def panel(self) -> QuickPanel:
        """One opens, over a capture."""
        picture = QImage(200, 100, QImage.Format.Format_RGB32)
        picture.fill(0x808080)
        self.window.features.captures.controller.open_session(Capture(CapturedImage(picture)), "none")
        panel = self.window.features.captures.view.panels[-1]
        assert isinstance(panel, QuickPanel)
        return panel
