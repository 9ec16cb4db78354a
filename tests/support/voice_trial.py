"""The dictation key held in real programs, a recorded voice played into a (virtual) microphone, the key let go; what
stands at the program's cursor then, when, and what became of the clipboard, as a table:

    python -m support.voice_trial [--load 8] [--recording austen880] [terminal gtk qt writer firefox chromium]

In each program the words are dictated three times, with a text, a picture, and files on the clipboard, and once more
with 2,000 characters behind them. Programs that are not installed are left out.

`heard`: words of the recording that are wrong, of all. `final ms`: from letting the key go to the final text, and the
most. `read ms`: from the final text to when the program has read it last, and the most.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fanlight.speech.model_files import whisper_base
from support import recordings
from support.paste_trial import clipboard_kinds, is_back, running
from support.real_programs import PROGRAMS, Writing, real_program
from support.screens import Program, programs, wait_for, x_server
from support.sound_server import sound_server
from support.voice_desk import Speaker
from support.word_errors import Errors

KEYS = ("ctrl", "alt", "d")
LONG = (" The quick brown fox jumps over the lazy dog; 12,345 times." * 40)[:2_000]
_FEW = 1
"""Words that may be heard wrong without a note."""
HEADINGS = ("program", "dictations", "right", "heard", "final ms", "most", "read ms", "most", "2,000", "clipboard")


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="*", default=PROGRAMS, choices=[*PROGRAMS, []])
    parser.add_argument("--load", type=int, default=0)
    parser.add_argument("--recording", default="austen880")
    asked = parser.parse_args(arguments)
    print(" | ".join(HEADINGS), flush=True)
    for name in asked.programs or PROGRAMS:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
            folders = [folder / name for name in ("program", "sound", "fanlight")]
            for each in folders:
                each.mkdir()
            display = stack.enter_context(x_server(1280, 900))
            try:
                writing = stack.enter_context(real_program(name, display, folders[0]))
            except pytest.skip.Exception as missing:
                print(f"{name} | {missing}", flush=True)
                continue
            server = stack.enter_context(sound_server(folders[1]))
            model = whisper_base(folders[2] / "speech")
            home = folders[2] / "fanlight"
            speaker = Speaker(display, server, home, model, "talk_mode=hold", "programs")
            stack.callback(speaker.leave)
            for _ in range(asked.load):
                stack.enter_context(running([sys.executable, "-c", "while True: pass"], os.environ))
            print(" | ".join([name, *_row(stack, writing, speaker, home, asked.recording)]), flush=True)


def _row(stack: ExitStack, writing: Writing, speaker: Speaker, home: Path, recording: str) -> list[str]:
    start = stack.enter_context(programs(writing.display, Program))
    kinds = clipboard_kinds(Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))))
    said: list[dict[str, Any]] = []
    right, clipboard, heard, notes = 0, [], Errors(), []
    for number in range(len(kinds) + 1):
        (home / "added").write_text(LONG if number == len(kinds) else "", "utf-8")
        writing.activate()
        writing.empty()
        kind = kinds[number % len(kinds)]
        owner = start("clipboard_owner.py", kind)
        owner.until("ready")
        said.append(_dictated(speaker, recordings.FOLDER / f"{recording}.wav"))
        clipboard.append(is_back(writing.display, kind))
        text, final = writing.read().rstrip("\n"), said[-1]["text"]
        right += text == final
        if text != final:
            notes.append(f"{number}: {text!r} for {final!r}")
        if heard.add(recordings.transcript(recording), final.removesuffix(LONG)) > _FEW:
            notes.append(f"{number}: heard {final.removesuffix(LONG)!r}")
    *usual, long = [one["read_ms"] for one in said]
    finals = [one["final_ms"] for one in said]
    times = [statistics.median(finals), max(finals), statistics.median(usual), max(usual), long]
    return [
        str(len(said)), str(right), f"{heard.wrong}/{heard.words}", *[f"{each:.0f}" for each in times],
        f"{sum(clipboard)}/{len(clipboard)}", f"load {os.getloadavg()[0]:.0f}", *notes,
    ]  # fmt: skip


def _dictated(speaker: Speaker, recording: Path) -> dict[str, Any]:
    """What the child says of it when the pill is at rest again."""
    run = speaker.display.run
    for name in KEYS:
        run("xdotool", "keydown", name)
    try:
        speaker.until("listening")
        speaker.play(recording)
    finally:
        for name in reversed(KEYS):
            run("xdotool", "keyup", name)
    ended = speaker.until("inserted", "refused", "nothing", "error")
    assert ended["what"] == "inserted", ended
    speaker.until("idle")
    wait_for(lambda: not speaker.server.listeners(), 20)
    return ended


if __name__ == "__main__":
    main(sys.argv[1:])
