"""What a chat template may spend: it is a program from a stranger's file that runs in this process.

Loops and calls are counted, values are weighed when they are made, and what could multiply is estimated before. So no
single step takes long, and between two steps the time and the stop flag are looked at.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fanlight.domain.stop import StopFlag

SECONDS, LEAST_SECONDS, WALL_SECONDS = 1.5, 0.3, 6.0
"""Of the processor; on a busy one it ends after `WALL_SECONDS`, but not before it had `LEAST_SECONDS`."""
STEPS = 2_000_000
LARGEST = 2_000_000
"""Characters of a text; an item of a list weighs ten. A prompt has placeholders instead of messages."""
_ITEM = 10
OUTPUT = 16_000_000
MOST_BITS = 4096
_LOOK_EVERY = 512
_WIDE_FORMAT = re.compile(r"%(?:\([^)]*\))?[^%a-zA-Z]*(?:\*|\d{4})|\{[^}]*(?:\d{4}|\{)")


class OverBudget(Exception):
    """The reason as a code for `template_error`: "time", "size"."""


class RenderingStopped(Exception):
    """The stop flag was set."""


class Budget:
    """Of one rendering, or of several that belong together. Raises OverBudget and RenderingStopped."""

    def __init__(self, stop: StopFlag | None = None, seconds: float = SECONDS) -> None:
        self._stop = stop
        self._began, self._began_wall, self._seconds = time.thread_time(), time.monotonic(), seconds
        self._steps = STEPS
        self._look_at = STEPS - _LOOK_EVERY
        self._output = OUTPUT

    def step(self, cost: int = 1) -> None:
        self._steps -= cost
        if self._steps > self._look_at:
            return
        self._look_at = self._steps - _LOOK_EVERY
        if self._stop is not None and self._stop.is_set():
            raise RenderingStopped
        used = time.thread_time() - self._began
        late = time.monotonic() - self._began_wall > WALL_SECONDS
        if self._steps < 0 or used > self._seconds or (late and used > LEAST_SECONDS):
            raise OverBudget("time")

    def spend_output(self, characters: int) -> None:
        self.step(1 + characters // 256)
        self._output -= characters
        if self._output < 0:
            raise OverBudget("size")

    def weigh(self, value: Any) -> int:
        """Characters and items of a value; lists are walked, since a short one may hold itself many times over."""
        if isinstance(value, str | bytes):
            weight = len(value)
        elif isinstance(value, int):
            if value.bit_length() > MOST_BITS:
                raise OverBudget("size")
            return 1
        elif isinstance(value, range):
            weight = _ITEM * len(value)
        elif isinstance(value, Mapping | list | tuple | set | frozenset):
            weight = _walk(value)
        else:
            return 1
        if weight > LARGEST:
            raise OverBudget("size")
        self.step(1 + weight // 64)
        return weight

    def collect(self, items: Iterator[Any]) -> list[Any]:
        """All items of what would be made one after the other."""
        found = []
        for item in items:
            self.step()
            found.append(item)
            self.allow(_ITEM * len(found))
        return found

    def allow(self, size: int) -> None:
        """Raises OverBudget when something would become larger than a value may be."""
        if size > LARGEST:
            raise OverBudget("size")


def _walk(value: Any) -> int:
    weight, waiting = 0, [value]
    while waiting and weight <= LARGEST:
        one = waiting.pop()
        weight += _ITEM
        if isinstance(one, str | bytes):
            weight += len(one)
        elif isinstance(one, Mapping):
            waiting.extend(one.keys())
            waiting.extend(one.values())
        elif isinstance(one, list | tuple | set | frozenset):
            waiting.extend(one)
    return weight


def estimate_operation(budget: Budget, sign: str, left: Any, right: Any) -> None:
    """Before `left sign right` is computed."""
    if sign == "*":
        for one, other in ((left, right), (right, left)):
            if isinstance(one, str | bytes | list | tuple) and isinstance(other, int):
                budget.allow(budget.weigh(one) * max(other, 0))
    elif sign == "**" and isinstance(left, int) and isinstance(right, int) and right > 0:
        if left.bit_length() * right > MOST_BITS:
            raise OverBudget("size")
    elif sign == "+" and isinstance(left, str | list | tuple):
        budget.allow(budget.weigh(left) + budget.weigh(right))
    elif sign == "%" and isinstance(left, str | bytes):
        _estimate_format(budget, left, [right])


def estimate_method(budget: Budget, owner: Any, name: str, given: Sequence[Any]) -> None:
    """Before a method of a text, a number or a list is called."""
    _check_numbers(budget, given)
    weights = [budget.weigh(one) for one in given]
    if not isinstance(owner, str | bytes):
        return
    size = budget.weigh(owner)
    if name in ("format", "format_map"):
        _estimate_format(budget, owner, given)
    elif name == "join":
        items = given[0] if given else ()
        budget.allow((size + 1) * (len(items) if isinstance(items, Sequence | Mapping) else LARGEST) + sum(weights))
    elif name == "replace" and len(given) > 1:
        _estimate_replace(budget, owner, given)
    elif name in ("translate", "expandtabs"):
        budget.allow(size * max([*weights, *(one for one in given if isinstance(one, int)), 8]))


def estimate_filter(budget: Budget, name: str, value: Any, given: Sequence[Any]) -> None:
    """Before a filter is applied to `value`."""
    size = budget.weigh(value)
    weights = [budget.weigh(one) for one in given]
    _check_numbers(budget, given)
    numbers = [one for one in given if isinstance(one, int)]
    if name == "replace" and len(given) > 1 and isinstance(value, str):
        _estimate_replace(budget, value, given)
    elif name == "format" and isinstance(value, str):
        _estimate_format(budget, value, given)
    elif name in ("indent", "tojson", "join", "wordwrap", "sum", "xmlattr"):
        budget.allow((size + 1) * max([1, *weights, *numbers]))
    elif name in ("batch", "slice", "center") and numbers:
        budget.allow(size + max(numbers) * max([1, *weights]))


def _estimate_replace(budget: Budget, text: Any, given: Sequence[Any]) -> None:
    old, new = given[0], given[1]
    if isinstance(old, str) and isinstance(new, str) and isinstance(text, str):
        budget.allow(len(text) + (text.count(old) + 1) * len(new))


def _estimate_format(budget: Budget, form: Any, given: Sequence[Any]) -> None:
    text = form.decode("latin-1") if isinstance(form, bytes) else form
    if _WIDE_FORMAT.search(text):
        raise OverBudget("size")
    places = text.count("%") + text.count("{")
    budget.allow(len(text) + places * sum(map(budget.weigh, given)))


def _check_numbers(budget: Budget, given: Sequence[Any]) -> None:
    """No number given to a built-in function asks for more than a value may have: widths, counts, lengths."""
    for one in given:
        if isinstance(one, int):
            budget.allow(abs(one))
