"""Fields of the settings: what an editor, and a reader of the file, need to know of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Any

from fanlight.i18n import N_


def setting(
    default: Any,
    label: str,
    *,
    group: str = N_("General"),
    choices: Mapping[str, str] = MappingProxyType({}),
    options: Callable[[], dict[str, str]] | None = None,
    low: float | None = None,
    high: float | None = None,
    special: Mapping[float, str] = MappingProxyType({}),
    usual: float | None = None,
    unit: Callable[[float], str] | None = None,
    empty: str = "",
    help: str = "",  # noqa: A002 - the word the reader looks for
    lines: int = 1,
    applies_after_reload: bool = False,
) -> Any:
    """A dataclass field with what an editor needs to know. `choices`: values and the names shown for them; `options`:
    the same where they, or their order, depend on the language. For a number: its range (`low`, `high`), numbers that
    stand for something else and the words shown for them (`special`), the number that is offered first beside those
    (`usual`), and a text with "{number}" in it (`unit`). For a text: what an empty one stands for (`empty`), and its
    height in `lines`. `applies_after_reload`: the model uses it only once it is loaded again. Texts are marked here and
    translated when they are shown."""
    return field(
        default=default,
        metadata={
            "label": label, "group": group, "choices": choices, "options": options, "low": low, "high": high,
            "special": special, "usual": default if usual is None else usual, "unit": unit, "empty": empty,
            "help": help, "lines": lines, "applies_after_reload": applies_after_reload,
        },
    )  # fmt: skip


def fits(item: Any, value: object) -> bool:
    """Whether a value read from a file could have been chosen in the dialog."""
    default, meta = item.default, item.metadata
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, str):
        return isinstance(value, str) and (not meta["choices"] or value in meta["choices"])
    if not isinstance(value, (int, float)) or (isinstance(default, int) and not isinstance(value, int)):
        return False
    return bool((meta["low"] is None or value >= meta["low"]) and (meta["high"] is None or value <= meta["high"]))
