"""What a backend is that inserts text into other programs: a module that starts one `TextInserter`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QObject

from fanlight.desktop.focus import FocusHolder
from fanlight.desktop.insertion.permission import InsertionPermission


@dataclass(frozen=True, slots=True)
class InsertionPlace:
    """Who has the keyboard. `program` is its name as the desktop knows it (WM_CLASS), in lower case, "" where that is
    not known; `box` its window in device pixels: left, top, width, height. `own`: it is Fanlight itself.
    `process`: its id, 0 where that is not known."""

    holder: FocusHolder = field(default_factory=FocusHolder)
    program: str = ""
    box: tuple[int, int, int, int] | None = None
    own: bool = False
    process: int = 0

    def is_same(self, other: InsertionPlace) -> bool:
        """Windows may have moved meanwhile."""
        return self.holder == other.holder


class InsertionOutcome(Enum):
    INSERTED = auto()
    """The program has taken the text."""
    MOVED = auto()
    """Another window has the keyboard now; nothing was typed."""
    NOT_TAKEN = auto()
    """The program did not ask for what was pasted. It may be slow: the text stays on the clipboard, and INSERTED
    follows where it asks after all."""
    UNAVAILABLE = auto()
    """There is no way here, or it has failed; nothing was typed."""


@dataclass(frozen=True, slots=True)
class InsertionRequest:
    """`place` is where the text belongs; None is where the keyboard is now. `enter`: the Enter key afterwards. `typed`:
    key by key, for a program that takes no paste."""

    text: str
    place: InsertionPlace | None = None
    enter: bool = False
    typed: bool = False


InsertionEnded = Callable[[InsertionOutcome], object]


class TextInserter(Protocol):
    """Lives on the GUI thread; one request at a time. `permission` is None where the desktop does not ask the user."""

    @property
    def permission(self) -> InsertionPermission | None: ...

    def place(self) -> InsertionPlace:
        """Where text would go now."""

    def prepare(self) -> None:
        """Text will be inserted soon: what takes time can be done before."""

    def insert(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        """`ended` is called later, once, and again after NOT_TAKEN where more is known, unless `cancel` or `insert`
        comes first."""

    def cancel(self) -> bool:
        """Whether the program has taken the text already. The clipboard is as it was when this returns."""

    def can_undo(self, place: InsertionPlace) -> bool:
        """Whether the program there takes Ctrl+Z for undo."""

    def undo(self, place: InsertionPlace) -> bool:
        """Take back what was inserted there last, by the program's own undo. False where another window has the
        keyboard."""

    def close(self) -> None: ...


class InsertionBackend(Protocol):
    """`inserts`: whether it can insert text at all. `sees_focus`: whether it notices that the user has moved on to
    another window. `types_keys`: whether `InsertionRequest.typed` means anything to it."""

    @property
    def name(self) -> str: ...
    @property
    def needs(self) -> str:
        """What to install or do, in a sentence; translate it with `_`."""

    @property
    def inserts(self) -> bool: ...
    @property
    def sees_focus(self) -> bool: ...
    @property
    def types_keys(self) -> bool: ...

    def is_available(self) -> bool:
        """Cheap: does not wait for another program."""

    def describe(self) -> str:
        """For the user: how text gets into other programs here, and what does not work."""

    def start(self, parent: QObject) -> TextInserter: ...
