"""How a refusal is worded, and how numbers are taken from metadata: checked as they are read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fanlight.domain.errors import ModelBroken
from fanlight.gguf.header import Header, Tensor

MOST = 2**31 - 1


def unusable(header: Header, what: str, hint: str | None = None) -> ModelBroken:
    return ModelBroken(f"{header.path.name} can not be used: {what}.", hint)


def shape(sizes: tuple[int, ...]) -> str:
    return " × ".join(map(str, sizes))


def whole(header: Header, key: str, low: int, high: int = MOST, default: int | None = None) -> int:
    """The whole number under `key`, between `low` and `high`; needed when there is no `default`. Raises ModelBroken."""
    value = header.metadata.get(key, default)
    if value is None:
        raise unusable(header, f"{key} is missing")
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise unusable(header, f"{key} is {_shown(value)}")
    return value


def each(header: Header, key: str, count: int, low: int, high: int, default: int | None = None) -> tuple[int, ...]:
    """One number for each of `count` layers; a single number stands for all. Raises ModelBroken."""
    value = header.metadata.get(key)
    if not isinstance(value, tuple):
        return (whole(header, key, low, high, default),) * count
    numbers = tuple(number for number in value if type(number) is int and low <= number <= high)
    if len(numbers) != len(value) or len(numbers) != count:
        raise unusable(header, f"{key} has values no model has, or not one for each of {count} layers")
    return numbers


def text(header: Header, key: str, default: str | None = None) -> str:
    value = header.metadata.get(key, default)
    if not isinstance(value, str):
        raise unusable(header, f"{key} is {'missing' if value is None else 'no text'}")
    return value


def floats(header: Header, prefix: str) -> Iterator[tuple[str, float]]:
    """Every fractional number under `prefix`, also those in arrays."""
    for key, value in header.metadata.items():
        if not key.startswith(prefix):
            continue
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, float):
                yield key, number


def check_floats(header: Header, prefix: str) -> None:
    """No fractional number is infinite or none at all; tolerances are not negative, bases and factors positive."""
    for key, number in floats(header, prefix):
        low = -math.inf
        if key.endswith("epsilon"):
            low = 0.0
        elif ".freq_base" in key:
            low = 1e-6
        if not math.isfinite(number) or number < low:
            raise unusable(header, f"{key} is {number}")


def expect(header: Header, tensor: Tensor, wanted: tuple[int, ...]) -> None:
    """`tensor` has the shape `wanted`; trailing ones do not count. Raises ModelBroken."""
    if _trimmed(tensor.shape) != _trimmed(wanted):
        raise unusable(header, f"the tensor {tensor.name} is {shape(tensor.shape)} and should be {shape(wanted)}")


def _trimmed(sizes: tuple[int, ...]) -> tuple[int, ...]:
    while len(sizes) > 1 and sizes[-1] == 1:
        sizes = sizes[:-1]
    return sizes


def _shown(value: object) -> str:
    return f"{value:,}" if type(value) is int else "of the wrong type" if not isinstance(value, float) else f"{value}"
