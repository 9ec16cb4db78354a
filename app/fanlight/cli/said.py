"""What goes to stderr, what goes to the log, and what the exit status means."""

from __future__ import annotations

import logging
import os
import sys
from logging.handlers import RotatingFileHandler

from fanlight import paths
from fanlight.domain.errors import FanlightError, InputError, ModelError, SpeechModelError, StoreError

OK, FAILED, USAGE, BAD_INPUT, MODEL_TROUBLE, STOPPED, GONE = 0, 1, 2, 3, 4, 130, 141

_handlers: list[logging.Handler] = []
_LEVELS = ("debug", "info", "warning", "error")


_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])


def harmless(text: str) -> str:
    """Without the control characters by which text could command a terminal; lines and tabs stay."""
    return text.translate(_CONTROLS)


def status_of(error: FanlightError) -> int:
    match error:
        case InputError():
            return BAD_INPUT
        case ModelError() | SpeechModelError():
            return MODEL_TROUBLE
        case _:
            return FAILED


def complain(sentence: str, hint: str = "") -> None:
    """One line, and one that says what to do about it."""
    print(f"fanlight: {harmless(' '.join(sentence.split()))}", file=sys.stderr)
    if hint:
        print(f"  {harmless(' '.join(hint.split()))}", file=sys.stderr)


def complain_about(error: FanlightError) -> None:
    complain(error.message, error.hint)


def start_log(verbose: bool) -> None:
    """Warnings go to a file in the user's folder; stderr is quiet unless `--verbose` or FANLIGHT_LOG=debug says so."""
    wanted = "debug" if verbose else os.environ.get("FANLIGHT_LOG", "").lower()
    try:
        kept = RotatingFileHandler(paths.logs() / "fanlight.log", maxBytes=1_000_000, backupCount=1, delay=True)
    except OSError as error:
        raise StoreError(
            f"Fanlight cannot use its folder: {error}.", "FANLIGHT_HOME names another one, for example ~/fanlight."
        ) from error
    kept.setLevel(logging.WARNING)
    aloud = wanted in _LEVELS
    if aloud:
        logging.getLogger().setLevel(wanted.upper())
    _use([kept, logging.StreamHandler()] if aloud else [kept])


def leave_file() -> None:
    """The window keeps a log of its own in the same file."""
    _use([handler for handler in _handlers if not isinstance(handler, RotatingFileHandler)])


def _use(handlers: list[logging.Handler]) -> None:
    """These, and none of an earlier start in this process."""
    root = logging.getLogger()
    for handler in _handlers:
        root.removeHandler(handler)
        if handler not in handlers:
            handler.close()
    _handlers[:] = handlers
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)


class ProgressLine:
    """A line on stderr that comes and goes, where a person is looking; nothing otherwise."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()
        self._width = 0

    def show(self, text: str) -> None:
        if self._on:
            sys.stderr.write(f"\r{text:<{self._width}}")
            sys.stderr.flush()
            self._width = len(text)

    def clear(self) -> None:
        if self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()
            self._width = 0
