"""Outlines of the formulas that are shown, made one at a time beside the GUI thread."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError

if TYPE_CHECKING:
    from fanlight.markdown.typesetting import FormulaOutline

MOST_COORDINATES = 1_000_000
"""Of the outlines that are kept: 4 MB. Those that are shown are kept by their messages, too."""
MOST_WAITING = 500
_LEAST_COST = 50
"""What a formula without an outline counts, its source being kept."""


def _drawn_outline(source: str) -> FormulaOutline | None:
    from fanlight.markdown.typesetting import outline_of  # a window appears without it

    return outline_of(source)


class FormulaTypesetter(QObject):
    """`outline` returns what is known, and asks for the rest; `known` says when there is more."""

    known = Signal(str)
    """An outline is there now, or it is known that there is none: of this source."""

    def __init__(
        self, parent: QObject | None = None, make: Callable[[str], FormulaOutline | None] = _drawn_outline
    ) -> None:
        super().__init__(parent)
        self.worker = FileWorker(self, threads=1, name="formulas")
        self._make = make
        self._outlines: OrderedDict[str, FormulaOutline | None] = OrderedDict()
        self._cost = 0
        self._waiting: dict[str, None] = {}  # the newest last, which is made first: it is in view
        self._making: str | None = None

    def outline(self, source: str) -> FormulaOutline | None:
        """None where it is not known yet, and where it cannot be drawn."""
        if source in self._outlines:
            self._outlines.move_to_end(source)
            return self._outlines[source]
        if source == self._making:
            return None
        self._waiting.pop(source, None)
        self._waiting[source] = None
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._make_next()
        return None

    def is_known(self, source: str) -> bool:
        """Whether there is an outline, or it is known that there is none."""
        return source in self._outlines

    def _make_next(self) -> None:
        if self._making is not None or not self._waiting:
            return
        source, _none = self._waiting.popitem()
        self._making = source
        make = self._make  # a thread holds no QObject
        self.worker.call(lambda: make(source), lambda result: self._on_made(source, result))

    def _on_made(self, source: str, result: FormulaOutline | FanlightError | None) -> None:
        self._making = None
        self._keep(source, None if isinstance(result, FanlightError) else result)
        self.known.emit(source)
        self._make_next()

    def _keep(self, source: str, outline: FormulaOutline | None) -> None:
        self._outlines[source] = outline
        self._cost += _cost(source, outline)
        while self._cost > MOST_COORDINATES and len(self._outlines) > 1:
            self._cost -= _cost(*self._outlines.popitem(last=False))


def _cost(source: str, outline: FormulaOutline | None) -> int:
    return _LEAST_COST + len(source) + (len(outline.points) if outline is not None else 0)
