"""Ways to break a file whose format does not matter."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

Chance = random.Random
Change = Callable[[bytes, Chance], bytes]

NUMBERS = (0, 1, 2, 127, 128, 255, 10_000, 65_535, 2**20, 2**31 - 1, 2**31, 2**32 - 1)


def flip_bytes(data: bytes, chance: Chance) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 60))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: Chance) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def cut_out(data: bytes, chance: Chance) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 2, 16, 400)) :]


def lie_in_the_header(data: bytes, chance: Chance) -> bytes:
    """Sizes, counts and offsets stand in the first bytes."""
    return with_number(data, chance, chance.randrange(max(1, min(len(data), chance.choice((32, 64, 300))))))


def lie_anywhere(data: bytes, chance: Chance) -> bytes:
    return with_number(data, chance, chance.randrange(max(1, len(data))))


def with_number(data: bytes, chance: Chance, at: int) -> bytes:
    size = chance.choice((1, 2, 4))
    number = (chance.choice(NUMBERS) & (256**size - 1)).to_bytes(size, chance.choice(("big", "little")))
    return b"".join((data[:at], number, data[at + size :]))


def zeros(data: bytes, chance: Chance) -> bytes:
    at, size = chance.randrange(len(data) + 1), chance.choice((4, 64, 1000))
    return data[:at] + bytes(len(data[at : at + size])) + data[at + size :]


def insert(data: bytes, chance: Chance) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.randbytes(chance.choice((1, 3, 50, 5000))) + data[at:]


def repeat(data: bytes, chance: Chance) -> bytes:
    """A stretch of it once more, or a thousand times."""
    at, size = chance.randrange(len(data) + 1), chance.choice((8, 100, 2000))
    return data[:at] + data[at : at + size] * chance.choice((2, 2, 10, 1000 if size < 2000 else 50)) + data[at:]


SIMPLE: tuple[Change, ...] = (
    flip_bytes, cut, cut_out, lie_in_the_header, lie_in_the_header, lie_anywhere, zeros, insert,
)  # fmt: skip


def walk(data: bytes, at: int, size: Callable[[int], int]) -> list[bytes]:
    """The pieces from `at` on, each as long as `size` of its place says."""
    parts = []
    while at < len(data):
        length = size(at)
        if length < 4 or at + length > len(data):
            parts.append(data[at:])
            break
        parts.append(data[at : at + length])
        at += length
    return parts


def shuffled(parts: list[bytes], chance: Chance) -> bytes:
    """In another order, one missing, or one twice."""
    first, second = chance.randrange(len(parts)), chance.randrange(len(parts))
    match chance.randrange(4):
        case 0:
            parts[first], parts[second] = parts[second], parts[first]
        case 1:
            del parts[first]
        case 2:
            parts.insert(second, parts[first])
        case _:
            chance.shuffle(parts)
    return b"".join(parts)


def some(changes: tuple[Change, ...], chance: Chance) -> Iterator[Change]:
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        yield chance.choice(changes)
