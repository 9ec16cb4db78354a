"""What goes to stderr and to the log, and what the exit status means."""

from __future__ import annotations

import codecs
import json
import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator
from logging.handlers import RotatingFileHandler
from typing import TypeVar

from fanlight import paths
from fanlight.cli.streams import harmless, put_error
from fanlight.domain.errors import FanlightError, InputError, ModelError, SpeechModelError, StoreError
from fanlight.domain.transcription import clock
from fanlight.i18n import _

T = TypeVar("T")
OK, FAILED, USAGE, BAD_INPUT, MODEL_TROUBLE, STOPPED, GONE = 0, 1, 2, 3, 4, 130, 141

BAR_WIDTH, BAR_SECONDS, LOG_SECONDS = 24, 0.1, 60.0

_handlers: list[logging.Handler] = []
_LEVELS = ("debug", "info", "warning", "error")


def json_line(value: object) -> str:
    """As `json_text`, in one line."""
    return json_text(value, indent=None)


def json_text(value: object, indent: int | None = 2) -> str:
    """For stdout: plain in UTF-8, escaped in any other encoding, so that every program parses the same."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = json.dumps(value, indent=indent, ensure_ascii=codecs.lookup(encoding).name != "utf-8")
    return text.encode("utf-8", "backslashreplace").decode()  # halves of character pairs are escaped in any case


def status_of(error: FanlightError) -> int:
    """The exit status of a command that ends with `error`."""
    match error:
        case InputError():
            return BAD_INPUT
        case ModelError() | SpeechModelError():
            return MODEL_TROUBLE
        case _:
            return FAILED


def complain(sentence: str, hint: str = "") -> None:
    """Print `sentence` and, indented on the next line, `hint` to stderr."""
    text = f"fanlight: {harmless(' '.join(sentence.split()))}\n"
    if hint:
        text += f"  {harmless(' '.join(hint.split()))}\n"
    put_error(text)


def complain_about(error: FanlightError) -> None:
    complain(error.message, error.hint)


def start_log(verbose: bool, *, required: bool = True) -> None:
    """Warnings go to a file in the user's folder; on stderr the log appears only with `--verbose` or FANLIGHT_LOG.
    Raises StoreError where there can be no such file and one is `required`."""
    wanted = "debug" if verbose else os.environ.get("FANLIGHT_LOG", "").lower()
    try:
        to_file = RotatingFileHandler(
            paths.logs() / "fanlight.log", maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError as error:
        if not required:
            return
        raise unusable_folder(error) from error
    to_file.setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a log that cannot be written, on a full disk, is no reason for a trace on stderr
    to_stderr = wanted in _LEVELS
    if to_stderr:
        logging.getLogger().setLevel(wanted.upper())
    _use([to_file, logging.StreamHandler()] if to_stderr else [to_file])


def unusable_folder(error: OSError) -> StoreError:
    return StoreError(
        _("Fanlight cannot use its folder: {error}.").format(error=error),
        _("Set FANLIGHT_HOME to another folder, for example ~/fanlight."),
    )


def stop_log_file() -> None:
    """The window writes to the same file by a handler of its own."""
    _use([handler for handler in _handlers if not isinstance(handler, RotatingFileHandler)])


def _use(handlers: list[logging.Handler]) -> None:
    """Exactly these handlers: another start in this process may have left some."""
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
    """One line on stderr that is replaced in place, on a terminal; nothing otherwise."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()
        self._width = 0

    def show(self, text: str) -> None:
        if self._on:
            put_error(f"\r{text:<{self._width}}")
            self._width = len(text)

    def clear(self) -> None:
        if self._width:
            put_error("\r" + " " * self._width + "\r")
            self._width = 0


def counted(results: Iterable[T], total: int) -> Iterator[T]:
    """The results, with a bar on stderr: how many there are, and about how long the rest takes. A terminal's is
    replaced in place; a log gets a line now and then."""
    before, after, interval = ("\r", "", BAR_SECONDS) if sys.stderr.isatty() else ("", "\n", LOG_SECONDS)
    start = shown = time.monotonic()
    done = 0
    put_error(before + _bar(done, total, 0.0) + after)
    try:
        for result in results:
            done += 1
            if (now := time.monotonic()) - shown >= interval:
                put_error(before + _bar(done, total, now - start) + after)
                shown = now
            yield result
    finally:
        put_error(before + _bar(done, total, time.monotonic() - start) + "\n")


def _bar(done: int, total: int, seconds: float) -> str:
    filled = BAR_WIDTH * done // max(1, total)
    left = clock(seconds / done * (total - done)) if done else "?"
    bar = f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}  {clock(seconds)} < {left}"
    return f"{bar:<{BAR_WIDTH + 40}}"
