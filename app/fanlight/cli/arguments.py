"""The words of the command line. Each command's own module is imported only when it runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, TypeVar

from fanlight import __version__
from fanlight.cli.output import USAGE, complain
from fanlight.ipc import client

Run = Callable[[argparse.Namespace], int]
T = TypeVar("T")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of one command, with `run`, which does it. Wrong usage raises SystemExit(2)."""
    return _parser().parse_args(argv)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        complain(message, f"`{self.prog} --help` shows what can be said.")
        sys.exit(USAGE)


def _lazy(module: str, function: str = "run") -> Run:
    def run(options: argparse.Namespace) -> int:
        return int(getattr(importlib.import_module(f"fanlight.cli.{module}"), function)(options))

    return run


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="fanlight",
        description="Drop a picture, ask, and the answer is made on this computer. Without a command: the window.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"fanlight {__version__}")
    parser.add_argument("--verbose", action="store_true", help="show the log on stderr (also FANLIGHT_LOG=debug)")
    parser.add_argument(
        "--or-sample",
        action="store_true",
        help="on a computer without a screen, ask about the sample picture instead of opening the window",
    )
    parser.add_argument("--hidden", action="store_true", help="open without showing the window (at login)")
    parser.set_defaults(run=_lazy("window"))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    _ask(commands.add_parser("ask", help="ask one question, with or without pictures", allow_abbrev=False))
    _batch(commands.add_parser("batch", help="answer a file of questions", allow_abbrev=False))
    _transcribe(
        commands.add_parser("transcribe", help="sound and video files as text or subtitles", allow_abbrev=False)
    )
    _models(commands.add_parser("models", help="show, add and remove models", allow_abbrev=False))
    _shot(commands.add_parser("shot", help="ask about a part of the screen", allow_abbrev=False))
    talk = commands.add_parser("talk", help="speak instead of typing", allow_abbrev=False)
    talk.description = (
        "Made to be bound to a key in your desktop's own settings: toggle starts, and stops; hands-free begins and "
        "ends a conversation without keys."
    )
    talk.add_argument("what", choices=client.TALK)
    talk.set_defaults(run=_lazy("remote", "talk"))
    for verb, function, help_text in (
        ("show", "show", "bring the window to the front, or open it"),
        ("hide", "hide", "hide the window that is open"),
        ("quit", "quit_window", "end the Fanlight that is running"),
    ):
        commands.add_parser(verb, help=help_text, allow_abbrev=False).set_defaults(run=_lazy("remote", function))
    doctor = commands.add_parser("doctor", help="what is here, what is missing, and how to get it", allow_abbrev=False)
    doctor.add_argument("--microphone", action="store_true", help="listen to a sentence, and say what was found")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=_lazy("doctor"))
    return parser


def _ask(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("question", metavar="QUESTION", help="the question; - reads it from stdin")
    ask.add_argument(
        "-i", "--image", action="append", default=[], metavar="IMAGE", help="a picture file; - reads it from stdin"
    )
    ask.add_argument("--json", action="store_true", help="print one JSON object with the answer and the timings")
    bound = ask.add_mutually_exclusive_group()
    bound.add_argument("--schema", type=Path, metavar="FILE", help="a JSON schema that the answer keeps to")
    bound.add_argument("--grammar", type=Path, metavar="FILE", help="a GBNF grammar that the answer keeps to")
    ask.add_argument("--temperature", type=_temperature, metavar="T", help="0 (always the same answer) to 2")
    ask.add_argument("--seed", type=_count, metavar="N", help="makes a warm answer repeatable")
    _common(ask)
    ask.set_defaults(run=_lazy("ask"))


def _batch(batch: argparse.ArgumentParser) -> None:
    batch.description = (
        'Input is a list of {"id", "images": [...], "question": text or list of texts}; picture paths are relative to '
        "the input file, a list of questions is one conversation. Answers are greedy: the same each time."
    )
    batch.add_argument("--input", type=Path, required=True, metavar="IN.json")
    batch.add_argument("--output", type=Path, required=True, metavar="OUT.json", help="written when all is done")
    _common(batch)
    batch.set_defaults(run=_lazy("batch"))


def _shot(shot: argparse.ArgumentParser) -> None:
    shot.description = (
        "Freezes the screen, lets you choose a part of it, and asks about that. Made to be bound to a key in your "
        "desktop's own settings."
    )
    shot.add_argument("--region", type=_checked(client.region, "a region X,Y,W,H in pixels"), metavar="X,Y,W,H",
                      help="this part, without asking; --region=-X,Y,W,H where X is negative")  # fmt: skip
    shot.add_argument("--delay", type=_checked(client.delay, f"a number of seconds from 0 to {client.LONGEST_DELAY:g}"),
                      default=0.0, metavar="S", help="wait so many seconds first, for menus")  # fmt: skip
    shot.add_argument("--action", type=_checked(client.action, "a name"), metavar="NAME",
                      help="the quick action to take; the default one otherwise")  # fmt: skip
    shot.set_defaults(run=_lazy("remote", "shot"))


def _checked(convert: Callable[[str], T], what: str) -> Callable[[str], T]:
    def converted(text: str) -> T:
        try:
            return convert(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text} is not {what}") from None

    return converted


def _transcribe(transcribe: argparse.ArgumentParser) -> None:
    transcribe.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a sound or video file")
    transcribe.add_argument("--format", choices=("text", "srt", "vtt", "json"), default="text")
    transcribe.add_argument("--language", metavar="L", help="as code or name (de, German); auto finds out")
    transcribe.add_argument("--translate", action="store_true", help="into English")
    transcribe.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="a file, or a folder that gets one file each; else stdout"
    )
    transcribe.set_defaults(run=_lazy("transcribe"))


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="NAME|FILE", help="a name from `fanlight models list`, or a .gguf file")
    command.add_argument("--max-tokens", type=_count, metavar="N", help="longest answer; 0 is as long as fits")
    command.add_argument("--system", metavar="TEXT", help="a standing instruction for the model")


def _models(models: argparse.ArgumentParser) -> None:
    verbs = models.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    show = verbs.add_parser("list", help="models that are here, what they can do, and whether they fit")
    show.add_argument("--json", action="store_true", help="as JSON")
    show.set_defaults(run=_lazy("models", "show"))
    add = verbs.add_parser("add", help="use a model file; it stays where it is")
    add.add_argument("file", type=Path, metavar="FILE.gguf")
    add.add_argument(
        "--projector", type=Path, metavar="FILE.gguf", help="its eyes (mmproj); found by itself when it lies beside"
    )
    add.add_argument("--name", help="what to call it; the file's name otherwise")
    add.set_defaults(run=_lazy("models", "add"))
    remove = verbs.add_parser("remove", help="forget a model; its files stay")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_lazy("models", "remove"))


def _count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 2**32 - 2:  # llama.cpp's seeds are 32 bits, the last one means "random"
        raise argparse.ArgumentTypeError(f"{text} is no whole number of 0 or more")
    return value


def _temperature(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 2:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and 2")
    return value
