"""How a refusal is worded, and how numbers are taken from metadata: checked as they are read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fanlight.domain.errors import ModelBroken
from fanlight.gguf.header import Header, Tensor
from fanlight.i18n import _, format_number

MOST = 2**31 - 1


def unusable(header: Header, what: str, hint: str | None = None) -> ModelBroken:
    """`what` is a translated clause."""
    return ModelBroken(_("{file} cannot be used: {reason}.").format(file=header.path.name, reason=what), hint)


def shape(sizes: tuple[int, ...]) -> str:
    return " × ".join(map(str, sizes))


def whole(header: Header, key: str, low: int, high: int = MOST, default: int | None = None) -> int:
    """The whole number under `key`, between `low` and `high`; needed when there is no `default`. Raises ModelBroken."""
    value = header.metadata.get(key, default)
    if value is None:
        raise unusable(header, _("{key} is missing").format(key=key))
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        if isinstance(value, bool | str | tuple):
            raise unusable(header, _("{key} is of the wrong type").format(key=key))
        raise unusable(header, _("{key} is {value}").format(key=key, value=_shown(value)))
    return value


def each(header: Header, key: str, count: int, low: int, high: int, default: int | None = None) -> tuple[int, ...]:
    """One number for each of `count` layers; a single number stands for all. Raises ModelBroken."""
    value = header.metadata.get(key)
    if not isinstance(value, tuple):
        return (whole(header, key, low, high, default),) * count
    numbers = tuple(number for number in value if type(number) is int and low <= number <= high)
    if len(numbers) != len(value) or len(numbers) != count:
        raise unusable(
            header,
            _("{key} has values no model has, or not one for each of {count} layers").format(key=key, count=count),
        )
    return numbers


def text(header: Header, key: str, default: str | None = None) -> str:
    value = header.metadata.get(key, default)
    if not isinstance(value, str):
        wrong = _("{key} is missing") if value is None else _("{key} is not text")
        raise unusable(header, wrong.format(key=key))
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
            raise unusable(header, _("{key} is {value}").format(key=key, value=number))


def expect(header: Header, tensor: Tensor, wanted: tuple[int, ...]) -> None:
    """`tensor` has the shape `wanted`; trailing ones do not count. Raises ModelBroken."""
    if _trimmed(tensor.shape) != _trimmed(wanted):
        raise unusable(
            header,
            _("the tensor {tensor} is {shape} and should be {wanted}").format(
                tensor=tensor.name, shape=shape(tensor.shape), wanted=shape(wanted)
            ),
        )


def _trimmed(sizes: tuple[int, ...]) -> tuple[int, ...]:
    while len(sizes) > 1 and sizes[-1] == 1:
        sizes = sizes[:-1]
    return sizes


def _shown(value: object) -> str:
    return format_number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
