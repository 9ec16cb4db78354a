"""Broken pictures: each is read, or refused in one sentence; the process lives, and is quick.

They are decoded in the child itself, so that a crash of a decoder shows; its memory is bounded: what asks for more must
say so in a sentence, too.
"""

from __future__ import annotations

import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fuzz.campaign import Attempt
from fuzz.child import Child, Told, Try
from fuzz.picture_changes import broken

SECONDS = 10.0
MEMORY_BYTES = 4 << 30


def attempts(numbers: Iterable[int], seed: int = 0) -> Iterator[Attempt]:
    with tempfile.TemporaryDirectory() as folder:
        child = Child(Path(folder) / "log", _prepare, SECONDS, MEMORY_BYTES)
        try:
            for number in numbers:
                began = time.monotonic()
                outcome, said = child.ask((number, seed))
                seconds = time.monotonic() - began
                what = broken(number, seed)[0] if outcome in ("died", "hung", "wrong") else ""
                yield Attempt(number, what, outcome, said, seconds)
        finally:
            child.close()


def _prepare() -> Try:
    broken(0)  # what all of them are made of

    def try_one(case: Any) -> Told:
        number, seed = case
        return attempt(broken(number, seed)[1])

    return try_one


def attempt(data: bytes) -> Told:
    """Read `data` as the program would. What is kept must read as the same pixels."""
    from fanlight.domain.errors import PictureError
    from fanlight.pictures.decode import read_bytes

    try:
        picture = read_bytes(data, "broken.png", longest_side=200)
    except PictureError as error:
        said = error.message
        fine = said.endswith(".") and "\n" not in said and len(said) < 200 and error.hint
        return ("refused", said) if fine else ("wrong", f"a sentence nobody can use: {said!r}")
    except BaseException:
        return "wrong", traceback.format_exc()
    try:
        again = read_bytes(picture.data, longest_side=200)
    except PictureError as error:
        return "wrong", f"what is kept cannot be read: {error.message} {error.__cause__!r}"
    if again.image != picture.image:
        return "wrong", f"what is kept reads as {again.image}, not as {picture.image}"
    return "answered", ""
