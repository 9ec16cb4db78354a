"""The log without its messages: how often each part complained, and where in Fanlight's code exceptions came from.

Messages quote files and people. What is taken is compared with what Fanlight's own code consists of; nothing else is.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fanlight.domain import errors

PACKAGE = Path(__file__).parents[1]
MOST_TRACES = 20
_RECORD = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]+): ")
_FRAME = re.compile(r'  File "(.+)", line (\d+), in (\w+|<\w+>)$')
_OTHER = "another"


def digest(lines: Iterable[str]) -> dict[str, Any]:
    """Counts of complaints, and the newest traces, each once."""
    complaints, traces = Counter[str](), dict[tuple[str, ...], None]()
    frames = list[str]()
    for line in lines:
        if found := _RECORD.match(line):
            complaints[f"{found[1]} {_module(found[2])}"] += 1
            frames = []
        elif found := _FRAME.match(line.rstrip("\n")):
            frames += _own_frame(*found.groups())
        elif frames and not line.startswith((" ", "Traceback", "\n")):
            trace = (*frames, _exception(line))
            traces.pop(trace, None)
            traces[trace] = None
            frames = []
    return {
        "complaints": dict(sorted(complaints.items())),
        "traces": [list(one) for one in list(traces)[-MOST_TRACES:]],
    }


def read_log(folder: Path) -> Iterator[str]:
    """The lines of the window's log and of the one before; none where there is no log."""
    for name in ("fanlight.log.1", "fanlight.log"):
        try:
            yield from (folder / name).read_text("utf-8", "replace").splitlines(keepends=True)
        except OSError:
            continue


def _module(logger: str) -> str:
    """Its name, where it is a module of Fanlight's."""
    names = logger.split(".")
    if names[0] != PACKAGE.name:
        return _OTHER
    path = PACKAGE.joinpath(*names[1:])
    return logger if path.is_dir() or path.with_suffix(".py").is_file() else _OTHER


def _own_frame(file: str, line: str, function: str) -> list[str]:
    """Nothing for a frame outside of Fanlight."""
    inside = file.replace("\\", "/").rpartition(f"/{PACKAGE.name}/")[2]
    if inside == file or ".." in inside or not (PACKAGE / inside).is_file():
        return []
    source = (PACKAGE / inside).read_text("utf-8", "replace")
    known = function.startswith("<") or f"def {function}(" in source
    return [f"{inside}:{line} {function if known else _OTHER}"]


def _exception(line: str) -> str:
    """Its class, where that is Python's or Fanlight's."""
    name = line.partition(":")[0].strip().rpartition(".")[2]
    found = getattr(builtins, name, None) or getattr(errors, name, None)
    return name if isinstance(found, type) and issubclass(found, BaseException) else _OTHER
