"""Makes ready what the first answer, and the first conversation that is opened, would otherwise wait for: the Markdown
parser, the lexers of common languages, widgets; one a tick, while nothing is being painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from fanlight.core.work.throttle import Timeout
from fanlight.markdown.blocks import parser
from fanlight.markdown.highlight import COMMON, lexer

FIRST_MILLISECONDS = 700
TICK_MILLISECONDS = 120


class ParserPreloader(QObject):
    """`busy` says when to wait. A lexer's first use compiles its expressions: 5 to 25 ms. `more` comes last."""

    def __init__(self, parent: QObject, busy: Callable[[], bool], more: Iterable[Callable[[], object]] = ()) -> None:
        super().__init__(parent)
        self._busy = busy
        self._todo: list[Callable[[], object]] = [parser, *(lambda name=name: lexer(name) for name in COMMON), *more]
        self._timer = Timeout(self, self._tick)

    def start(self) -> None:
        if self._todo and not self._timer.pending:
            self._timer.start(FIRST_MILLISECONDS)

    @property
    def ready(self) -> bool:
        return not self._todo

    def _tick(self) -> None:
        if not self._busy():
            self._todo.pop(0)()
        if self._todo:
            self._timer.start(TICK_MILLISECONDS)
