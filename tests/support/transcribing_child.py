"""The real window transcribes a file, whose parts take so many seconds each; says what it decodes, and what came."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.settings import Settings
from fanlight.speech.recognizer import WhisperRecognizer
from fanlight.speech.scripted import ScriptedTranscriber
from fanlight.speech.vad import LoudnessVad
from support.whole_window import WholeWindow
from support.window_hands import drop, mime_of
from support.windows import parts


def main(path: Path, seconds: float) -> None:
    count = 0

    def says(*_: object) -> str:
        nonlocal count
        count += 1
        print("part", count, flush=True)
        time.sleep(seconds)
        return f"Part {count} has ended."

    application = QApplication(sys.argv[:1])
    settings = Settings(talk_hotkey_on=False, shot_hotkey_on=False)
    listener = WhisperRecognizer(ScriptedTranscriber(says), vad=lambda _: LoudnessVad())
    window = WholeWindow(
        parts(Path(os.environ["FANLIGHT_HOME"]), settings=settings, load_recognizer=lambda _: listener)
    )
    window.show()
    drop(window, mime_of(path))
    until = time.monotonic() + 60
    transcribing = window.features.transcription.queue
    while time.monotonic() < until and not (transcribing.all and transcribing.all[0].state == "done"):
        QTest.qWait(20)
    (one,) = transcribing.all
    print(one.note())
    print(len(one.segments), "segments")
    window.close()
    del application


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
