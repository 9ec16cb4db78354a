"""What the window is asked for by another start of the program: words of the command line as requests.

Standard library only, as `ipc.client`, which sends them. A request is a verb under "do", with what belongs to it:

    show        startup_id, activation_token: what the desktop gave the caller, so that the window may come to the front
    open        files: full paths, which are attached as if they were dropped; what show takes
    hide, quit, selection
    hello       nothing but an answer
    shot        region [x, y, width, height] or null, delay (seconds), action (a name) or null
    talk        what: "start", "stop", "toggle" or "hands-free"
    dictate, captions
                what: "start", "stop" or "toggle"
    ask         see ipc.wire
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # importing it costs 5 ms
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

LONGEST_DELAY = 60.0
"""Seconds before a capture."""
LONGEST_NAME = 80
"""Letters of a quick action's."""
TALK = ("start", "stop", "toggle", "hands-free")
DICTATE = CAPTIONS = ("start", "stop", "toggle")


def request_of(words: Sequence[str]) -> dict[str, Any] | None:
    """None for what is not a command of this module, or malformed: the command line's own parser reports that."""
    match list(words):
        case [] | ["--or-sample"] | ["show"]:
            return show_request()
        case ["--hidden"]:
            return {"do": "hello"}
        case ["open", *_] as open_files if not any(word.startswith("-") for word in open_files):
            return open_request(open_files[1:])
        case ["hide" | "quit" | "selection" as verb]:
            return {"do": verb}
        case ["talk", ("start" | "stop" | "toggle" | "hands-free") as what]:
            return {"do": "talk", "what": what}
        case ["dictate" | "captions" as verb, ("start" | "stop" | "toggle") as what]:
            return {"do": verb, "what": what}
        case ["shot", *options]:
            try:
                return _parse_capture(iter(options))
            except (ValueError, StopIteration, KeyError):
                return None
        case _:
            return None


def show_request() -> dict[str, Any]:
    return {
        "do": "show",
        "startup_id": os.environ.get("DESKTOP_STARTUP_ID", ""),
        "activation_token": os.environ.get("XDG_ACTIVATION_TOKEN", ""),
    }


def open_request(files: Sequence[str]) -> dict[str, Any]:
    """Without files, as a menu's entry calls it: the window alone."""
    if not files:
        return show_request()
    return {**show_request(), "do": "open", "files": [os.path.abspath(file) for file in files]}


def capture_request(
    region: tuple[int, int, int, int] | None = None, delay: float = 0.0, action: str | None = None
) -> dict[str, Any]:
    return {"do": "shot", "region": region, "delay": delay, "action": action}


def _parse_capture(options: Iterator[str]) -> dict[str, Any]:
    known = {
        "--region": ("region", parse_region),
        "--delay": ("delay", parse_delay),
        "--action": ("action", parse_action),
    }
    given: dict[str, Any] = {}
    for word in options:
        option, joined, value = word.partition("=")
        name, convert = known[option]
        value = value if joined else next(options)
        if not joined and value.startswith("-"):
            raise ValueError(value)
        given[name] = convert(value)
    return capture_request(**given)


def parse_region(text: str) -> tuple[int, int, int, int]:
    """`X,Y,W,H`. Raises ValueError."""
    x, y, width, height = (int(part) for part in text.split(","))
    if width < 1 or height < 1 or max(abs(x), abs(y), width, height) > 2**20:
        raise ValueError(text)
    return x, y, width, height


def parse_delay(text: str) -> float:
    """Seconds. Raises ValueError."""
    seconds = parse_decimal(text)
    if not 0 <= seconds <= LONGEST_DELAY:
        raise ValueError(text)
    return seconds


def parse_decimal(text: str) -> float:
    """A number with a decimal point or comma. Raises ValueError."""
    return float(text.replace(",", "."))


def parse_action(text: str) -> str:
    """The name of a quick action. Raises ValueError."""
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise ValueError(text)
    return text.strip()
