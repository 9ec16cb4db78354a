"""Where conversations are exported to, how far it is, and what became of it; a conversation on the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from fanlight.core.chat.exporting import ConversationExport
from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.core.chat.history import History
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.archive import read_archived
from fanlight.domain.errors import FanlightError
from fanlight.domain.stored import ConversationRow
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.file_outcomes import offer_path, show_failure

if TYPE_CHECKING:
    from fanlight.exchange.writers import Format
    from fanlight.ui.window.pdf_export import PdfExport

    Kind = Format | Literal["pdf"]


class Exporting(QObject):
    """`offers` shows the progress, with a button that stops it."""

    def __init__(
        self,
        window: QWidget,
        history: History,
        file_worker: FileWorker,
        formulas: FormulaTypesetter,
        offers: Banner,
        picture_side: Callable[[], int],
    ) -> None:
        """`picture_side`: of what a model is sent, as the settings say."""
        super().__init__(window)
        self._picture_side = picture_side
        self._formulas = formulas
        self._window, self._history, self._file_worker, self._offers = window, history, file_worker, offers
        self._folder = Path.home()
        self._export: ConversationExport | PdfExport | None = None

    def export(self, conversation_ids: Sequence[int]) -> None:
        """Asks where to; one export at a time."""
        from fanlight.exchange.markdown_text import file_name  # a window appears without it

        rows = [row for row in self._history.rows if row.id in set(conversation_ids)]
        if not rows or self._export is not None:
            return
        name = file_name(rows[0].title) if len(rows) == 1 else _("Conversations")
        chosen = self._ask_place(name)
        if chosen is None:
            return
        place, kind, was_asked = chosen
        self._folder = place.parent
        self._export = export = self._made(kind, rows)
        export.progressed.connect(self._show_progress)
        export.finished.connect(self._on_finished)
        export.failed.connect(self._on_failed)
        export.abandoned.connect(self._on_abandoned)
        self._show_progress(0)
        if isinstance(export, ConversationExport):
            export.start(place, cast("Format", kind), replace=was_asked)
        else:
            export.start(place, replace=was_asked)

    def export_all(self) -> None:
        self.export([row.id for row in self._history.rows])

    def copy(self, conversation_id: int) -> None:
        """As Markdown, pictures by name."""
        from fanlight.exchange.markdown_text import conversation_markdown

        row = next((row for row in self._history.rows if row.id == conversation_id), None)
        if row is not None:
            self._history.read(
                lambda database: conversation_markdown(read_archived(database, row)),
                QGuiApplication.clipboard().setText,
            )

    def _made(self, kind: Kind, rows: Sequence[ConversationRow]) -> ConversationExport | PdfExport:
        if kind != "pdf":
            return ConversationExport(self._history, self._file_worker, rows, self._picture_side(), self)
        from fanlight.ui.window.pdf_export import PdfExport

        return PdfExport(self._history, self._file_worker, self._formulas, rows, self._picture_side(), self)

    def _ask_place(self, name: str) -> tuple[Path, Kind, bool] | None:
        """And whether the dialog has asked before a file there is replaced. The ending that is typed decides; without
        one, the kind that is chosen."""
        filters: dict[str, tuple[Kind, str]] = {
            _("Web page ({pattern})").format(pattern="*.html"): ("html", ".html"),
            _("PDF ({pattern})").format(pattern="*.pdf"): ("pdf", ".pdf"),
            _("Folder with Markdown and pictures ({pattern})").format(pattern="*"): ("md", ""),
            _("Everything, to be imported again ({pattern})").format(pattern="*.json"): ("json", ".json"),
        }
        chosen, kind_chosen = QFileDialog.getSaveFileName(
            self._window, _("Export Conversations"), str(self._folder / f"{name}.html"), ";;".join(filters)
        )
        if not chosen:
            return None
        kind, ending = filters.get(kind_chosen, ("html", ".html"))
        place = Path(chosen)
        if kind == "md":
            return place.with_suffix("") if place.suffix == ".html" else place, kind, False
        typed: dict[str, Kind] = {".html": "html", ".json": "json", ".pdf": "pdf"}
        if place.suffix.lower() in typed:
            return place, typed[place.suffix.lower()], True
        return place.with_name(place.name + ending), kind, False

    def _show_progress(self, done: int) -> None:
        export = self._export
        if export is not None:
            text = _("Exporting: {done} of {count} conversations.")
            shown = text.format(done=format_number(done), count=format_number(export.count))
            self._offers.offer(shown, _("Stop"), self._stop)

    def _stop(self) -> None:
        if self._export is not None:
            self._export.stop()
            self._export = None

    def _on_finished(self, place: Path) -> None:
        export, self._export = self._export, None
        if export is None:
            return
        text = ngettext(
            "{count} conversation is in {path}.", "{count} conversations are in {path}.", export.count
        ).format(count=format_number(export.count), path=place)
        offer_path(self._offers, text, place)

    def _on_failed(self, error: FanlightError) -> None:
        self._export = None
        show_failure(self._offers, error)

    def _on_abandoned(self) -> None:
        self._export = None
        self._offers.dismiss()
