"""`python -m support.screenshots`: the pictures in README, of the real window with the practice model answering.

Needs a screen (`xvfb-run -s "-screen 0 1400x1000x24"` is one). What the model says is what is shown.
"""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight import compose, paths
from support import shots
from support.shots import pause, until
from support.whole_window import WholeWindow
from support.windows import parts

WIDTH, HEIGHT = 1000, 740
QUESTIONS = {
    "light": ("What colour is the star?", "Is there a circle?"),
    "dark": ("Where is the square?",),
}
TYPED = {"light": "", "dark": "Is there a triangle?"}


def wait(window: WholeWindow, entries: int) -> None:
    session = window.session_manager.current
    until(
        lambda: session.condition != "answering" and len(session.turns) >= entries and not window.composer.chips.reading
    )


def ask(window: WholeWindow, text: str) -> None:
    before = len(window.session_manager.current.turns)
    window.composer.set_text(text)
    QTest.keyClick(window.composer.input, Qt.Key.Key_Return)
    wait(window, before + 2)


def take(name: str, folder: Path) -> None:
    home = Path(tempfile.mkdtemp())
    os.environ["FANLIGHT_HOME"] = str(home)
    catalog = compose.catalog()
    settings = replace(compose.settings(), theme=name, temperature=0.0)
    sample = paths.resources() / "samples" / "shapes.png"
    window = WholeWindow(
        replace(
            parts(home), settings=settings, load=compose.load_engine, models=catalog.models, find_model=catalog.find,
            sample=sample,
        )
    )  # fmt: skip
    window.resize(WIDTH, HEIGHT)
    window.show()
    until(lambda: window.host.condition == "ready")
    for earlier in ("What number is it?", "Is the triangle left of the star?"):
        ask(window, earlier)
        window.sidebar.new_button.click()
    window._core.attachment_loader.load_files([sample])
    wait(window, 0)
    pause(1500)  # as long as someone types
    for question in QUESTIONS[name]:
        ask(window, question)
    if name == "dark":
        window._core.attachment_loader.load_files([sample])
        window.composer.set_text(TYPED[name])
    pause(1500)
    shots.save(shots.grabbed(window), folder / f"window-{name}.png")
    window.close()


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    target = paths.resources() / "screenshots"
    target.mkdir(exist_ok=True)
    for theme_name in QUESTIONS:
        take(theme_name, target)
