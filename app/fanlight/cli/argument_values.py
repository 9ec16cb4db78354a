"""Values of the command line, from the words they are written in."""

from __future__ import annotations

import argparse
from typing import cast

from fanlight.domain.clips import parse_time
from fanlight.domain.models import ThinkingMode
from fanlight.i18n import _
from fanlight.ipc import commands


def count(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 2**32 - 2:  # llama.cpp's seeds are 32 bits, the last one means "random"
        raise argparse.ArgumentTypeError(_("{text} is not a whole number of 0 or more").format(text=text))
    return value


def thinking(text: str) -> tuple[ThinkingMode, int]:
    """The mode, and the most tokens of it, 0: no number was given."""
    word = text.strip().lower()
    if word in ("on", "off", "auto"):
        return cast(ThinkingMode, word), 0
    try:
        tokens = count(word)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            _("{text} is not on, off, auto or a number of tokens").format(text=text)
        ) from None
    return ("on", tokens) if tokens else ("off", 0)


def temperature(text: str) -> float:
    return _decimal(text, 2, _("{text} is not between 0 and 2"))


def moment(text: str) -> float:
    """Seconds of "1:20" or "80"."""
    try:
        return parse_time(text)
    except ValueError:
        wrong = _("{text} is not a time such as 1:20 or 80").format(text=text)
        raise argparse.ArgumentTypeError(wrong) from None


def megabytes_per_second(text: str) -> float:
    return _decimal(text, 1e6, _("{text} is not a number of megabytes a second"))


def _decimal(text: str, most: float, wrong: str) -> float:
    """From 0 to `most`; `wrong` is the sentence about any other text."""
    try:
        value = commands.parse_decimal(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(wrong.format(text=text))
    return value
