"""What can be done with the model that is chosen in the list, as buttons below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QWidget

from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.model_list import ModelList
from fanlight.domain.model_rows import ModelRow
from fanlight.domain.models import ModelFiles
from fanlight.i18n import _
from fanlight.ui.controls import push
from fanlight.ui.models.table import is_renameable
from fanlight.ui.models.words import Line
from fanlight.ui.plain_text import plain_tip


class ModelButtons(QWidget):
    """Attributes: the buttons; `add_menu`, what "Add…" opens."""

    tune_requested = Signal(object)
    """A ModelSpec."""

    def __init__(self, models: ModelList, parts: FetchedParts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._models, self._parts = models, parts
        self._line: Line | None = None
        self.use_button = push(_("Use This Model"), kind="primary")
        self.capture_button = push(_("Use for Captures"))
        self.rename_button, self.remove_button = push(_("Rename")), push(_("Remove"), kind="danger")
        self.tune_button = push(_("Tune"))
        self.tune_button.setToolTip(
            plain_tip(_("Measure for about a minute how this model is computed the fastest on this computer"))
        )
        self.compare_button, self.add_button = push(_("Compare…")), push(_("Add…"))
        self.compare_button.setToolTip(plain_tip(_("Find out which model is right about your own pictures")))
        self.add_menu = QMenu(self.add_button)
        self.add_button.setMenu(self.add_menu)
        self.capture_button.clicked.connect(self._use_for_captures)
        self.tune_button.clicked.connect(self._tune)
        self._rows = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(8)
        first, second = QHBoxLayout(), QHBoxLayout()
        for row, buttons in (
            (first, (self.use_button, self.capture_button, self.tune_button)),
            (second, (self.rename_button, self.remove_button)),
        ):
            row.setSpacing(8)
            for button in buttons:
                row.addWidget(button)
            self._rows.addLayout(row)
        second.addStretch(1)
        second.addWidget(self.compare_button)
        second.addWidget(self.add_button)
        first.addStretch(0)
        self._rows.setStretch(1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Of two rows: it is made narrow before it has them."""
        widths = [button.sizeHint().width() for button in self._buttons]
        return QSize(max(sum(widths[:3]) + 16, sum(widths[3:]) + 24), super().minimumSizeHint().height())

    def _fit(self) -> None:
        """In two rows where one has no room for all words."""
        needed = sum(button.sizeHint().width() for button in self._buttons) + 8 * len(self._buttons)
        one_row = needed <= self.width()
        self._rows.setDirection(QBoxLayout.Direction.LeftToRight if one_row else QBoxLayout.Direction.TopToBottom)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        first = (self.use_button, self.capture_button, self.tune_button)
        return *first, self.rename_button, self.remove_button, self.compare_button, self.add_button

    def follow(self, line: Line | None) -> None:
        """What goes with `line`."""
        self._line, models = line, self._models
        row = line if isinstance(line, ModelRow) else None
        is_known, is_open = isinstance(line, KnownModel), row is not None and models.is_open(row.spec)
        part = line if isinstance(line, KnownModel) and self._parts.is_here(line) else None
        is_for_captures = row is not None and models.is_for_captures(row.spec)
        usable = row is not None and row.usable and not is_open
        self.use_button.setText(_("Get This Model") if is_known and part is None else _("Use This Model"))
        self.use_button.setEnabled(not self._parts.is_used(part) if part is not None else is_known or usable)
        self.capture_button.setText(_("Not for Captures") if is_for_captures else _("Use for Captures"))
        self.capture_button.setEnabled(is_for_captures or usable)
        self.rename_button.setEnabled(is_renameable(line))
        here = row is not None and row.usable and isinstance(row.spec.source, ModelFiles)
        self.tune_button.setEnabled(here)
        self.remove_button.setEnabled(row is not None and row in models.own and not row.spec.practice)
        self._fit()

    def _tune(self) -> None:
        if isinstance(line := self._line, ModelRow):
            self.tune_requested.emit(line.spec)

    def _use_for_captures(self) -> None:
        if isinstance(line := self._line, ModelRow):
            self._models.use_for_captures(None if self._models.is_for_captures(line.spec) else line.spec)
