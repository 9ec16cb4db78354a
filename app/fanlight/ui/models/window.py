"""The window in which models are chosen: what is here, what other programs have, and what can be fetched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from fanlight.catalog.known_installed import installed_as
from fanlight.catalog.known_models import KnownModel
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.downloads.hub_search import HubSearch
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.model_list import ModelList, RemovedModel
from fanlight.core.window_state import WindowState
from fanlight.domain.errors import FanlightError
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.i18n import N_, _, format_number, ngettext
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, recolour
from fanlight.ui.models.hub_page import HubPage
from fanlight.ui.models.model_buttons import ModelButtons
from fanlight.ui.models.table import ModelTable
from fanlight.ui.models.words import (
    Line,
    searched_text,
    shown_details,
    shown_part_details,
    shown_removal,
    shown_sharing,
)
from fanlight.ui.plain_text import plain_title
from fanlight.ui.theme import in_text_size
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.widgets.side_window import SideWindow

GEOMETRY, KEPT = "models_geometry", "models_shown"
ALL, OWN, OTHERS, KNOWN, PARTS, HUB = "all", "own", "others", "known", "parts", "hub"
SHOWN = {
    ALL: N_("All models"),
    OWN: N_("Installed"),
    OTHERS: N_("From other programs"),
    KNOWN: N_("To download"),
    PARTS: N_("For speech and pictures"),
    HUB: N_("On the Hugging Face Hub"),
}


class _YieldingColumn(QVBoxLayout):
    """Gives way where the window is low, down to its least height: Qt takes the height that wrapped lines need at a
    width for the least one of all that is around them."""

    def hasHeightForWidth(self) -> bool:
        return False


class _YieldingPage(QWidget):
    """As `_YieldingColumn`, down to what its lines need at its width."""

    def hasHeightForWidth(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        hint, layout = super().minimumSizeHint(), self.layout()
        needed = layout.minimumHeightForWidth(self.width()) if layout is not None else 0
        return QSize(hint.width(), max(hint.height(), needed))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class ModelsWindow(SideWindow):
    file_requested = Signal()
    folder_requested = Signal()
    server_requested = Signal()
    part_use_requested = Signal(object)
    """A KnownModel that is here, and answers nothing."""

    def __init__(
        self,
        models: ModelList,
        offers: ModelOffers,
        parts: FetchedParts,
        search: HubSearch,
        appearance: Appearance,
        window_state: WindowState,
    ) -> None:
        super().__init__(window_state, GEOMETRY)
        self.setWindowTitle(plain_title(_("{title} – Fanlight").format(title=_("Models"))))
        self._models, self._model_offers, self._parts = models, offers, parts
        self._appearance = appearance
        self.hub = HubPage(search, offers)
        self._build_view()
        self._connect_view()
        self.shown.setCurrentIndex(max(0, self.shown.findData(window_state.text(KEPT))))
        self.restore_place(940, 680)
        self._show_page()

    def _build_view(self) -> None:
        self.errors, self.offers = Banner("error"), Banner("notice")
        self.table = ModelTable(self._models, self._model_offers, self._parts)
        self.empty, self.details = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.stack = QStackedLayout()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        self.list_page = self._list_page()
        self.above = _YieldingColumn()
        """What stands above the list: what suits this computer, and what is being fetched."""
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        for banner in (self.errors, self.offers):
            column.addWidget(banner)
        column.addLayout(self.above)
        column.addLayout(self._filter_row())
        for page in (self.list_page, self.hub):  # no QStackedLayout: it knows no height for a width
            column.addWidget(page, 1)
        self.setMinimumSize(max(in_text_size(470), self.buttons.minimumSizeHint().width() + 32), 320)

    def _list_page(self) -> QWidget:
        page = _YieldingPage()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        shelf = QWidget()  # QStackedLayout asks no page for its least height
        shelf.setLayout(self.stack)
        shelf.setMinimumHeight(in_text_size(130))
        column.addWidget(shelf, 1)
        column.addWidget(self.details)
        self.buttons = self._make_buttons()
        column.addWidget(self.buttons)
        return page

    def _filter_row(self) -> QHBoxLayout:
        self.shown, self.filter, self.looking = QComboBox(), QLineEdit(), label("", "muted", wrap=True)
        for name, caption in SHOWN.items():
            self.shown.addItem(_(caption), name)
        self.shown.setAccessibleName(_("Which models are listed"))
        self.filter.setPlaceholderText(_("Filter by name"))
        self.filter.setAccessibleName(_("Filter by name"))
        self.filter.setClearButtonEnabled(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.shown)
        row.addWidget(self.filter)
        row.addWidget(self.looking, 1)
        row.addWidget(self.hub.search_row, 3)
        return row

    def _make_buttons(self) -> ModelButtons:
        buttons = ModelButtons(self._models, self._parts)
        self.use_button, self.capture_button = buttons.use_button, buttons.capture_button
        self.rename_button, self.remove_button = buttons.rename_button, buttons.remove_button
        self.add_button = buttons.add_button
        menu = buttons.add_menu
        menu.addAction(_("Add a File…")).triggered.connect(self.file_requested)
        menu.addAction(_("Add a Folder…")).triggered.connect(self.folder_requested)
        menu.addAction(_("Find One Online…")).triggered.connect(self.open_hub)
        menu.addAction(_("Use a Server of Yours…")).triggered.connect(self.server_requested)
        return buttons

    def _connect_view(self) -> None:
        models, table = self._models, self.table
        models.changed.connect(self._show_models)
        models.problem.connect(self.errors.add_error)
        models.removed.connect(self._offer_undo)
        models.added.connect(self._show_added)
        self._appearance.changed.connect(self._recolour)
        self._parts.changed.connect(self._show_models)
        self.shown.currentIndexChanged.connect(self._show_page)
        self.filter.textChanged.connect(self._show_models)
        table.line_chosen.connect(self._show_chosen)
        table.use_requested.connect(self._use)
        table.rename_requested.connect(lambda row, name: models.rename(row.spec, name))
        table.removal_requested.connect(self._remove)
        self.use_button.clicked.connect(lambda: self._use(table.line))
        self.rename_button.clicked.connect(table.edit_name)
        self.remove_button.clicked.connect(lambda: self._remove(table.line))
        keys = (
            ("Ctrl+W", self.close),
            ("F5", self.refresh),
            ("Ctrl+F", lambda: (self.hub.field if self.is_on_hub else self.filter).setFocus()),
            ("Ctrl+O", self.file_requested.emit),
        )
        for key, slot in keys:
            QShortcut(QKeySequence(key), self).activated.connect(slot)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self._leave)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self.refresh)  # after the window is on the screen
        self.table.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.hub.stop()
        super().closeEvent(event)

    def refresh(self) -> None:
        self._models.refresh()
        self._model_offers.refresh()

    def keep_place(self) -> None:
        self._window_state.note(**{KEPT: self.shown.currentData()})
        super().keep_place()

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)

    def _leave(self) -> None:
        """Escape empties the filter, or goes back to what was found, first."""
        if self.is_on_hub:
            is_left = self.hub.leave()
        else:
            is_left = not self.filter.text()
            self.filter.clear()
        if is_left:
            self.close()

    # The list.

    @property
    def is_on_hub(self) -> bool:
        return bool(self.shown.currentData() == HUB)

    def open_hub(self) -> None:
        """The page of the hub, with the words of the filter; they are sent with a click."""
        self.shown.setCurrentIndex(self.shown.findData(HUB))
        self.hub.set_words(self.filter.text())

    def _show_page(self) -> None:
        self.list_page.setVisible(not self.is_on_hub)
        for widget in (self.hub, self.hub.search_row):
            widget.setVisible(self.is_on_hub)
        for widget in (self.filter, self.looking):
            widget.setVisible(not self.is_on_hub)
        self._show_models()

    def _show_models(self) -> None:
        models, shown, words = self._models, self.shown.currentData(), self.filter.text().casefold().split()
        lines: list[Line] = []
        if shown in (ALL, OWN):
            lines += models.own
        if shown in (ALL, OTHERS):
            lines += models.others
        if shown in (ALL, KNOWN):
            lines += self._not_here()
        if shown == OTHERS:
            lines += models.left_out
        if shown == PARTS:
            lines += self._parts.listed
        matching = [line for line in lines if all(word in searched_text(line) for word in words)]
        self.table.show_lines(matching)
        self.empty.setText(self._why_empty(bool(lines)))
        is_read = bool(models.own) and not models.is_looking
        self.stack.setCurrentWidget(self.empty if is_read and not matching else self.table)
        self.looking.setText(_("Looking for models of other programs…") if models.is_looking else "")

    def _not_here(self) -> list[KnownModel]:
        """Known models that can be fetched, and are neither here nor on their way."""
        offers, here = self._model_offers, [row.spec for row in (*self._models.own, *self._models.others)]
        known = offers.known.of_kind("model")
        return [model for model in known if not offers.is_under_way(model) and installed_as(model, here) is None]

    def _why_empty(self, is_filtered: bool) -> str:
        if is_filtered:
            return _("No model here is called so. Press Esc to see all, or find one online under “Add…”.")
        if self.shown.currentData() == OTHERS:
            return _("LM Studio, Ollama, Jan, GPT4All, llama.cpp and the Hugging Face cache have no models here.")
        return _("There are no models. Add a file with the ending .gguf, or a folder with such files.")

    def _show_chosen(self, line: Line | None) -> None:
        self.details.setVisible(line is not None)
        row = line if isinstance(line, ModelRow) else None
        sharing = self._shown_sharing(row) if row is not None else ""
        part = line if isinstance(line, KnownModel) and self._parts.is_here(line) else None
        details = shown_details(line) if part is None else shown_part_details(part, self._parts.folder(part))
        self.details.setText("\n".join(filter(None, (details, sharing))))
        self.buttons.follow(line)

    # What is done with one.

    def _use(self, line: Line | None) -> None:
        if isinstance(line, KnownModel) and self._parts.is_here(line):
            self.part_use_requested.emit(line)
        elif isinstance(line, KnownModel):
            self._model_offers.get(line)
        if not isinstance(line, ModelRow):
            return
        question = _("Use {name}, although it may not fit into memory?").format(name=line.spec.name)
        if line.fits or confirmed(self, question, line.words, _("Use It")):
            self._models.use(line.spec)

    def _shown_sharing(self, row: ModelRow) -> str:
        if not self._models.is_for_captures(row.spec):
            return ""
        open_now = [other for other in self._models.own if self._models.is_open(other.spec)]
        return shown_sharing(row, open_now, self._model_offers.computer)

    def _remove(self, line: Line | None) -> None:
        if not isinstance(line, ModelRow) or line.spec.practice:
            return
        if line not in self._models.own:
            hint = _("Remove it in {program}.").format(program=line.spec.owner)
            text = _("The files of {name} belong to {program}.").format(name=line.spec.name, program=line.spec.owner)
            self.errors.add_error(FanlightError(text, hint))
        else:
            self._models.remove(line)

    def _offer_undo(self, removed: RemovedModel) -> None:
        self.offers.offer(shown_removal(removed), _("Undo"), lambda: self._models.restore(removed))

    def _show_added(self, added: Sequence[object], left_out: Sequence[UnusableModel]) -> None:
        count = format_number(len(added))
        text = ngettext("{count} model was added.", "{count} models were added.", len(added)).format(count=count)
        announce(self, text)
        for one in left_out:
            self.errors.add_error(FanlightError(one.reason, one.hint))
        if not added and not left_out:
            hint = _("Choose a folder with files that end in .gguf.")
            self.errors.add_error(FanlightError(_("There are no models in this folder."), hint))
