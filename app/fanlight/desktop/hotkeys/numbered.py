"""Shared by the backends whose system identifies a hotkey by a number that the program chooses (Windows, macOS)."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from fanlight.desktop.hotkeys.combination import Combination
from fanlight.domain.desktop_errors import HotkeyTaken, HotkeyUnavailable

Handle = TypeVar("Handle")
"""The system's own handle of a registered hotkey."""


class NumberedHotkeys(ABC, Generic[Handle]):
    """A `KeyBinder`; subclasses register and release one hotkey."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._bound: dict[int, tuple[str, Combination, Handle]] = {}

    @abstractmethod
    def _register(self, number: int, combination: Combination) -> Handle:
        """Raises HotkeyTaken and HotkeyUnavailable."""

    @abstractmethod
    def _release(self, number: int, handle: Handle) -> None: ...

    def bind(self, name: str, combination: Combination) -> None:
        number = next(self._numbers)
        self._bound[number] = name, combination, self._register(number, combination)

    def unbind(self, name: str) -> None:
        for number in [number for number, (bound, *_) in self._bound.items() if bound == name]:
            _, _, handle = self._bound.pop(number)
            self._release(number, handle)

    def is_free(self, combination: Combination) -> bool:
        number = next(self._numbers)
        try:
            handle = self._register(number, combination)
        except (HotkeyTaken, HotkeyUnavailable):
            return False
        self._release(number, handle)
        return True

    def trigger(self, name: str) -> str:
        return next((combination.shown for bound, combination, _ in self._bound.values() if bound == name), "")

    def close(self) -> None:
        for name in [name for name, *_ in self._bound.values()]:
            self.unbind(name)
