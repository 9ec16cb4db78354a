"""On a real screen: pixels that were scrolled are the pixels that would be painted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.gui

SCRIPT = """
import random, sys
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
app = QApplication([])
from fanlight.domain.events import TextDelta
from fanlight.ui import theme
from fanlight.core.chat.entry import AnswerFinished, TranscriptEntry
from fanlight.ui.transcript.transcript import Transcript
from support.chat_samples import conversation, long_answer, one_table
theme.apply(app, theme.LIGHT)
transcript = Transcript()
transcript.setGeometry(0, 0, 560, 400)
transcript.show()
transcript.show_entries([*conversation(30), TranscriptEntry("assistant", "", state="open")])
transcript.setFocus()
QTest.qWait(200)
bar, chance = transcript.verticalScrollBar(), random.Random(5)

def same():
    for _ in range(5):
        QTest.qWait(60)
        there = app.primaryScreen().grabWindow(transcript.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)
        if there == transcript.grab().toImage().convertToFormat(QImage.Format.Format_RGB32):
            return True
    return False

text = long_answer(2_500) + "\\n\\n" + one_table(15)
for at in range(0, len(text), 120):
    transcript.on_event(TextDelta(text[at : at + 120]))
    transcript.paint_now()
    if chance.random() < 0.2:
        bar.setValue(bar.value() - chance.randint(1, 600))
    elif chance.random() < 0.3:
        transcript.jump_to_end()
    if at % 360 == 0 and not same():
        sys.exit(f"at {at}: the screen is not what would be painted")
transcript.on_finished(AnswerFinished("done", "complete"))
for _ in range(6):
    bar.setValue(bar.value() + chance.randint(-500, 400))
    if not same():
        sys.exit("after scrolling: the screen is not what would be painted")
print("same")
"""


@pytest.mark.parametrize("scale", ["1", "1.5"])
def test_the_screen_shows_what_would_be_painted(display: Any, scale: str) -> None:
    places = [str(Path(module.__file__ or "").parents[up]) for module, up in _places()]
    env = {**display.env, "QT_SCALE_FACTOR": scale, "PYTHONPATH": os.pathsep.join(places)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, timeout=240)
    assert done.stdout.strip() == "same", done.stderr


def _places() -> list[tuple[Any, int]]:
    import fanlight
    from support import chat_samples

    return [(fanlight, 1), (chat_samples, 1)]
