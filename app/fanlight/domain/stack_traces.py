"""A stack trace in a text: lines that were wrapped are joined, the error comes first, then the frames of the program's
own code, then those of libraries. Python, Java and its relatives, JavaScript, and .NET."""

from __future__ import annotations

import re

_PYTHON = re.compile(r"\s*File [\"“'](?P<file>[^\"”']+)[\"”'], ?line ?\d+")
_PYTHON_BEGUN = re.compile(r"\s*File [\"“']")
_AT = re.compile(r"\s*at (?:async )?(?P<file>.*(?:\([^()]*\)|:\d+(?::\d+)?|:line \d+)\s*)$")
_AT_BEGUN = re.compile(r"\s*at (?:async )?[\w.$<>\[\]/@]+")
_LIBRARY = re.compile(
    r"site-packages|dist-packages|/lib/python|\\lib\\|<frozen|node_modules|node:|\binternal/|webpack|"
    r"^(?:java|javax|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|jakarta|org\.(?:spring|apache|junit|hibernate)|"
    r"System|Microsoft)[.\w]*[./]|^(?:java\.base|app)/+",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\s^~]+")
_ERROR = re.compile(r"(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Iteration|Group)?(?::|$)")
_FEWEST, _MOST_JOINED = 2, 2


def tidy_trace(text: str) -> str | None:
    """None where there is none with at least two frames."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and not _MARKS.fullmatch(line)]
    return _tidy_python(lines) or _tidy_others(lines)


def _joined(lines: list[str], place: int, begun: re.Pattern[str], whole: re.Pattern[str]) -> tuple[str, int]:
    """The frame that begins there, and how many lines it takes; 0 where none does."""
    if not begun.match(lines[place]):
        return "", 0
    frame = lines[place]
    for count in range(1, _MOST_JOINED + 2):
        if whole.match(frame):
            return frame.strip(), count
        if place + count >= len(lines) or begun.match(lines[place + count]):
            break
        frame += lines[place + count].strip()
    return "", 0


def _tidy_python(lines: list[str]) -> str | None:
    frames, place, errors = list[tuple[bool, str]](), 0, list[str]()
    while place < len(lines):
        frame, count = _joined(lines, place, _PYTHON_BEGUN, _PYTHON)
        if count:
            place += count
            match = _PYTHON.match(frame)
            code = lines[place].strip() if place < len(lines) and not _PYTHON_BEGUN.match(lines[place]) else ""
            is_code = bool(code) and not (_ERROR.match(code) and not lines[place].startswith("    "))
            place += is_code
            own = match is not None and not _LIBRARY.search(match["file"])
            frames.append((own, f"{frame}\n    {code}" if is_code else frame))
        else:
            if frames and _ERROR.match(lines[place].strip()):
                errors = [line.strip() for line in lines[place : place + 2]][: 2 if _goes_on(lines, place) else 1]
            place += 1
    return _written(errors, frames)


def _goes_on(lines: list[str], place: int) -> bool:
    """Whether the line below is the rest of a long message."""
    return len(lines[place]) > 60 and place + 1 < len(lines) and lines[place + 1][:1].islower()


def _tidy_others(lines: list[str]) -> str | None:
    frames, place, errors = list[tuple[bool, str]](), 0, list[str]()
    while place < len(lines):
        frame, count = _joined(lines, place, _AT_BEGUN, _AT)
        if count:
            if not frames and place:
                errors.append(lines[place - 1].strip())
            match = _AT.match(frame)
            frames.append((match is not None and not _LIBRARY.search(match["file"]), frame))
            place += count
        else:
            if frames and lines[place].strip().startswith("Caused by:"):
                errors.append(lines[place].strip())
            place += 1
    return _written(errors, frames)


def _written(errors: list[str], frames: list[tuple[bool, str]]) -> str | None:
    if len(frames) < _FEWEST:
        return None
    groups = errors, [text for own, text in frames if own], [text for own, text in frames if not own]
    return "\n\n".join("\n".join(group) for group in groups if group)
