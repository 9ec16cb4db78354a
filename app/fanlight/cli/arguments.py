"""The words of the command line. Each command's own module is imported only when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from fanlight import __version__
from fanlight.cli.argument_values import count, moment, temperature, thinking
from fanlight.cli.command_parser import CommandParser, runs_lazily
from fanlight.cli.model_arguments import add_model_commands
from fanlight.i18n import N_, _
from fanlight.ipc import commands

T = TypeVar("T")
_LISTEN = N_("let a model that hears listen to recordings itself, instead of giving it what is said as text")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of one command, with `run`, which does it, and `machine_output`: whether it writes what programs
    read, which is the same in every language. Wrong usage raises SystemExit(2)."""
    options = command_line_parser().parse_args(argv)
    options.machine_output = options.machine_output or getattr(
        options, "json", getattr(options, "format", "") == "json"
    )
    return options


def command_line_parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="fanlight",
        description=_(
            "Drop a picture or a document, ask a question, and get an answer made on this computer. Without a command, "
            "Fanlight opens its window."
        ),
        allow_abbrev=False,
    )
    version = f"fanlight {__version__}"
    parser.add_argument("--version", action="version", version=version, help=_("show the version and exit"))
    parser.add_argument("--verbose", action="store_true", help=_("show the log on stderr (same as FANLIGHT_LOG=debug)"))
    parser.add_argument(
        "--or-sample",
        action="store_true",
        help=_("on a computer without a screen, ask about a sample picture instead of opening the window"),
    )
    parser.add_argument("--hidden", action="store_true", help=_("start without showing the window (for login)"))
    parser.set_defaults(run=runs_lazily("window"), machine_output=False)
    _add_commands(
        parser.add_subparsers(title=_("commands"), dest="command", metavar="COMMAND", parser_class=CommandParser)
    )
    return parser


def _add_commands(commands: argparse._SubParsersAction[CommandParser]) -> None:
    _ask(commands.add_parser("ask", help=_("ask one question, with or without pictures"), allow_abbrev=False))
    _batch(commands.add_parser("batch", help=_("answer a file of questions"), allow_abbrev=False))
    help_text = _("find out which model is right about your own pictures")
    _evaluate(commands.add_parser("evaluate", help=help_text, allow_abbrev=False))
    _transcribe(
        commands.add_parser(
            "transcribe", help=_("turn sound and video files into text or subtitles"), allow_abbrev=False
        )
    )
    add_model_commands(
        commands.add_parser("models", help=_("list, fetch, add, tune, rename, and remove models"), allow_abbrev=False)
    )
    _shot(commands.add_parser("shot", help=_("ask about a part of the screen"), allow_abbrev=False))
    _talk(commands.add_parser("talk", help=_("speak instead of typing"), allow_abbrev=False))
    _dictate(commands.add_parser("dictate", help=_("dictate into the program you are in"), allow_abbrev=False))
    _captions(commands.add_parser("captions", help=_("show what this computer plays as text"), allow_abbrev=False))
    _selection(commands.add_parser("selection", help=_("ask about the text that is selected"), allow_abbrev=False))
    _open(commands.add_parser("open", help=_("open files in the window, as if they were dropped"), allow_abbrev=False))
    _export(commands.add_parser("export", help=_("write conversations to files"), allow_abbrev=False))
    _import(commands.add_parser("import", help=_("add conversations from files"), allow_abbrev=False))
    _backup(commands.add_parser("backup", help=_("write everything of yours to one file"), allow_abbrev=False))
    _erase(
        commands.add_parser("erase", help=_("delete all conversations and what belongs to them"), allow_abbrev=False)
    )
    _restore(commands.add_parser("restore", help=_("add what a backup has and is missing here"), allow_abbrev=False))
    for verb, function, help_text in (
        ("show", "show", _("bring the window to the front, or open it")),
        ("hide", "hide", _("hide the open window")),
        ("quit", "quit_window", _("quit the running Fanlight")),
    ):
        commands.add_parser(verb, help=help_text, allow_abbrev=False).set_defaults(run=runs_lazily("remote", function))
    help_text = _("show what is installed, what is missing, and how to get it")
    _doctor(commands.add_parser("doctor", help=help_text, allow_abbrev=False))


def _export(export: argparse.ArgumentParser) -> None:
    export.description = _("Fanlight's window must be closed: only one program at a time can read the conversations.")
    export.add_argument("ids", nargs="*", type=count, metavar="NUMBER", help=_("conversations, by their numbers"))
    export.add_argument("--all", action="store_true", help=_("all conversations"))
    export.add_argument("--list", action="store_true", help=_("list the conversations with their numbers"))
    export.add_argument(
        "--tag", action="append", default=[], metavar="TAG",
        help=_("conversations with this tag; given several times, those with all of them"),
    )  # fmt: skip
    export.add_argument(
        "--format", choices=("md", "html", "pdf", "json"), help=_("otherwise by the ending of PLACE, or md")
    )
    export.add_argument("-o", "--output", metavar="PLACE", help=_("a file; for md a folder, which must not exist yet"))
    export.add_argument("--replace", action="store_true", help=_("replace a file that is there"))
    export.set_defaults(run=runs_lazily("export"))


def _import(imported: argparse.ArgumentParser) -> None:
    imported.description = _("Conversations that are there already are left out.")
    imported.add_argument(
        "files", nargs="+", metavar="FILE",
        help=_("exported by Fanlight, ChatGPT (conversations.json), LM Studio, Open WebUI, or Jan (its folder)"),
    )  # fmt: skip
    imported.set_defaults(run=runs_lazily("export", "import_files"))


def _backup(backup: argparse.ArgumentParser) -> None:
    backup.description = _("Conversations with their pictures, and settings. Fanlight's window must be closed.")
    backup.add_argument("place", metavar="PLACE", help=_("a new file"))
    backup.add_argument("--encrypt", action="store_true", help=_("ask for a passphrase, without which nobody reads it"))
    backup.add_argument("--passphrase-file", metavar="FILE", help=_("its first line is the passphrase; - is stdin"))
    backup.add_argument("--replace", action="store_true", help=_("replace a file that is there"))
    backup.set_defaults(run=runs_lazily("backup"))


def _restore(restore: argparse.ArgumentParser) -> None:
    restore.description = _("Nothing that is there is changed or removed. Fanlight's window must be closed.")
    restore.add_argument("file", metavar="FILE", help=_("written by fanlight backup"))
    restore.add_argument("--passphrase-file", metavar="FILE", help=_("its first line is the passphrase; - is stdin"))
    restore.set_defaults(run=runs_lazily("backup", "restore"))


def _erase(erase: argparse.ArgumentParser) -> None:
    erase.description = _(
        "Conversations with their pictures, the trash, notes, drafts, transcripts, and the backups of the last days. "
        "Models, settings, and what you have exported stay. Fanlight's window must be closed."
    )
    erase.add_argument("--yes", action="store_true", help=_("do not ask"))
    erase.set_defaults(run=runs_lazily("erase"))


def _open(opened: argparse.ArgumentParser) -> None:
    opened.add_argument("files", nargs="*", metavar="FILE", help=_("a picture, or a sound or video file"))
    opened.set_defaults(run=runs_lazily("remote", "open_files"))


def _talk(talk: argparse.ArgumentParser) -> None:
    talk.description = _(
        "Bind this to a key in your desktop's settings. “toggle” starts and stops push-to-talk; “hands-free” starts "
        "and ends a hands-free conversation."
    )
    talk.add_argument("what", choices=commands.TALK)
    talk.set_defaults(run=runs_lazily("remote", "talk"))


def _dictate(dictate: argparse.ArgumentParser) -> None:
    dictate.description = _(
        "Bind this to a key in your desktop's settings. What is said from “start” to “stop” is typed into the program "
        "that has the keyboard at “start”."
    )
    dictate.add_argument("what", choices=commands.DICTATE)
    dictate.set_defaults(run=runs_lazily("remote", "dictate"))


def _captions(captions: argparse.ArgumentParser) -> None:
    captions.description = _(
        "A bar above all windows shows what this computer plays as text, from “start” to “stop”. Nothing is kept on "
        "the disk."
    )
    captions.add_argument("what", choices=commands.CAPTIONS)
    captions.set_defaults(run=runs_lazily("remote", "captions"))


def _selection(selection: argparse.ArgumentParser) -> None:
    selection.description = _(
        "Bind this to a key in your desktop's settings. What is selected in the program that has the keyboard is shown "
        "in a panel, where it can be explained, or changed and put back."
    )
    selection.set_defaults(run=runs_lazily("remote", "selection"))


def _doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument(
        "--microphone", action="store_true", help=_("record a sentence and report how well the microphone works")
    )
    doctor.add_argument("--json", action="store_true", help=_("print JSON"))
    doctor.add_argument(
        "--bundle", metavar="FILE",
        help=_("write what a developer asks for into a file, without any conversation, path, or name; - for stdout"),
    )  # fmt: skip
    doctor.set_defaults(run=runs_lazily("doctor"))


def _ask(ask: argparse.ArgumentParser) -> None:
    ask.add_argument("question", metavar="QUESTION", help=_("the question; - reads it from stdin"))
    ask.add_argument(
        "-i", "--image", action="append", default=[], metavar="IMAGE",
        help=_("a picture, document, video, or recording; #2-4 behind its name chooses pages; - reads it from stdin"),
    )  # fmt: skip
    ask.add_argument("--from", dest="begin", type=moment, metavar="TIME",
                     help=_("where the part of a video begins: 1:20, or seconds"))  # fmt: skip
    ask.add_argument("--to", dest="end", type=moment, metavar="TIME", help=_("where it ends"))
    heard = ask.add_mutually_exclusive_group()
    heard.add_argument("--no-sound", action="store_true", help=_("leave out what is said in a video"))
    heard.add_argument("--listen", action="store_true", help=_(_LISTEN))
    ask.add_argument("--ocr", action="store_true",
                     help=_("give a model without vision the text that is read in the pictures"))  # fmt: skip
    ask.add_argument("--json", action="store_true", help=_("print one JSON object with the answer and the timings"))
    ask.add_argument("--each", choices=("page", "file"), default="",
                     help=_("ask about each page, or each file, by itself; prints lines of JSON"))  # fmt: skip
    bound = ask.add_mutually_exclusive_group()
    bound.add_argument("--schema", type=Path, metavar="FILE", help=_("a JSON schema the answer must follow"))
    bound.add_argument("--grammar", type=Path, metavar="FILE", help=_("a GBNF grammar the answer must follow"))
    ask.add_argument("--temperature", type=temperature, metavar="T", help=_("from 0 (always the same answer) to 2"))
    ask.add_argument("--seed", type=count, metavar="N", help=_("makes answers at temperatures above 0 repeatable"))
    _common(ask)
    ask.set_defaults(run=runs_lazily("ask"))


def _batch(batch: argparse.ArgumentParser) -> None:
    batch.description = _(
        'The input is a list of {"id", "images": [...], "question": a text or a list of texts}, or one a line (JSON '
        "Lines). Picture paths are relative to the input file; a list of questions is one conversation. Answers are "
        "the same each time. A run that was ended goes on behind its last answer."
    )
    batch.add_argument("--input", type=Path, required=True, metavar="IN.json", help=_("a file; - reads stdin"))
    batch.add_argument(
        "--output", required=True, metavar="OUT.json", help=_("written when all questions are done; - for stdout")
    )
    batch.add_argument("--listen", action="store_true", help=_(_LISTEN))
    batch.add_argument("--restart", action="store_true", help=_("answer again what an ended run has answered"))
    batch.add_argument("--schema", type=Path, metavar="FILE", help=_("a JSON schema that each answer must follow"))
    _common(batch)
    batch.set_defaults(run=runs_lazily("batch"), machine_output=True)


def _shot(shot: argparse.ArgumentParser) -> None:
    shot.description = _(
        "Freezes the screen, lets you select a part of it, and asks about that part. Bind this to a key in your "
        "desktop's settings."
    )
    region = _checked(commands.parse_region, _("{text} is not a region X,Y,W,H in pixels"))
    seconds = _checked(commands.parse_delay, _("{text} is not a number of seconds from 0 to {longest}"))
    name = _checked(commands.parse_action, _("{text} is not the name of a quick action"))
    shot.add_argument("--region", type=region, metavar="X,Y,W,H",
                      help=_("capture this part without asking; write --region=-X,Y,W,H if X is negative"))  # fmt: skip
    shot.add_argument("--delay", type=seconds, default=0.0, metavar="S",
                      help=_("wait this many seconds first, for example to open a menu"))  # fmt: skip
    shot.add_argument("--action", type=name, metavar="NAME",
                      help=_("the quick action to run; otherwise the default one"))  # fmt: skip
    shot.set_defaults(run=runs_lazily("remote", "shot"))


def _checked(convert: Callable[[str], T], wrong: str) -> Callable[[str], T]:
    """`convert`, whose ValueError becomes the sentence `wrong`."""

    def converted(text: str) -> T:
        try:
            return convert(text)
        except ValueError:
            raise argparse.ArgumentTypeError(wrong.format(text=text, longest=f"{commands.LONGEST_DELAY:g}")) from None

    return converted


def _evaluate(evaluate: argparse.ArgumentParser) -> None:
    evaluate.description = _(
        'The cases are a list of {"id", "images", "question", "answer"}, with "options" for a choice, or one of '
        "VLMEvalKit's tables (.tsv). One model is loaded at a time. An ended run goes on behind its last answer."
    )
    evaluate.add_argument(
        "cases", type=Path, nargs="?", metavar="CASES", help=_("a .json, .jsonl or .tsv file; - reads stdin")
    )
    evaluate.add_argument(
        "--pairs", type=Path, metavar="FILE|drawn",
        help=_("check fairness instead, on pairs that differ in one attribute; drawn: shapes for the practice model"),
    )  # fmt: skip
    evaluate.add_argument(
        "--models", action="append", default=[], metavar="NAME,…", help=_("names or files; otherwise the chosen model")
    )
    evaluate.add_argument(
        "-o", "--output", action="append", default=[], metavar="FILE",
        help=_("write a page (.html), all figures (.json), or VLMEvalKit's table (.tsv), too"),
    )  # fmt: skip
    evaluate.add_argument("--json", action="store_true", help=_("print JSON"))
    evaluate.add_argument("--cases-only", action="store_true", help=_("ask nothing, write the cases to FILE"))
    evaluate.add_argument("--restart", action="store_true", help=_("answer again what an ended run has answered"))
    _answering(evaluate)
    evaluate.set_defaults(run=runs_lazily("evaluate"))


def _transcribe(transcribe: argparse.ArgumentParser) -> None:
    transcribe.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=_("a sound or video file, or a pipe; - reads stdin")
    )
    transcribe.add_argument(
        "--format", choices=("text", "srt", "vtt", "json"), help=_("otherwise by the output's name, or text")
    )
    transcribe.add_argument("--language", metavar="L", help=_("a code or name (de, pt-BR, German), or auto"))
    transcribe.add_argument("--translate", action="store_true", help=_("translate into English"))
    transcribe.add_argument(
        "-o", "--output", metavar="PATH", help=_("a file, or a folder (PATH/) for one file each; otherwise stdout")
    )
    transcribe.add_argument("--restart", action="store_true", help=_("begin anew what an ended run has begun"))
    transcribe.set_defaults(run=runs_lazily("transcribe"))


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", metavar="NAME|FILE", help=_("a name from `fanlight models list`, or a .gguf file"))
    command.add_argument("--projector", type=Path, metavar="FILE.gguf|none",
                         help=_("another projector than the model's own, or none"))  # fmt: skip
    command.add_argument(
        "--detail", choices=("low", "normal", "high"),
        help=_("how many pixels of a picture the model is sent; without it, what the settings say"),
    )  # fmt: skip
    _answering(command)


def _answering(command: argparse.ArgumentParser) -> None:
    command.add_argument("--max-tokens", type=count, metavar="N", help=_("longest answer; 0 allows as long as fits"))
    command.add_argument("--think", type=thinking, metavar="on|off|auto|N",
                         help=_("whether the model thinks before it answers; N: at most so many tokens"))  # fmt: skip
    command.add_argument("--system", metavar="TEXT", help=_("a system prompt for the model"))
