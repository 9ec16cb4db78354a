"""What a program wrote, read from `strace`'s log: an exact record of writes, names, and syncs in their order."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TRACED = (
    "openat,open,creat,close,dup,dup2,dup3,fcntl,write,pwrite64,fsync,fdatasync,ftruncate,fallocate,rename,renameat,"
    "renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat"
)

_LINE = re.compile(r"^(\d+) +(\d+\.\d+) (.*)$")
_UNFINISHED = re.compile(r"^(\w+)\((.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
_CALL = re.compile(r"^(\w+)\((.*)\) += (-?\d+)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True, slots=True)
class Call:
    """`strings` are decoded; `numbers` are the plain arguments in their order; `words` is the text of all arguments."""

    name: str
    at: float
    strings: tuple[bytes, ...]
    numbers: tuple[int, ...]
    words: str
    result: int


def traced(command: list[str], seconds: float, log: Path, env: dict[str, str]) -> None:
    """Run it so long, then kill it. Raises FileNotFoundError without `strace`."""
    strace = shutil.which("strace")
    if strace is None:
        raise FileNotFoundError("strace")
    options = ["-f", "-ttt", "-xx", "-s", "10000000", "-o", str(log), "-e", f"trace={TRACED}", "-e", "signal=none"]
    with subprocess.Popen(
        [strace, *options, sys.executable, *command], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the first promise: it has started
        time.sleep(seconds)
        process.kill()


def calls(log: Path) -> Iterator[Call]:
    """Those that succeeded, in the order in which they ended."""
    begun: dict[str, str] = {}
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = _LINE.match(line.rstrip("\n"))
            if found is None:
                continue
            thread, at, text = found.groups()
            if unfinished := _UNFINISHED.match(text):
                begun[thread] = f"{unfinished[1]}({unfinished[2]}"
                continue
            if resumed := _RESUMED.match(text):
                text = begun.pop(thread, f"{resumed[1]}(") + resumed[2]
            if (call := _CALL.match(text)) is not None and int(call[3]) >= 0:
                yield _call(call[1], float(at), call[2], int(call[3]))


def _call(name: str, at: float, words: str, result: int) -> Call:
    strings = tuple(bytes.fromhex(text.replace("\\x", "")) for text in _STRING.findall(words))
    plain = _STRING.sub("", words)
    numbers = tuple(int(part) for part in re.findall(r"(?<![\w.])-?\d+(?![\w.])", plain))
    return Call(name, at, strings, numbers, plain, result)
