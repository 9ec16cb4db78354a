"""Keyboards of few keys, as the X server describes them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Board:
    """Keysyms by key code."""

    symbols: dict[int, tuple[int, ...]]
    modifiers: list[tuple[int, ...]] = field(
        default_factory=lambda: [(50,), (66,), (37,), (64,), (77,), (), (133,), ()]
    )

    def keysyms(self) -> dict[int, tuple[int, ...]]:
        return {**self.symbols, 77: (0xFF7F,)}

    def modifier_codes(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self.modifiers)
