"""stdin, stdout and stderr, which may be closed, full, or without a reader.

`put` and `read_stdin` report it as an error of the command. What goes to stderr goes nowhere then: a message that
cannot be shown must not end the work.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import IO

from fanlight.domain.errors import InputError, OutputError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _

_PLAIN = "fanlight.plain"
_TYPEWRITER = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
                             "×": "x", "·": "-", "ß": "ss", "¿": "", "¡": ""})  # fmt: skip
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])
_MODES = (os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)
"""Of the null device, in place of a closed stdin, stdout or stderr: using the first two fails, as it should."""


def harmless(text: str) -> str:
    """Without the control characters by which text could command a terminal; lines and tabs stay."""
    return text.translate(_CONTROLS)


def prepare_streams() -> None:
    """All three exist. Where the encoding is not UTF-8, characters it lacks are replaced by ASCII ones instead of
    ending in an error."""
    _replace_closed()
    codecs.register_error(_PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAIN)
            _wait_when_full(stream)


def finish_streams() -> None:
    """Nothing is left for Python to write after the end, where it would report what cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            abandon(stream)


def put(text: str, end: str = "\n") -> None:
    """Print to stdout, at once. Raises OutputError, or BrokenPipeError when the reader went away."""
    try:
        print(text, end=end, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon(sys.stdout)
        raise OutputError(_("Standard output cannot be written: {reason}.").format(reason=os_reason(error))) from error


def put_error(text: str) -> None:
    """Write to stderr, as far as it can be written."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        abandon(sys.stderr)


def abandon(stream: IO[str]) -> None:
    """Everything that goes to the stream, what is buffered included, goes nowhere."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):  # a stream without a descriptor
        return


def read_stdin(most: int) -> bytes:
    """Up to its end, at most `most` bytes. Raises InputError."""
    try:
        data = sys.stdin.buffer.read(most + 1)
    except OSError as error:
        raise InputError(
            _("Standard input cannot be read: {reason}.").format(reason=os_reason(error)),
            _("Name a file instead, or connect something to standard input."),
        ) from error
    if len(data) > most:
        raise InputError(
            _("Standard input is longer than {size} MB.").format(size=most // 10**6), _("Name a file, or give less.")
        )
    return data


def _replace_closed() -> None:
    """Otherwise the next file that is opened, a model or the log, would become a standard stream."""
    for number, mode in enumerate(_MODES):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _wait_when_full(stream: io.TextIOWrapper) -> None:
    """A pipe that another program has set to fail when it is full would lose text."""
    try:
        os.set_blocking(stream.fileno(), True)
    except (OSError, ValueError, AttributeError):  # no descriptor; Windows before Python 3.12 has no such call
        return


def _plain(error: UnicodeError) -> tuple[str, int]:
    """The replacement of characters that cannot be encoded: without accents, with straight quotes, else "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = unicodedata.normalize("NFKD", error.object[error.start : error.end].translate(_TYPEWRITER))
    bare = "".join(char for char in text if not unicodedata.combining(char))
    return bare.encode("ascii", "replace").decode("ascii"), error.end
