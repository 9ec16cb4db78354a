"""Man pages and completions, from the words of the command line (`fanlight.cli.arguments`)."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

Command = tuple[str, argparse.ArgumentParser]


def commands(site: Path) -> list[Command]:
    """The whole and each command, by its words: `fanlight`, `fanlight ask` …"""
    sys.path.insert(0, str(site))
    from fanlight.cli.arguments import command_line_parser

    return list(_walk("fanlight", command_line_parser()))


def _walk(words: str, parser: argparse.ArgumentParser) -> Iterator[Command]:
    yield words, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from _walk(f"{words} {name}", inner)


def write_man_pages(folder: Path, known: list[Command], version: str, date: str) -> None:
    """fanlight(1), fanlight-ask(1) …"""
    from argparse_manpage.manpage import Manpage

    folder.mkdir(parents=True)
    for words, parser in known:
        name = words.replace(" ", "-")
        parser.man_short_description = parser.description or "a private desktop assistant"
        page = str(Manpage(parser, {"project_name": "fanlight", "version": version, "prog": words}))
        page = re.sub(r"^\.SH NAME\n.*? \\- ", f".SH NAME\n{name} \\\\- ", page, count=1, flags=re.MULTILINE)
        page = re.sub(r"^\.TH .*", f'.TH {name.upper()} 1 "{date}" "fanlight {version}"', page, flags=re.MULTILINE)
        (folder / f"{name}.1").write_text(page, "utf-8")


def write_completions(share: Path, known: list[Command]) -> None:
    import shtab

    for shell, place in (
        ("bash", share / "bash-completion/completions/fanlight"),
        ("zsh", share / "zsh/vendor-completions/_fanlight"),
    ):
        place.parent.mkdir(parents=True)
        place.write_text(shtab.complete(known[0][1], shell=shell), "utf-8")
    fish = share / "fish/vendor_completions.d/fanlight.fish"
    fish.parent.mkdir(parents=True)
    fish.write_text("\n".join(_fish_lines(known)) + "\n", "utf-8")


def _fish_lines(known: list[Command]) -> Iterator[str]:
    for words, parser in known:
        inner = words.split()[1:]
        when = " && ".join(f"__fish_seen_subcommand_from {word}" for word in inner) or "__fish_use_subcommand"
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for choice in action._choices_actions:
                    yield f"complete -c fanlight -f -n '{when}' -a {choice.dest} -d {_quoted(choice.help)}"
                continue
            names = [f"-{'s' if len(option) == 2 else 'l'} {option.lstrip('-')}" for option in action.option_strings]
            if names:
                value = "" if action.nargs == 0 else " -r"
                yield f"complete -c fanlight -n '{when}' {' '.join(names)}{value} -d {_quoted(action.help)}"


def _quoted(text: str | None) -> str:
    return "'" + (text or "").replace("\\", "\\\\").replace("'", "\\'").replace("%%", "%") + "'"
