"""`fanlight export --format pdf`: pages are drawn by Qt, without a screen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight import compose, paths
from fanlight.cli.output import counted
from fanlight.domain.errors import ExportError
from fanlight.domain.stored import ConversationRow
from fanlight.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fanlight.core.chat.history import History
    from fanlight.ui.window.pdf_export import PdfExport

_STEP_MS = 50
CLOSE_SECONDS = 5.0


def write_pages(rows: Sequence[ConversationRow], place: Path, *, replace: bool) -> None:
    """Raises ExportError."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QApplication

    from fanlight.core.chat.formula_typesetter import FormulaTypesetter
    from fanlight.core.chat.history import History
    from fanlight.core.work.file_worker import FileWorker
    from fanlight.core.work.shutdown import shutdown
    from fanlight.parsing.pool import end_all
    from fanlight.store.thread import StoreThread
    from fanlight.ui.window.pdf_export import PdfExport

    application = QApplication.instance() or QApplication([])
    parent = QObject(application)
    history, file_worker, formulas = History(parent), FileWorker(parent), FormulaTypesetter(parent)
    history.open(lambda on_error, on_recovered: StoreThread(paths.home(), on_error, on_recovered))
    try:
        export = PdfExport(history, file_worker, formulas, rows, compose.settings().picture_side, parent)
        for _done in counted(_progress(export, history, place, replace), len(rows)):
            pass
    finally:
        shutdown([file_worker, formulas.worker], CLOSE_SECONDS, [lambda _seconds: end_all()])
        history.close()
        parent.deleteLater()


def _progress(export: PdfExport, history: History, place: Path, replace: bool) -> Iterator[int]:
    """Each conversation that is written. Raises ExportError."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    ended: list[object] = []
    done: list[int] = []
    export.progressed.connect(done.append)
    export.finished.connect(lambda _place: ended.append(None))
    export.failed.connect(ended.append)
    export.abandoned.connect(lambda: ended.append(ExportError(_("The conversations cannot be read."))))
    history.problem.connect(ended.append)
    export.start(place, replace=replace)
    try:
        while not ended:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _STEP_MS)
            yield from (done.pop(0) for _one in range(len(done)))
            if not ended:
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, _STEP_MS)
    except BaseException:  # Ctrl+C, too
        export.stop()
        for _turn in range(100):
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, _STEP_MS)
        raise
    yield from done
    if isinstance(ended[0], Exception):
        raise ended[0]
