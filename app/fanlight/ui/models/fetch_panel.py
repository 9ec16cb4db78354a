"""Models to fetch: a few that suit this computer, and what is being fetched, with whom it is connected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fanlight.core.downloads.download import Download
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.i18n import _
from fanlight.ui.controls import label
from fanlight.ui.models.fetch_rows import DownloadRow, OfferRow
from fanlight.ui.models.words import shown_speed


class FetchArea(QScrollArea):
    """The panel in a window: as high as it needs where there is room, scrolled where there is little; hidden where the
    panel is empty."""

    def __init__(self, panel: FetchPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._panel = panel
        panel.setObjectName("fetch")
        self.setStyleSheet("QScrollArea, QWidget#fetch { background: transparent; }")
        self.setWidget(panel)
        panel.installEventFilter(self)
        panel.emptied.connect(self.setHidden)
        if panel.is_empty:
            self.hide()

    def sizeHint(self) -> QSize:
        panel = self._panel
        needed = (
            panel.heightForWidth(self.viewport().width()) if panel.hasHeightForWidth() else panel.sizeHint().height()
        )
        return QSize(super().sizeHint().width(), needed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()


class FetchPanel(QWidget):
    """Attributes: `offer_rows`, `download_rows`."""

    emptied = Signal(bool)
    """Whether it is empty now."""
    token_requested = Signal(object)
    """A Download that wants to know who fetches it."""
    use_requested = Signal(object)
    """A ModelSpec that has been fetched."""
    part_use_requested = Signal(object)
    """A KnownModel, no model that answers, that has been fetched."""

    def __init__(
        self, downloads: Downloads, offers: ModelOffers, parts: FetchedParts, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._downloads, self._offers, self._parts = downloads, offers, parts
        self.offer_rows: list[OfferRow] = []
        self.download_rows: list[DownloadRow] = []
        self.title = label(_("Get a model that suits this computer"), "muted")
        self.estimate = label(
            _(
                "Times are to the first sentence about a screenshot: estimated from the model's size and the "
                "processor and memory of this computer, not measured."
            ),
            "muted",
            wrap=True,
        )
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.title)
        self._column.addWidget(self.estimate)
        for download in downloads.all:
            self._add_download(download)
        downloads.added.connect(self._add_download)
        downloads.removed.connect(self._remove_download)
        offers.changed.connect(self._show_offers)
        self._show_offers()

    @property
    def is_empty(self) -> bool:
        return not (self.offer_rows or self.download_rows)

    def _show_offers(self) -> None:
        focused = any(row.button.hasFocus() for row in self.offer_rows)
        for row in self.offer_rows:
            row.hide()
            row.deleteLater()
        self.offer_rows = []
        for model in self._offers.offers:
            if (request := self._offers.request(model)) is None:
                break
            speed = shown_speed(model, self._offers.computer)
            row = OfferRow(model, request, speed, model == self._offers.recommended, self)
            row.get_requested.connect(self._offers.get)
            self.offer_rows.append(row)
            self._column.insertWidget(self._column.indexOf(self.estimate), row)
        if focused and self.offer_rows:
            self.offer_rows[0].button.setFocus()
        self._show_title()

    def _add_download(self, download: Download) -> None:
        row = DownloadRow(download, self._parts.find(download.request.id) is not None, self)
        row.pause_requested.connect(self._downloads.pause)
        row.resume_requested.connect(self._downloads.resume)
        row.cancel_requested.connect(self._downloads.cancel)
        row.token_requested.connect(self.token_requested)
        row.use_requested.connect(self._use)
        self.download_rows.append(row)
        self._column.insertWidget(len(self.download_rows), row)
        self._show_title()

    def _remove_download(self, download: Download) -> None:
        for row in [row for row in self.download_rows if row.download is download]:
            self.download_rows.remove(row)
            row.hide()
            row.deleteLater()
        self._show_title()

    def _use(self, download: Download) -> None:
        spec, part = download.spec, self._parts.find(download.request.id)
        self._downloads.dismiss(download)
        if spec is not None:
            self.use_requested.emit(spec)
        elif part is not None:
            self.part_use_requested.emit(part)

    def _show_title(self) -> None:
        self.title.setVisible(not self.is_empty)
        self.estimate.setVisible(bool(self.offer_rows))
        self.emptied.emit(self.is_empty)
