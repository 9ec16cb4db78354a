"""Files that a person names as input: questions, a schema, a grammar. A pipe or stdin serves as well."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fanlight.cli.streams import read_stdin
from fanlight.domain.errors import InputError, SchemaError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import PathKind, home_expanded, look_at, shortened
from fanlight.files import open_descriptor
from fanlight.i18n import N_, _

MOST_INPUT_BYTES = 256 * 10**6
"""`data:` addresses hold their pictures, so it is not little. An endless device ends there."""
_CHECK_NAME = N_("Check the name and the folder.")


def schema_text(path: Path) -> str:
    """The JSON schema in a file. Raises SchemaError, InputError."""
    text = read_text(path)
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SchemaError(
            _("{path} is not valid JSON: {error}.").format(path=shortened(str(path)), error=error)
        ) from error
    return text


def read_text(path: Path) -> str:
    """Raises InputError."""
    try:
        return read_input(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(path, _("it is not UTF-8 text"), _("Give a text file.")) from error


def read_input(path: Path) -> bytes:
    """What a file, a pipe, or stdin (-) holds, up to its end. Raises InputError."""
    if str(path) == "-":
        return read_stdin(MOST_INPUT_BYTES)
    path = home_expanded(path)
    found = look_at(path)
    descriptor = None if found.is_file else open_descriptor(path)
    if descriptor is None and found.kind not in (PathKind.FILE, PathKind.PIPE, PathKind.DEVICE):
        raise InputError(found.refusal, _(_CHECK_NAME))
    try:
        with path.open("rb") if descriptor is None else os.fdopen(os.dup(descriptor), "rb") as file:
            data = file.read(MOST_INPUT_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, os_reason(error), _(_CHECK_NAME)) from error
    if len(data) > MOST_INPUT_BYTES:
        problem = _("{path} is longer than {size} MB.")
        raise InputError(
            problem.format(path=shortened(str(path)), size=MOST_INPUT_BYTES // 10**6),
            _("Divide it into several files."),
        )
    return data


def _unreadable(path: Path, reason: str, hint: str) -> InputError:
    return InputError(_("{path} cannot be read: {reason}.").format(path=shortened(str(path)), reason=reason), hint)
