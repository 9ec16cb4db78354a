"""`python hands_free_child.py HOME MODEL [PICTURE.png] [SETTING=VALUE...]`: Fanlight's window with a real microphone, a
real speech model and a real voice. With a picture, which is in the first question, the practice model answers; without
one a script, at length. Says each phase of hands-free talking as a line of JSON, with what was asked and answered."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer

from fanlight import compose, paths
from fanlight.audio.portaudio import PortAudio
from fanlight.core.app import Application
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker
from fanlight.ui import application
from support.whole_window import WholeWindow
from support.windows import parts

LONG = ["This sentence goes on and on, because nobody has stopped it yet. "] * 30


class Window(WholeWindow):
    def start(self) -> None:
        super().start()
        self._phase = ""
        hands_free = self.features.voice.hands_free
        self.hands_free = hands_free
        hands_free.changed.connect(self._tell)
        if PICTURE:
            self._core.attachment_loader.load_files([Path(PICTURE)])
        self._look = QTimer(self, interval=50)
        self._look.timeout.connect(self._look_at_model)
        self._look.start()

    def _look_at_model(self) -> None:
        if self.host.condition == "ready" and (not PICTURE or self.composer.chips.attachments):
            self._look.stop()
            say("ready")

    def _tell(self) -> None:
        talk, on = self.features.voice.dictation.push_to_talk, self.hands_free.on
        phase: str = self.hands_free.phase if on else "off"
        if phase == "listening" and talk.state != "listening":
            phase = "opening"
        if phase != self._phase:
            self._phase = phase
            said = [entry.text for entry in self.transcript.entries()]
            ended = " ".join(self.offers.lines + self.errors.lines)
            say(phase, asked=said[::2], answers=said[1::2], text=self.composer.text, ended=ended)


def say(what: str, **more: object) -> None:
    print(json.dumps({"what": what, **more}), flush=True)


PICTURE = next((word for word in sys.argv[3:] if word.endswith(".png")), "")


if __name__ == "__main__":
    home, model = Path(sys.argv[1]), sys.argv[2]
    given = {name: value == "True" if value in ("True", "False") else float(value)
             for name, value in (word.split("=", 1) for word in sys.argv[3:] if "=" in word)}  # fmt: skip
    settings = Settings(speech_model=model, speech_language="en", keep_in_tray="no", **given)  # type: ignore[arg-type]
    application.Wiring = Window.wired  # type: ignore[assignment, attr-defined]
    needs = parts(
        home, ScriptedEngine(LONG, 0.02), settings=settings, load_recognizer=compose.load_recognizer, sound=PortAudio(),
        speaker=Speaker,
    )  # fmt: skip
    if PICTURE:
        catalog = compose.catalog()
        needs = replace(needs, load=compose.load_engine, models=catalog.models, find_model=catalog.find)
    sys.exit(application.run(lambda: Application(needs), sys.argv[:1], paths.logs()))
