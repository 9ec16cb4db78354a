"""The state of a conversation as a file: written whole or not at all, and believed only where it is as it was written.
llama.cpp ends the process for a state that was cut, and takes that of another model without a word: both are found out
before it sees them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from fanlight.domain.stop import StopFlag
from fanlight.engine.checkpoints import Checkpoint
from fanlight.engine.sequence_state import StateBytes

_MAGIC = b"Fanlight state 1"
_DIGEST = 32
_HEAD = len(_MAGIC) + _DIGEST + 8
_BLOCK = 8 * 2**20
_LEFT_FREE = 2**30
"""Bytes of the disk that are left to others."""
_SHARE = 2  # a file takes at most 1/_SHARE of the free memory

ItemMark = int | tuple[str, int, int, int]
"""A token; or a media chunk: picture, part, tokens, positions."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """As `SavedContext`, with marks in the place of items; the tokens of each answer, by the index and the text of its
    message; the indices of the messages that were dropped."""

    marks: Sequence[ItemMark]
    starts: list[int]
    cells: list[int]
    checkpoints: tuple[Checkpoint, ...]
    state: StateBytes
    answers: Sequence[tuple[int, str, list[int]]]
    dropped: Sequence[int]


def write_state(path: Path, kept: KeptState, fingerprint: bytes, most_bytes: int, stop: StopFlag) -> bool:
    """Whether it is there now: not where it would take more than `most_bytes`, the disk is full or cannot be written
    to, or `stop` was set. A file that was there before stays then."""
    blobs = [kept.state, *(checkpoint.state for checkpoint in kept.checkpoints)]
    head = json.dumps(_values(kept)).encode()
    size = _HEAD + len(head) + sum(blob.nbytes for blob in blobs) + _DIGEST
    draft = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if size > most_bytes or shutil.disk_usage(path.parent).free - size < _LEFT_FREE:
            return False
        digest = hashlib.sha256()
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for part in _parts(fingerprint, head, blobs):
                if stop.is_set():
                    return False
                digest.update(part)
                file.write(part)
            file.write(digest.digest())
        if stop.is_set():
            return False
        draft.replace(path)  # not flushed to the disk: what a power cut leaves of it is not believed
        return True
    except OSError:
        return False
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def read_state(path: Path, fingerprint: bytes) -> KeptState | None:
    """None where there is none, or it is damaged, or of another model or other settings; a damaged one is removed."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(_HEAD)
            if len(head) == _HEAD and head.startswith(_MAGIC) and head[len(_MAGIC) :][:_DIGEST] != fingerprint:
                return None
            if size > psutil.virtual_memory().available // _SHARE:
                return None
            file.seek(0)
            content = np.fromfile(file, np.uint8)
        found = _checked(content)
    except (OSError, MemoryError):
        return None
    if found is None:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return found


def _checked(content: StateBytes) -> KeptState | None:
    body, digest = content[:-_DIGEST], content[-_DIGEST:].tobytes()
    if len(body) < _HEAD or body[: len(_MAGIC)].tobytes() != _MAGIC or hashlib.sha256(body.data).digest() != digest:
        return None
    length = int.from_bytes(body[_HEAD - 8 : _HEAD].tobytes(), "little")
    values: dict[str, Any] = json.loads(body[_HEAD : _HEAD + length].tobytes())
    at = _HEAD + length
    state = body[at : at + values["state_bytes"]]
    at += len(state)
    checkpoints = []
    for count, position, size in values["checkpoints"]:
        checkpoints.append(Checkpoint(count, position, body[at : at + size].copy()))
        at += size
    return KeptState(
        [mark if isinstance(mark, int) else tuple(mark) for mark in values["marks"]],
        values["starts"], values["cells"], tuple(checkpoints), state,
        [(index, text, tokens) for index, text, tokens in values["answers"]], values["dropped"],
    )  # fmt: skip


def _values(kept: KeptState) -> dict[str, Any]:
    return {
        "marks": kept.marks,
        "starts": kept.starts,
        "cells": kept.cells,
        "state_bytes": kept.state.nbytes,
        "checkpoints": [(one.count, one.position, one.state.nbytes) for one in kept.checkpoints],
        "answers": kept.answers,
        "dropped": kept.dropped,
    }


def _parts(fingerprint: bytes, head: bytes, blobs: Sequence[StateBytes]) -> Iterator[bytes | memoryview]:
    yield _MAGIC + fingerprint + len(head).to_bytes(8, "little")
    yield head
    for blob in blobs:
        for at in range(0, blob.nbytes, _BLOCK):
            yield blob[at : at + _BLOCK].data
