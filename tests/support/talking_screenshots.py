"""`python -m support.talking_screenshots [FOLDER]`: the pictures of hands-free talking in README. The practice model
answers; who speaks, and what is understood, is told.

Needs a screen (`xvfb-run -s "-screen 0 1400x1000x24"` is one).
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from fanlight import compose, paths
from fanlight.audio.portaudio import BLOCK_SECONDS
from fanlight.core.dictation.hands_free_table import TurnEvent
from fanlight.synthesis.speaker import Speaker
from support import shots
from support.conversing import Mouth, TurnRecognizer
from support.microphones import FakeSound
from support.shots import pause, until
from support.speaking import FakeLoudspeaker, FakeVoice
from support.whole_window import WholeWindow
from support.windows import parts

WIDTH, HEIGHT = 900, 600
QUESTIONS = ("How many shapes are there?", "Is there a circle?")


class Studio:
    """A window in the colours of `theme`, with somebody who talks to it."""

    def __init__(self, theme: str, folder: Path) -> None:
        home = Path(tempfile.mkdtemp())
        os.environ["FANLIGHT_HOME"] = str(home)
        catalog, sound = compose.catalog(), FakeSound()
        self.theme, self.folder, self.mouth = theme, folder, Mouth(sound)
        sound.pace = BLOCK_SECONDS
        self.window = WholeWindow(
            replace(
                parts(home), settings=replace(compose.settings(), theme=theme, temperature=0.0),
                load=compose.load_engine, models=catalog.models, find_model=catalog.find, sound=sound,
                load_recognizer=lambda _: TurnRecognizer(*QUESTIONS),
                speaker=lambda: Speaker(FakeLoudspeaker(0.02), (FakeVoice(samples_a_letter=500),)),
            )
        )  # fmt: skip
        self.window.resize(WIDTH, HEIGHT)
        self.window.show()
        until(lambda: self.window.host.condition == "ready" and self.window.services.tray)
        self.window._core.attachment_loader.load_files([paths.resources() / "samples" / "shapes.png"])
        until(lambda: self.window.composer.chips.attachments)
        pause(1500)  # as long as one looks at it

    def phase(self, name: str) -> None:
        hands_free, talk = self.window.features.voice.hands_free, self.window.features.voice.dictation.push_to_talk
        until(lambda: hands_free.phase == name and (name != "listening" or talk.state == "listening"))

    def take(self, name: str) -> None:
        shots.save(shots.grabbed(self.window), self.folder / f"hands-free-{name}-{self.theme}.png")

    def converse(self) -> None:
        """Two questions, and the picture of each phase."""
        hands_free = self.window.features.voice.hands_free
        hands_free.start_hands_free()
        self.phase("listening")
        self.mouth.say(1.5)
        self.phase("speaking")
        until(lambda: self.window.session_manager.current.condition == "idle")
        pause(300)
        self.take("speaking")
        self.phase("listening")
        self.mouth.say(1.2)
        until(lambda: self.window.features.voice.dictation.push_to_talk.has_words)
        pause(400)
        self.take("listening")
        hands_free._apply_event(TurnEvent.SILENCE_TIMEOUT)
        pause(300)
        self.take("ended")
        self.window.close()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.resources() / "screenshots"
    target.mkdir(exist_ok=True)
    for theme_name in ("light", "dark"):
        Studio(theme_name, target).converse()
