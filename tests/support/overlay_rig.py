"""A display with the overlay and other programs on it, for tests of what the hand does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mss import MSS
from PIL import Image

from support.display import Display
from support.pattern_child import pixels
from support.screens import Program


class Bench:
    """One display with programs on it; `overlay` is ready to take pictures into `folder`."""

    def __init__(self, display: Display, folder: Path, scale: str = "", scales: str = "") -> None:
        self.display, self.folder = display, folder
        self.programs: list[Program] = []
        self.env = {"QT_SCALE_FACTOR": scale} if scale else {}
        self.env |= {"QT_SCREEN_SCALE_FACTORS": scales} if scales else {}

    def overlay(self) -> Program:
        child = Program(self.display, "overlay_child.py", self.folder, env=self.env)
        self.programs.append(child)
        child.hears("ready")
        return child

    def pattern(self, x: int, y: int, width: int, height: int, title: str = "pattern", kind: str = "") -> Program:
        child = Program(self.display, "pattern_child.py", x, y, width, height, title, kind)
        self.programs.append(child)
        assert child.line() == "ready"
        return child

    def below(self) -> Program:
        """Another program that says each key, with the focus."""
        child = Program(self.display, "key_window.py")
        self.programs.append(child)
        assert child.line() == "ready"
        self.do("windowactivate", "--sync", self.display.window("Another program"))
        return child

    def do(self, *words: object) -> str:
        return self.display.run("xdotool", *map(str, words))

    def drag(self, x: int, y: int, to_x: int, to_y: int) -> None:
        self.do("mousemove", x, y, "mousedown", 1, "mousemove", (x + to_x) // 2, (y + to_y) // 2)
        self.do("mousemove", to_x, to_y, "mouseup", 1)

    def take(self, overlay: Program) -> dict[str, Any]:
        overlay.tell("take")
        return overlay.hears("open")

    def picture(self, said: dict[str, Any]) -> Image.Image:
        with Image.open(self.folder / said["file"]) as image:
            return image.convert("RGB")

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """What is on the screen now."""
        with MSS(display=self.display.env["DISPLAY"]) as server:
            red, green, blue = server.grab({"left": x, "top": y, "width": 1, "height": 1}).pixel(0, 0)
        return red, green, blue

    def end(self) -> None:
        for program in self.programs:
            program.end()


def is_pattern(image: Image.Image, x: int, y: int) -> bool:
    """Whether all of `image` is the pattern's part that begins at its pixel (x, y)."""
    return image.tobytes() == pixels(x, y, *image.size)
