"""Makes ready what the first answer, and the first conversation that is opened, would otherwise wait for: the Markdown
parser, the lexers of common languages, widgets; one a tick, while nothing is being painted. What takes long and needs
no widget is done on another thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject

from fanlight.core.work.throttle import Timeout
from fanlight.markdown.blocks import parser
from fanlight.markdown.highlight import COMMON, lexer

FIRST_MILLISECONDS = 700
TICK_MILLISECONDS = 120

Call = Callable[[], object]
CallElsewhere = Callable[[Call, Callable[[object], object]], object]
"""`core.work.file_worker.FileWorker.call`."""


class ParserPreloader(QObject):
    """`busy` says when to wait. A lexer's first use compiles its expressions, for as long as three frames. `more` comes
    last."""

    def __init__(self, parent: QObject, busy: Callable[[], bool], more: Iterable[Call] = ()) -> None:
        super().__init__(parent)
        self._busy = busy
        self._elsewhere: list[Call] = [partial(lexer, name) for name in COMMON]
        self._todo: list[Call] = [parser, *self._elsewhere, *more]
        self._call: CallElsewhere | None = None
        self._timer = Timeout(self, self._tick)

    def work_elsewhere(self, call: CallElsewhere, more: Sequence[Call] = ()) -> None:
        """What can be done on any thread is done by `call`; `more` of that comes before the lexers."""
        self._call = call
        self._elsewhere += more
        self._todo[1:1] = more

    def start(self) -> None:
        if self._todo and not self._timer.pending:
            self._timer.start(FIRST_MILLISECONDS)

    @property
    def ready(self) -> bool:
        return not self._todo

    def _tick(self) -> None:
        if self._busy():
            self._go_on()
            return
        work = self._todo.pop(0)
        if self._call is not None and work in self._elsewhere:
            self._call(work, self._go_on)
        else:
            work()
            self._go_on()

    def _go_on(self, _result: object = None) -> None:
        if self._todo:
            self._timer.start(TICK_MILLISECONDS)
