"""`python speaking_child.py HOME [stop-after SECONDS [sound]]`: a window without a screen whose answers are spoken by
the real voice into the real loudspeaker. It asks one question, and ends when all is said, or so long after Esc. A
line on stdout for what happens, with the clock's time: speaking, escape, silent, problem; with `sound`, sound once
the loudspeaker plays."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.audio.loudspeaker import Playing
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.synthesis.speaker import Speaker, SpokenAnswer
from support.whole_window import WholeWindow
from support.windows import parts

ANSWER = ["There are ", "**thirty-seven** ", "red shapes ", "in the picture. ", "One of them ", "is a square.\n"]
LONG = ["This sentence goes on and on, because nobody stops it yet. "] * 20


def tell(what: str) -> None:
    print(what, time.monotonic(), flush=True)


def main(home: Path, stop_after: float | None) -> None:
    application = QApplication([])
    engine = ScriptedEngine(LONG if stop_after else ANSWER, 0.02)
    settings = Settings(spoken_answers=True, keep_history=False)
    window = WholeWindow(parts(home, engine, settings=settings, speaker=Speaker))
    window.show()
    window.start()
    window.composer.set_text("How many shapes are there?")
    speaking = window.features.voice.speech_output

    def changed() -> None:
        tell("speaking" if speaking.active else "silent")
        if speaking.active and stop_after:
            QTimer.singleShot(round(1000 * stop_after), stop)
        if not speaking.active:
            QTimer.singleShot(2000 if stop_after else 300, window.quit)

    def stop() -> None:
        tell("escape")
        QTest.keyClick(window.composer.input, Qt.Key.Key_Escape)

    speaking.changed.connect(changed)
    speaking.problem.connect(lambda error: tell(f"problem {error}"))
    window.closed.connect(application.quit)
    window.composer.submit()
    application.exec()


def tell_sound() -> None:
    feed = SpokenAnswer._feed

    def told(answer: SpokenAnswer, playing: Playing) -> None:
        tell("sound")
        feed(answer, playing)

    SpokenAnswer._feed = told  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    if "sound" in sys.argv:
        tell_sound()
    main(Path(sys.argv[1]), float(sys.argv[3]) if len(sys.argv) > 3 else None)
