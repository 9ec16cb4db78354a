"""`python -m support.voice_screenshots [FOLDER]`: every state of push-to-talk, in the window and in a panel. What the
microphone hears, and what is understood, is told.

Needs a screen (`xvfb-run -s "-screen 0 1400x1000x24"` is one).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from fanlight import paths
from fanlight.core.capture.captures import Capture
from fanlight.core.dictation.targets import SpeechTarget
from fanlight.desktop.capture import CapturedImage
from fanlight.settings import Settings
from support import shots
from support.microphones import TONE, FakeSound
from support.scripted_recognizer import ScriptedRecognizer
from support.shots import pause, until
from support.whole_window import WholeWindow
from support.windows import parts

SAID, UNSURE = "How many red circles are there between the two blue squares", ("circles",)
WIDTH, HEIGHT, STRIP = 860, 560, 150
GAP, GROUND = 10, (184, 180, 171)
SLOWLY, LONG_ENOUGH_MS = 0.2, 1600
"""A word each 0.2 s, until seven are settled and two are not."""


class Booth:
    """A window in the colours of `theme`, and a hand on its key."""

    def __init__(self, theme: str) -> None:
        home = Path(tempfile.mkdtemp())
        os.environ["FANLIGHT_HOME"] = str(home)
        self.sound, self.listener = FakeSound(), ScriptedRecognizer(SAID, UNSURE)
        settings = Settings(theme=theme, keep_history=False, talk_sound=False)
        self.window = WholeWindow(
            parts(home, settings=settings, sound=self.sound, load_recognizer=lambda _: self.listener)
        )
        self.window.resize(WIDTH, HEIGHT)
        self.window.show()
        until(lambda: self.window.services.tray is not None and self.window.host.condition == "ready")

    def states(self, target: SpeechTarget, seen: QWidget, part: Callable[[], QRect]) -> list[Image.Image]:
        """Opening, listening, locked, the last words, heard, nothing heard, no microphone."""
        talk, sound, taken = self.window.features.voice.dictation.push_to_talk, self.sound, list[Image.Image]()

        def take() -> None:
            taken.append(shots.grabbed(seen, part()))

        sound.first_seconds, sound.pace = 0.6, SLOWLY
        talk.key.press_talk_key(target)
        take()
        until(lambda: talk.has_words)
        pause(LONG_ENOUGH_MS)
        take()
        talk.discard_utterance()
        talk.start_recording(target)
        until(lambda: talk.has_words)
        pause(LONG_ENOUGH_MS)
        take()
        talk.stop_recording()
        take()
        until(lambda: talk.state == "done")
        take()
        known, self.listener.words = self.listener.words, ()
        talk.start_recording(target)
        until(lambda: talk.state == "listening")
        pause(LONG_ENOUGH_MS)
        talk.stop_recording()
        until(lambda: talk.state == "nothing")
        take()
        sound.known = []
        talk.start_recording(target)
        until(lambda: talk.state == "error")
        take()
        sound.known, self.listener.words = [TONE], known
        return taken

    def composer(self) -> QRect:
        """Where one writes: the foot of the window, right of the conversations."""
        left = self.window.sidebar.width()
        return QRect(left, self.window.height() - STRIP, self.window.width() - left, STRIP)

    def in_the_window(self) -> list[Image.Image]:
        window = self.window
        window.settings_store.choose(talk_ready=True)
        until(lambda: self.sound.open_streams)
        pause(500)
        kept_open = shots.grabbed(window, self.composer())
        window.settings_store.choose(talk_ready=False)
        until(lambda: not self.sound.open_streams)
        return [
            kept_open,
            *self.states(window.features.voice.dictation_controls.composer_target, window, self.composer),
        ]

    def in_a_panel(self) -> list[Image.Image]:
        captures = self.window.features.captures
        captures.controller.open_session(
            Capture(CapturedImage(QImage(str(paths.resources() / "samples" / "shapes.png")))), "none"
        )
        pause(500)
        (panel,) = captures.view.panels
        return self.states(self.window.features.voice.dictation_controls._panels[panel], panel, panel.rect)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.resources() / "screenshots"
    folder.mkdir(exist_ok=True)
    for theme_name in ("light", "dark"):
        booth = Booth(theme_name)
        for name, pictures in (("window", booth.in_the_window()), ("panel", booth.in_a_panel())):
            shots.save(shots.sheet(pictures, GROUND, GAP, columns=2), folder / f"voice-{name}-{theme_name}.png")
        booth.window.close()
