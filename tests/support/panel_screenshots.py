"""`python -m support.panel_screenshots [FOLDER]`: the quick panel while it answers, done, and with an error, and the
editor of the quick actions: in README's pictures, or in FOLDER.

Needs a screen, as `support.screenshots` does; QT_SCALE_FACTOR=2 draws for a screen of twice the resolution."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fanlight import compose, paths
from fanlight.domain.errors import ModelError
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.actions_editor import ActionsEditor
from fanlight.ui.quick_panel import QuickPanel
from support.panels import PanelRoom, ToldKeys, ToldTexts

GAP, GROUNDS = 24, {"light": (221, 217, 209), "dark": (58, 57, 55)}
SLOWLY = "There are 3 shapes: a red circle at the top left, a blue star at the top right and a green square."
FAILURE = ModelError("There is no room for the picture.", "Close other programs, or choose a smaller model.")


def until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        QTest.qWait(15)


def room(name: str, engine: object = None) -> PanelRoom:
    """On the practice model, unless there is an `engine`."""
    home = Path(tempfile.mkdtemp())
    os.environ["FANLIGHT_HOME"] = str(home)
    settings = Settings(theme=name)
    spec = compose.catalog().find("practice")
    load = engine or (lambda spec: compose.load_engine(spec, settings, None, StopFlag()))
    made = PanelRoom(home, load, settings, ToldTexts(), ToldKeys())  # type: ignore[arg-type]
    made.dress()
    made.load(spec)
    made.reader.prepare()
    until(lambda: made.host.condition == "ready")
    return made


def grab(widget: QWidget) -> Image.Image:
    QTest.qWait(60)
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    size, line = (picture.width(), picture.height()), picture.bytesPerLine()
    return Image.frombytes("RGB", size, bytes(picture.constBits()), "raw", "RGB", line)


def panels(name: str) -> list[Image.Image]:
    """Answering, done, with an error."""
    sample = QImage(str(paths.resources() / "samples" / "shapes.png"))
    place = QRect(20, 40, 500, 400)
    slow = room(name, ScriptedEngine([f"{word} " for word in SLOWLY.split()], 0.4, tokens_per_image=38))
    practice, broken = room(name), room(name, ScriptedEngine(["x"], fails_after=0, failure=FAILURE))
    taken: list[Image.Image] = []

    def opened(where: PanelRoom) -> QuickPanel:
        return where.panel(sample, place, "explain")

    panel = opened(slow)
    until(lambda: len(panel.talk.last_answer) > 60 and panel.transcript.isVisible())
    taken.append(grab(panel))
    panel.forget()
    panel = opened(practice)
    until(lambda: panel.talk.condition == "idle" and bool(panel.talk.turns))
    panel.line.entered.emit("What colour is the star?")
    until(lambda: panel.talk.condition == "idle" and len(panel.talk.turns) == 4)
    taken.append(grab(panel))
    panel.forget()
    panel = opened(broken)
    until(lambda: panel.talk.condition == "idle" and bool(panel.talk.turns))
    taken.append(grab(panel))
    for where in (slow, practice, broken):
        where.close()
    return taken


def editor(name: str) -> Image.Image:
    where = room(name)
    made = ActionsEditor(where.actions)
    made.list.setCurrentRow(4)
    made.show()
    picture = grab(made)
    made.close()
    where.close()
    return picture


def beside(pictures: list[Image.Image], ground: tuple[int, int, int]) -> Image.Image:
    width = sum(picture.width + GAP for picture in pictures) + GAP
    sheet = Image.new("RGB", (width, max(picture.height for picture in pictures) + 2 * GAP), ground)
    left = GAP
    for picture in pictures:
        sheet.paste(picture, (left, GAP))
        left += picture.width + GAP
    return sheet


def save(picture: Image.Image, path: Path) -> None:
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.resources() / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    for theme_name, ground in GROUNDS.items():
        save(beside(panels(theme_name), ground), target / f"panel-{theme_name}.png")
        save(editor(theme_name), target / f"actions-{theme_name}.png")
