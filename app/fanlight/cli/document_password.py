"""The password of a document, asked for on the terminal."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable

from fanlight.batch.input_options import nobody_knows
from fanlight.cli.output import complain
from fanlight.domain.document_errors import PasswordNeeded
from fanlight.i18n import _


def remembered(ask: Callable[[PasswordNeeded], str]) -> Callable[[PasswordNeeded], str]:
    """Asks once for each document, which may be read several times."""
    known: dict[str, str] = {}

    def asked(needed: PasswordNeeded) -> str:
        if needed.message not in known:
            known[needed.message] = ask(needed)
        return known[needed.message]

    return asked


def ask_password(needed: PasswordNeeded) -> str:
    """Raises PasswordNeeded where there is no terminal, or nothing was typed."""
    if not sys.stdin or not sys.stdin.isatty():
        return nobody_knows(needed)
    complain(needed.message)
    if not (password := getpass.getpass(_("Password of the document: "))):
        raise needed
    return password
