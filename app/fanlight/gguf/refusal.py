"""Errors for files that cannot be used, and typed access to metadata that raises them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from fanlight.domain.errors import ModelBroken
from fanlight.gguf.header import Header, Tensor
from fanlight.i18n import _, format_number

MOST = 2**31 - 1


def unusable(header: Header, reason: str, hint: str | None = None) -> ModelBroken:
    """`reason` is a sentence."""
    return ModelBroken(_("{file} cannot be used. {reason}").format(file=header.path.name, reason=reason), hint)


def missing(header: Header, tensor: str) -> ModelBroken:
    return unusable(header, _("The tensor {tensor} is missing.").format(tensor=tensor))


def misfit(header: Header, tensor: Tensor, width: int) -> ModelBroken:
    """`tensor` has another size than an encoder of this width needs."""
    return unusable(
        header,
        _("The tensor {tensor} does not fit an encoder with a width of {width}.").format(
            tensor=tensor.name, width=format_number(width)
        ),
    )


def wrong_storage(header: Header, tensor: Tensor) -> ModelBroken:
    return unusable(header, _("The tensor {tensor} is stored as {type}.").format(tensor=tensor.name, type=tensor.type))


def wrong_value(header: Header, key: str, value: object) -> ModelBroken:
    return unusable(header, _("The value of {key} is {value}.").format(key=key, value=value))


def wrong_type(header: Header, key: str) -> ModelBroken:
    return unusable(header, _("The value of {key} is of the wrong type.").format(key=key))


def no_entry(header: Header, key: str) -> ModelBroken:
    return unusable(header, _("The entry {key} is missing.").format(key=key))


def needed(header: Header, tensor: str) -> Tensor:
    """The tensor of that name. Raises ModelBroken."""
    found = header.named.get(tensor)
    if found is None:
        raise missing(header, tensor)
    return found


def shape(sizes: tuple[int, ...]) -> str:
    return " × ".join(map(str, sizes))


def whole(header: Header, key: str, low: int, high: int = MOST, default: int | None = None) -> int:
    """The integer under `key`, from `low` to `high`; required when `default` is None. Raises ModelBroken."""
    value = header.metadata.get(key, default)
    if value is None:
        raise no_entry(header, key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(header, key)
    if not isinstance(value, int) or not low <= value <= high:
        raise wrong_value(header, key, format_number(value) if isinstance(value, int) else value)
    return value


def each(header: Header, key: str, count: int, low: int, high: int, default: int | None = None) -> tuple[int, ...]:
    """One number for each of `count` layers; a single number applies to all. Raises ModelBroken."""
    value = header.metadata.get(key)
    if not isinstance(value, tuple):
        return (whole(header, key, low, high, default),) * count
    numbers = tuple(number for number in value if type(number) is int and low <= number <= high)
    if len(numbers) != len(value) or len(numbers) != count:
        raise unusable(
            header,
            _("The list {key} has values out of range, or not one for each of {count} layers.").format(
                key=key, count=count
            ),
        )
    return numbers


def text(header: Header, key: str, default: str | None = None) -> str:
    value = header.metadata.get(key, default)
    if value is None:
        raise no_entry(header, key)
    if not isinstance(value, str):
        raise wrong_type(header, key)
    return value


def floats(header: Header, prefix: str) -> Iterator[tuple[str, float]]:
    """Every floating-point number under `prefix`, also those in arrays."""
    for key, value in header.metadata.items():
        if not key.startswith(prefix):
            continue
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, float):
                yield key, number


def check_floats(header: Header, prefix: str) -> None:
    """Every floating-point number is finite, tolerances are not negative, bases and factors are positive. Raises
    ModelBroken."""
    for key, number in floats(header, prefix):
        low = -math.inf
        if key.endswith("epsilon"):
            low = 0.0
        elif ".freq_base" in key:
            low = 1e-6
        if not math.isfinite(number) or number < low:
            raise wrong_value(header, key, number)


def expect(header: Header, tensor: Tensor, wanted: tuple[int, ...]) -> None:
    """`tensor` has the shape `wanted`; trailing dimensions of 1 are ignored. Raises ModelBroken."""
    if _trimmed(tensor.shape) != _trimmed(wanted):
        raise unusable(
            header,
            _("The tensor {tensor} is {found} and should be {wanted}.").format(
                tensor=tensor.name, found=shape(tensor.shape), wanted=shape(wanted)
            ),
        )


def _trimmed(sizes: tuple[int, ...]) -> tuple[int, ...]:
    while len(sizes) > 1 and sizes[-1] == 1:
        sizes = sizes[:-1]
    return sizes
