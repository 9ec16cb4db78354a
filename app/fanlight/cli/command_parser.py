"""The parser of each command: argparse with Fanlight's texts, and functions that import a command only when it runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from fanlight.cli.output import USAGE, complain
from fanlight.cli.streams import put, put_error
from fanlight.i18n import N_, _, ngettext

# WORKAROUND argparse looks its own texts up in the environment's language, not the one chosen in the settings.
# Remove when a parser can be given its translations.
vars(argparse).update(_=_, ngettext=ngettext)

_OF_ARGPARSE = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("not allowed with argument %s"),
    N_("ignored explicit argument %r"),
)

Run = Callable[[argparse.Namespace], int]


class CommandParser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: Any = None) -> None:
        if message:
            put(message, end="") if file is sys.stdout else put_error(message)

    def error(self, message: str) -> NoReturn:
        complain(message, _("Run `{command} --help` for usage.").format(command=self.prog))
        sys.exit(USAGE)


def runs_lazily(module: str, function: str = "run") -> Run:
    def run(options: argparse.Namespace) -> int:
        return int(getattr(importlib.import_module(f"fanlight.cli.{module}"), function)(options))

    return run
