"""GGUF files broken in every way that can be thought of: some so that the damage shows, some so that counts, sizes and
offsets agree and only the meaning is wrong. Each is drawn from a seed, so that any case can be made again."""

from __future__ import annotations

import copy
import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fuzz.gguf_changes import CHANGES
from support.gguf_drafts import Draft, Entry


@dataclass(frozen=True)
class Base:
    """A sound pair, taken apart once."""

    name: str
    model: Draft
    projector: Draft

    @classmethod
    def of(cls, name: str, model: Path, projector: Path) -> Base:
        return cls(name, Draft.of(model), Draft.of(projector))


@dataclass(frozen=True)
class Case:
    number: int
    what: str
    model: Path
    projector: Path | None


def cut(dice: random.Random, data: bytes) -> tuple[bytes, str]:
    at = dice.choice((0, 3, 20, dice.randrange(len(data)), dice.randrange(len(data)), len(data) - 1, len(data) - 40))
    return data[: max(0, at)], f"cut after {at}"


def flip(dice: random.Random, data: bytes) -> tuple[bytes, str]:
    """Bits of the header, vocabulary included."""
    flipped = bytearray(data)
    reach = min(len(data), dice.choice((64, 2_000, 20_000, len(data))))
    count = dice.choice((1, 1, 2, 8, 64))
    for _ in range(count):
        flipped[dice.randrange(reach)] ^= 1 << dice.randrange(8)
    return bytes(flipped), f"{count} bits flipped in the first {reach}"


def case(number: int, bases: Sequence[Base], folder: Path, seed: int = 0) -> Case:
    """The broken pair of that number; its files are written to `folder`."""
    dice = random.Random(f"{seed}:{number}")
    base = dice.choice(bases)
    way = dice.random()
    model, projector = folder / "model.gguf", folder / "projector.gguf"
    if way < 0.06:
        return _mismatched(dice, number, base, bases, model, projector)
    text, eye = copy.deepcopy(base.model), copy.deepcopy(base.projector)
    said = [base.name]
    if way < 0.75:
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            side = dice.choice(("model", "projector"))
            said.append(f"{side}: {dice.choice(CHANGES)(dice, text if side == 'model' else eye)}")
    data = {"model": _bytes(text), "projector": _bytes(eye)}
    if way >= 0.75:
        side = dice.choice(("model", "projector"))
        data[side], what = (cut if way < 0.83 else flip)(dice, data[side])
        said.append(f"{side}: {what}")
    model.write_bytes(data["model"])
    projector.write_bytes(data["projector"])
    blind = dice.random() < 0.1 and not any("projector:" in what for what in said)
    return Case(number, ", ".join(said), model, None if blind else projector)


def _bytes(draft: Draft) -> bytes:
    for entry in draft.entries:
        _fit(entry)
    return draft.bytes()


def _fit(entry: Entry) -> None:
    """Two changes to one entry may leave a value that its kind can not hold."""
    try:
        Draft([entry]).bytes()
    except (struct.error, TypeError, AssertionError, AttributeError, ValueError, OverflowError):
        entry.kind, entry.value = "u32", 1


def _mismatched(
    dice: random.Random, number: int, base: Base, bases: Sequence[Base], model: Path, projector: Path
) -> Case:
    other = dice.choice(bases)
    pairs = (
        (base.model, other.projector, f"{base.name} with the projector of {other.name}"),
        (base.projector, other.projector, "a projector as model"),
        (base.model, other.model, "a model as projector"),
        (base.projector, other.model, "both swapped"),
    )
    text, eye, what = dice.choice(pairs)
    model.write_bytes(text.bytes())
    projector.write_bytes(eye.bytes())
    return Case(number, what, model, projector)
