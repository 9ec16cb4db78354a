"""Texts pasted into real programs, many times, and what became of them and of the clipboard, as a table:

    python -m support.paste_trial [--times 200] [--window-manager "i3 -c /dev/null"] [--clipboard-manager copyq]
                                  [--layout de] [--load 8] [--log FILE] [terminal gtk qt writer firefox chromium]

Programs that are not installed are left out. `--load`: so many processes that do nothing but count. `--log`: what
happened on the X server while each text was pasted, one line of JSON each.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from support import screens
from support.display import Display
from support.editors import Inserting, on_clipboard
from support.real_programs import PROGRAMS, Writing, real_program
from support.screens import programs, x_server

LONG = ("The quick brown fox jumps over the lazy dog; 12,345 times. " * 40)[:1_990]
HEADINGS = ("program", "pastes", "lost", "read ms", "most", "2,000", "ended ms", "clipboard", "undo", "selection")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="*", default=PROGRAMS, choices=[*PROGRAMS, []])
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--window-manager", default="openbox")
    parser.add_argument("--clipboard-manager", default="")
    parser.add_argument("--layout", default="us")
    parser.add_argument("--load", type=int, default=0)
    parser.add_argument("--log", type=Path, default=Path(os.devnull))
    asked = parser.parse_args(arguments)
    print(" | ".join(HEADINGS), flush=True)
    for name in asked.programs or PROGRAMS:
        with ExitStack() as stack:
            display = stack.enter_context(x_server(1280, 900, manager=asked.window_manager))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
            if asked.clipboard_manager:
                stack.enter_context(running(asked.clipboard_manager.split(), display.env | {"HOME": str(folder)}))
                time.sleep(3)
            try:
                writing = stack.enter_context(real_program(name, display, folder))
            except pytest.skip.Exception as missing:
                print(f"{name} | {missing}", flush=True)
                continue
            for _ in range(asked.load):
                stack.enter_context(running([sys.executable, "-c", "while True: pass"], os.environ))
            print(" | ".join([name, *_row(stack, writing, asked)]), flush=True)


def _row(stack: ExitStack, writing: Writing, asked: argparse.Namespace) -> list[str]:
    times, layout = asked.times, asked.layout.split()
    log = stack.enter_context(asked.log.open("a", encoding="utf-8"))
    start = stack.enter_context(programs(writing.display, screens.Program))
    inserting = stack.enter_context(programs(writing.display, Inserting))("insertion_child.py")
    assert inserting.hears("ready")["backend"] == "x11"
    kinds = clipboard_kinds(Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))))
    pieces: list[str] = []
    notes: list[str] = []
    read: list[float] = []
    read_long: list[float] = []
    ended: list[float] = []
    put_back = [0] * len(kinds)
    writing.display.run("setxkbmap", *layout)
    for number in range(times):
        kind = number * len(kinds) // times
        if kind != (number - 1) * len(kinds) // times or not number:
            owner = start("clipboard_owner.py", kinds[kind])
            owner.until("ready")
        long = number % 20 == 19
        piece = f"[{number} grün 你好 🎉{LONG if long else ''}] "
        inserting.do("note")
        answer = inserting.do("insert", text=piece, there=True)
        if answer["outcome"] != "INSERTED":
            notes.append(f"{number}: {answer['outcome']}")
            inserting.do("cancel")
        print(json.dumps({"number": number, "long": long, **answer}), file=log, flush=True)
        pieces.append(piece)
        (read_long if long else read).append(answer["read_ms"])
        ended.append(answer["ms"])
        put_back[kind] += is_back(writing.display, kinds[kind])
    writing.display.run("setxkbmap", "us")  # xdotool presses the keys by which the text is read
    text = writing.read()
    lost = [number for number, piece in enumerate(pieces) if piece.strip() not in text]
    notes += [f"{number}: {_instead(text, pieces[number - 1])!r}" for number in lost[:5] if number]
    if not lost and text.rstrip() != "".join(pieces).rstrip():
        notes.append("not the same text")
    undo = "-" if writing.title == "A terminal" else str(_undoes(writing, inserting, layout))
    selection = "-" if writing.title == "A terminal" else _replaces(writing, start)
    return [
        str(times), str(len(lost)), f"{statistics.median(read):.0f}", f"{max(read):.0f}",
        f"{statistics.median(read_long or [0]):.0f}", f"{statistics.median(ended):.0f}",
        "/".join(map(str, put_back)), undo, selection, f"load {os.getloadavg()[0]:.0f}", *notes,
    ]  # fmt: skip


def _instead(text: str, before: str) -> str:
    """What stands where the text is missing, after the one `before` it."""
    return text[text.find(before.strip()) + len(before) :][:60]


def clipboard_kinds(folder: Path) -> list[Path]:
    """What is on the clipboard before: text, a picture, files."""
    picture = folder / "noise.png"
    Image.effect_noise((400, 400), 90).save(picture)
    files = b"file:///tmp/one%20file.txt\r\nfile:///tmp/two.txt\r\n"
    offered: list[dict[str, bytes]] = [
        {"text/plain": "copied, ein Maß".encode(), "text/html": b"<b>copied</b>"},
        {"image/png": picture.read_bytes()},
        {"text/uri-list": files, "x-special/gnome-copied-files": b"copy\nfile:///tmp/two.txt"},
    ]
    for number, formats in enumerate(offered):
        (folder / str(number)).mkdir()
        for name, data in formats.items():
            (folder / str(number) / name.replace("/", "%")).write_bytes(data)
    return [folder / str(number) for number in range(len(offered))]


def is_back(display: Display, kind: Path) -> bool:
    return all(on_clipboard(display, path.name.replace("%", "/")) == path.read_bytes() for path in kind.iterdir())


def _undoes(writing: Writing, inserting: Inserting, layout: Sequence[str]) -> bool:
    before = writing.read()
    inserting.do("note")
    inserting.insert("by mistake", there=True)
    pasted = writing.read()
    writing.display.run("setxkbmap", *layout)
    done = inserting.do("undo")["done"]
    time.sleep(1)  # nobody says when it is done
    writing.display.run("setxkbmap", "us")
    return bool(done) and "by mistake" in pasted and writing.read().rstrip() == before.rstrip()


def _replaces(writing: Writing, start: Callable[..., screens.Program]) -> str:
    """What is selected, by another text, and its undo."""
    selecting = start("selection_child.py")
    selecting.hears("ready")
    writing.empty()
    writing.display.run("xdotool", "type", "Some words")
    writing.display.run("xdotool", "key", "ctrl+Home", "ctrl+End", "ctrl+a")  # what is typed then is another step
    time.sleep(0.5)
    selecting.tell('{"do": "read"}')
    if selecting.hears("read", "failed").get("text") != "Some words":
        return f"read {selecting.lines[-1]}"
    selecting.tell('{"do": "replace", "text": "Other words 你好"}')
    outcome = selecting.hears("ended")["outcome"]
    now = writing.read().rstrip()
    if (outcome, now) != ("REPLACED", "Other words 你好"):
        return f"{outcome} {now!r}"
    for steps in range(1, 4):  # GTK's fields take one for what was deleted, and one for what was inserted
        writing.display.run("xdotool", "key", "ctrl+z")
        time.sleep(1)
        if writing.read().rstrip() == "Some words":
            return f"undone in {steps}"
    return "not undone"


@contextmanager
def running(command: Sequence[str], env: dict[str, str] | os._Environ[str]) -> Iterator[None]:
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait(10)


if __name__ == "__main__":
    main(sys.argv[1:])
