"""What a backend is that reads and replaces selected text: a module that starts one `SelectionAccess`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject

from fanlight.desktop.insertion import InsertionPlace
from fanlight.domain.desktop_errors import SelectionError


@dataclass(frozen=True, slots=True)
class SelectedText:
    """`place` is where it was selected. `can_replace`: a program whose text can be changed, such as no terminal."""

    text: str
    place: InsertionPlace = field(default_factory=InsertionPlace)
    can_replace: bool = False


class ReplaceOutcome(Enum):
    REPLACED = auto()
    MOVED = auto()
    """The program does not have the keyboard; nothing was done."""
    UNSELECTED = auto()
    """The text is not selected there any more; nothing was changed."""
    NOT_TAKEN = auto()
    """The program did not take the new text, or there is no way to give it any."""


SelectionRead = Callable[[SelectedText | SelectionError], object]
ReplaceEnded = Callable[[ReplaceOutcome], object]


class SelectionAccess(Protocol):
    """Lives on the GUI thread; one request at a time."""

    def read(self, then: SelectionRead) -> None:
        """What is selected in the program that has the keyboard now. `then` is called later, once, unless `cancel`
        comes first."""

    def replace(self, selected: SelectedText, text: str, ended: ReplaceEnded) -> None:
        """Put `text` in its place, when the program has the keyboard again: it is waited for that. `ended` is called
        later, once, unless `cancel` comes first."""

    def cancel(self) -> None:
        """The clipboard is as it was when this returns."""

    def close(self) -> None: ...


class SelectionBackend(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> str:
        """What to install or do, in a sentence; translate it with `_`."""

    def is_available(self) -> bool:
        """Cheap: does not wait for another program."""

    def start(self, parent: QObject) -> SelectionAccess: ...
