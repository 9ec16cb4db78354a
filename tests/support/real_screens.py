"""Real programs on a screen, as text mode reads them: how many of their words are in their places with their letters,
as a table, light and dark, at 100 and 200 %:

    python -m support.real_screens [--keep FOLDER] [--wrong 20] [xterm mousepad writer thunar firefox chromium]

Where the words are is said by the programs: by a page's own ranges, by the accessibility bus, and by a terminal's
cells. `--keep`: the pictures, and their words as JSON. `--wrong`: so many of the words that were not right."""

from __future__ import annotations

import argparse
import http.server
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageGrab

from fanlight import compose
from fanlight.core.capture.screen_text import ScreenText
from fanlight.domain.messages import Image
from fanlight.domain.ports import TextReader
from support import written_words
from support.accessible import screen_reader
from support.display import Display
from support.real_programs import quiet_firefox
from support.screens import wait_for, x_server
from support.shown_texts import LINKS, document, page_of, qr_code

PROGRAMS = ("xterm", "mousepad", "writer", "thunar", "firefox", "chromium")
_NEAR = 0.6
"""Of a word's height: how far its edges may be from where the program says."""
_FRAME, _RULER = 17, 150
"""Pixels of openbox's title bar, and where a document begins below Writer's ruler, at 100 %."""
_SETTLES_SECONDS, _STARTS_SECONDS = 2.5, 90.0


@dataclass(frozen=True)
class PlacedWord:
    """In device pixels."""

    text: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class RealScreen:
    """`codes`: what the QR codes on it say."""

    name: str
    image: Pillow.Image
    words: tuple[PlacedWord, ...]
    codes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="*", default=PROGRAMS, choices=[*PROGRAMS, []])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--wrong", type=int, default=0)
    asked = parser.parse_args(arguments)
    print("screen | words | right | % | codes | links", flush=True)
    right = count = 0
    with closing(compose.load_reader()) as reader:
        for name in asked.programs or PROGRAMS:
            for dark in (False, True):
                for scale in (1, 2):
                    try:
                        screen = captured(name, dark, scale)
                    except pytest.skip.Exception as missing:
                        print(f"{name} | {missing}", flush=True)
                        continue
                    if asked.keep:
                        keep(screen, asked.keep)
                    score = Score.of(reader, screen)
                    right, count = right + score.right, count + score.words
                    print(score.row, *map(repr, score.wrong[: asked.wrong]), sep="\n  ", flush=True)
    print(f"all | {count} | {right} | {100 * right / max(1, count):.2f}")


@dataclass(frozen=True)
class Score:
    name: str
    words: int
    wrong: tuple[tuple[str, str, str], ...]
    """The word, what is selected by a double-click in its middle, and why it is not right."""
    codes: str
    links: str

    @property
    def right(self) -> int:
        return self.words - len(self.wrong)

    @property
    def row(self) -> str:
        percent = f"{100 * self.right / max(1, self.words):.1f}"
        return " | ".join([self.name, str(self.words), str(self.right), percent, self.codes, self.links])

    @classmethod
    def of(cls, reader: TextReader, screen: RealScreen) -> Score:
        rgb = screen.image.convert("RGB")
        image = Image.of(rgb.width, rgb.height, rgb.tobytes())
        text = ScreenText()
        for lines in reader.read_from((0.0, 0.0), image):
            text.add(lines)
        wrong = tuple(found for word in screen.words if (found := _wrong(text, word)) is not None)
        codes = [line.text for line in reader.read_codes(image)]
        links = [_link_at(text, screen, link) for link in screen.links]
        return cls(screen.name, len(screen.words), wrong, f"{sum(code in codes for code in screen.codes)}/"
                   f"{len(screen.codes)}", f"{sum(links)}/{len(links)}")  # fmt: skip


def _wrong(text: ScreenText, word: PlacedWord) -> tuple[str, str, str] | None:
    text.press(word.left + word.width / 2, word.top + word.height / 2)
    selected = text.selected_text
    if selected != word.text:
        return word.text, selected, f"at {word.left:.0f}, {word.top:.0f}"
    (box,) = text.selected_boxes
    off = max(abs(box.left - word.left), abs(box.right - word.left - word.width))
    return None if off <= _NEAR * max(box.height, word.height) else (word.text, selected, f"{off:.0f} px beside")


def _link_at(text: ScreenText, screen: RealScreen, link: str) -> bool:
    shown = link.removeprefix("mailto:")
    place = next((word for word in screen.words if word.text == shown), None)
    item = place and text.item_at(place.left + place.width / 2, place.top + place.height / 2)
    return item is not None and item.text == shown


def keep(screen: RealScreen, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    screen.image.save(folder / f"{screen.name}.png", optimize=True)
    told = {
        "words": [list(asdict(word).values()) for word in screen.words],
        "codes": screen.codes,
        "links": screen.links,
    }
    (folder / f"{screen.name}.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def captured(name: str, dark: bool, scale: int) -> RealScreen:
    """Skips the test where the program is missing."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        x_server(1280 * scale, 800 * scale) as display,
        screen_reader(display.env, Path(folder) / "run") as told,
    ):
        shot = _Shot(Display(dict(told.env)), Path(folder), dark, scale)
        return RealScreen(f"{name}-{'dark' if dark else 'light'}-{100 * scale}", *getattr(shot, name)())


Captured = tuple[Any, ...]


@dataclass(frozen=True)
class _Shot:
    display: Display
    folder: Path
    dark: bool
    scale: int

    def xterm(self) -> Captured:
        lines = [written_words.output(random.Random(n)) for n in range(24)]
        (self.folder / "text").write_text("\n".join(lines), "utf-8")
        colours = ["-bg", "#101418", "-fg", "#d8d8d8"] if self.dark else ["-bg", "white", "-fg", "black"]
        show = f"printf '\\033[?25l'; cat {self.folder / 'text'}; sleep 999"
        command = ["xterm", "-u8", "-T", "A terminal", "-fa", "DejaVu Sans Mono", "-fs", str(9 * self.scale), *colours,
                   "-geometry", "90x30+20+20", "-e", "sh", "-c", show]  # fmt: skip
        with self._running(command, "A terminal") as window:
            hints = self.display.run("xprop", "-id", window, "WM_NORMAL_HINTS")
            steps, base = (
                [int(n) for n in line.split(":")[1].replace("by", " ").split()]
                for wanted in ("resize increment", "base size")
                for line in hints.splitlines()
                if wanted in line
            )
            left, top = self._corner(window)
            left, top = left + base[0] // 2, top + base[1] // 2
            words = [
                PlacedWord(text, left + at * steps[0], top + row * steps[1], len(text) * steps[0], steps[1])
                for row, line in enumerate(lines)
                for text, at in _words_with_places(line)
            ]
            return self._grab(), tuple(words)

    def mousepad(self) -> Captured:
        file = self.folder / "notes.txt"
        file.write_text(document(), "utf-8")
        return self._accessible(["mousepad", "--disable-server", str(file)], "notes.txt", "mousepad")

    def writer(self) -> Captured:
        file = self.folder / "letter.txt"
        file.write_text(document(), "utf-8")
        profile = f"-env:UserInstallation={(self.folder / 'office').as_uri()}"
        command = ["soffice", profile, "--writer", "--norestore", "--nologo", "--nofirststartwizard", str(file)]
        picture, words = self._accessible(command, "letter.txt", "soffice")
        frame = _FRAME * self.scale
        # LibreOffice 7.4 leaves the window's frame out of the places of the document's words.
        shifted = (replace(word, top=word.top + frame) if word.top > _RULER * self.scale else word for word in words)
        return picture, tuple(shifted)

    def thunar(self) -> Captured:
        files = self.folder / "Documents"
        files.mkdir()
        for name in (
            "Invoice 2024.pdf",
            "letter to Anna.odt",
            "holiday.jpg",
            "notes.txt",
            "budget_2025.xlsx",
            "README.md",
        ):
            (files / name).write_bytes(b"x" * 900)
        return self._accessible(["thunar", str(files)], "Documents", "thunar")

    def firefox(self) -> Captured:
        profile = self.folder / "profile"
        profile.mkdir()
        prefs = f'user_pref("layout.css.devPixelsPerPx", "{self.scale}");\n'
        (profile / "user.js").write_text(quiet_firefox() + prefs, "utf-8")
        return self._page("firefox-esr", ["--new-instance", "--profile", str(profile), "--kiosk"])

    def chromium(self) -> Captured:
        more = [f"--user-data-dir={self.folder / 'data'}", f"--force-device-scale-factor={self.scale}", "--kiosk"]
        quiet = ["--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-sync", "--password-store=basic",
                 "--disable-background-networking", "--disable-component-update", "--ozone-platform=x11"]  # fmt: skip
        return self._page("chromium", [*quiet, *more])

    # How.

    def _accessible(self, command: list[str], title: str, program: str) -> Captured:
        with self._running(command, title) as window:
            self.display.run("xdotool", "windowsize", window, str(1100 * self.scale), str(640 * self.scale))
            self.display.run("xdotool", "windowmove", window, "20", "20")
            time.sleep(_SETTLES_SECONDS)
            picture = self._grab()
            script = Path(__file__).with_name("word_boxes.py")
            ran = subprocess.run(["/usr/bin/python3", str(script), program], env=self.display.env, capture_output=True,
                                 text=True, timeout=120, check=True)  # fmt: skip
            found = (json.loads(line) for line in ran.stdout.splitlines())
            words = (PlacedWord(text, *(self.scale * n for n in box)) for text, *box in found)
            return picture, tuple(word for word in words if _has_ink(picture, word))

    def _page(self, program: str, options: list[str]) -> Captured:
        page, told, code = page_of(self.dark), list[Any](), "WIFI:T:WPA;S:Fanlight guests;P:not a secret;;"

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = page.encode() if self.path == "/" else qr_code(code)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8" if self.path == "/" else "image/png")
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with self._running([program, *options, f"http://127.0.0.1:{server.server_port}/"], "A page"):
                wait_for(lambda: told, _STARTS_SECONDS)
                time.sleep(_SETTLES_SECONDS)
                picture = self._grab()
        finally:
            server.shutdown()
            server.server_close()
        words = (PlacedWord(text, *(told[-1]["scale"] * n for n in box)) for text, *box in told[-1]["words"])
        seen = [word for word in words if word.top + word.height < picture.height]
        return picture, tuple(seen), (code,), tuple(link for link in LINKS)

    @contextmanager
    def _running(self, command: list[str], title: str) -> Iterator[str]:
        """The window's id."""
        if shutil.which(command[0]) is None:
            pytest.skip(f"not installed: {command[0]}")
        theme = "Adwaita:dark" if self.dark else "Adwaita"
        env = {**self.display.env, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
               "GTK_THEME": theme, "GDK_SCALE": str(self.scale), "SAL_USE_VCLPLUGIN": "gtk3", "LC_ALL": "C.UTF-8",
               "MOZ_ENABLE_WAYLAND": "0", "no_proxy": "127.0.0.1"}  # fmt: skip
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
        try:
            window = self.display.window(title, _STARTS_SECONDS)
            self.display.run("xdotool", "mousemove", "--", str(1270 * self.scale), str(790 * self.scale))
            time.sleep(_SETTLES_SECONDS)
            yield window
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def _grab(self) -> Pillow.Image:
        return ImageGrab.grab(xdisplay=self.display.env["DISPLAY"]).convert("RGB")

    def _corner(self, window: str) -> tuple[int, int]:
        said = self.display.run("xwininfo", "-id", window)
        left, top = (
            int(line.split(":")[1]) for wanted in ("Absolute upper-left X", "Absolute upper-left Y")
            for line in said.splitlines() if wanted in line
        )  # fmt: skip
        return left, top


def _words_with_places(line: str) -> Iterator[tuple[str, int]]:
    at = 0
    for text in line.split():
        at = line.index(text, at)
        yield text, at
        at += len(text)


def _has_ink(picture: Pillow.Image, word: PlacedWord) -> bool:
    """Programs also name words that something else covers, or that lie outside what is scrolled into view."""
    box = (word.left, word.top, word.left + word.width, word.top + word.height)
    if box[2] > picture.width or box[3] > picture.height:
        return False
    pixels = np.asarray(picture.crop(box).convert("L"), np.int16)
    return bool(pixels.size) and int(np.ptp(pixels)) > 60


if __name__ == "__main__":
    main(sys.argv[1:])
