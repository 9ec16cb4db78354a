"""`python -m support.panel_screenshots [FOLDER]`: the frozen screen, the quick panel while it answers, done, and with
an error, the settings about them and the editor of the quick actions: in README's pictures, or in FOLDER.

Needs a screen of 1400 x 1000 of its own, as `support.screenshots` does; openbox, where it is installed, draws the other
programs' frames. With QT_SCALE_FACTOR=2, and 2800 x 2000, the pictures are called -200."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from mss import MSS
from PIL import Image
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from bench.hand import Hand
from fanlight import compose, paths
from fanlight.core.chat.attachment_reader import import_picture_library
from fanlight.desktop import capture
from fanlight.domain.errors import ModelError
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.settings.actions_editor import ActionsEditor
from fanlight.ui.settings.dialog import SettingsDialog
from support import shots
from support.display import Display
from support.panels import CaptureRig, FakeTexts, PanelRoom
from support.screens import Program
from support.shots import pause, until
from support.whole_window import WholeWindow
from support.windows import parts

SCALE = float(os.environ.get("QT_SCALE_FACTOR", "1"))
DISPLAY = Display({**os.environ, "QT_QPA_PLATFORM": "xcb"})
OTHERS = (("text", 60, 470), ("picture", 60, 60))
"""Other programs, where they stand (logical pixels)."""
FROM, TO = (68, 82), (492, 386)
SHOWN = (20, 20, 1060, 680)
GAP, GROUNDS = 24, {"light": (221, 217, 209), "dark": (58, 57, 55)}
SLOWLY = "There are 3 shapes: a red circle at the top left, a blue star at the top right and a green square."
FAILURE = ModelError("There is no room for the picture.", "Close other programs, or choose a smaller model.")


def room(name: str, engine: object = None) -> PanelRoom:
    """On the practice model, unless there is an `engine`."""
    home = Path(tempfile.mkdtemp())
    os.environ["FANLIGHT_HOME"] = str(home)
    settings = Settings(theme=name)
    spec = compose.catalog().find("practice")
    load = engine or (lambda spec: compose.load_engine(spec, settings, None, StopFlag()))
    made = PanelRoom(home, load, settings, FakeTexts())  # type: ignore[arg-type]
    made.dress()
    made.load(spec)
    made.file_worker.call(import_picture_library, lambda _: None)
    until(lambda: made.host.condition == "ready")
    return made


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
    until(lambda: len(panel.conversation.last_answer) > 60 and panel.transcript.isVisible())
    taken.append(shots.grabbed(panel))
    panel.session.forget()
    panel = opened(practice)
    until(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.turns))
    panel.line.entered.emit("What colour is the star?")
    until(lambda: panel.conversation.condition == "idle" and len(panel.conversation.turns) == 4)
    taken.append(shots.grabbed(panel))
    panel.session.forget()
    panel = opened(broken)
    until(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.turns))
    taken.append(shots.grabbed(panel))
    for where in (slow, practice, broken):
        where.close()
    return taken


def editor(name: str) -> Image.Image:
    where = room(name)
    made = ActionsEditor(where.actions)
    made.list.setCurrentRow(4)
    made.show()
    picture = shots.grabbed(made)
    made.close()
    where.close()
    return picture


def settings(name: str) -> Image.Image:
    """From the shortcut on."""
    home = Path(tempfile.mkdtemp())
    window = WholeWindow(replace(parts(home, ScriptedEngine(["x"])), settings=Settings(theme=name)))
    window.show()
    until(lambda: window.host.condition == "ready")
    window.services.start()
    dialog = SettingsDialog(window.settings_store, window, window.features.sections())
    dialog.show_section("Shortcuts")
    dialog.show()
    pause(300)
    picture = shots.grabbed(dialog)
    dialog.done(0)
    window.close_unasked()
    return picture


def frozen(name: str) -> tuple[Image.Image, Image.Image]:
    """A rectangle being drawn around another program's shapes, and the panel with the practice model's answer."""
    where = room(name)
    programs = []
    for kind, x, y in OTHERS:
        programs.append(Program(DISPLAY, "pictured_child.py", kind, x, y))
        programs[-1].until("ready")
    rig = CaptureRig(where, capture.pick())
    pictures = []
    with closing(Hand(os.environ["DISPLAY"])) as hand:
        hand.colour_desktop(0x5D7A86)
        hand.move(*(round(SCALE * side) for side in FROM))
        rig.controller.press_key()
        until(lambda: rig.controller.state == "choosing")
        pause(300)
        hand.button(True)
        hand.move(*(round(SCALE * side) - 20 for side in TO))
        pause(100)
        hand.move(*(round(SCALE * side) for side in TO))
        pause(300)
        pictures.append(screen())
        hand.button(False)
        until(lambda: bool(rig.view.panels))
        hand.move(0, 0)
    (panel,) = rig.view.panels
    until(lambda: panel.conversation.condition == "idle" and bool(panel.conversation.turns))
    pause(300)
    pictures.append(screen())
    rig.close()
    for program in programs:
        program.end()
    where.close()
    return pictures[0], pictures[1]


def screen() -> Image.Image:
    """What is on it, without its empty edges."""
    with MSS(display=os.environ["DISPLAY"]) as server:
        shot = server.grab(server.monitors[0])
        whole = Image.frombytes("RGB", shot.size, shot.rgb)
    return whole.crop(tuple(round(side * SCALE) for side in SHOWN))  # type: ignore[arg-type]


if __name__ == "__main__":
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.resources() / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    end = "" if SCALE == 1 else f"-{100 * SCALE:.0f}"
    manager = subprocess.Popen(["openbox"]) if shutil.which("openbox") else None
    pause(500)
    for theme_name, ground in GROUNDS.items():
        overlay, answered = frozen(theme_name)
        shots.save(overlay, target / f"overlay{end}.png")
        shots.save(answered, target / f"capture-{theme_name}{end}.png")
        shots.save(shots.sheet(panels(theme_name), ground, GAP), target / f"panel-{theme_name}{end}.png")
        shots.save(
            shots.sheet([settings(theme_name), editor(theme_name)], ground, GAP),
            target / f"captures-{theme_name}{end}.png",
        )
    if manager is not None:
        manager.terminate()
        manager.wait(10)
