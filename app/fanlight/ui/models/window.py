"""The window in which models are chosen: what is here, what other programs have, and what can be fetched."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from fanlight.core.model_list import ModelList, RemovedModel
from fanlight.core.window_state import WindowState
from fanlight.domain.errors import FanlightError
from fanlight.domain.model_rows import ModelRow, UnusableModel
from fanlight.i18n import N_, _, format_number, ngettext
from fanlight.ui.appearance import Appearance
from fanlight.ui.controls import label, push, recolour
from fanlight.ui.models.table import Line, ModelTable
from fanlight.ui.models.words import shown_details, shown_name, shown_owner
from fanlight.ui.plain_text import plain_title
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.confirm import confirmed
from fanlight.ui.widgets.form import give_room

GEOMETRY, TAB = "models_geometry", "models_tab"
ALL, OWN, OTHERS = "all", "own", "others"
TABS = {ALL: N_("All"), OWN: N_("Installed"), OTHERS: N_("From Other Programs")}


class ModelsWindow(QWidget):
    file_requested = Signal()
    folder_requested = Signal()

    def __init__(self, models: ModelList, appearance: Appearance, window_state: WindowState) -> None:
        super().__init__()
        self.setWindowTitle(plain_title(_("{title} – Fanlight").format(title=_("Models"))))
        self._models, self._appearance, self._window_state = models, appearance, window_state
        self._build_view()
        self._connect_view()
        tabs = list(TABS)
        kept = window_state.text(TAB)
        self.tabs.setCurrentIndex(tabs.index(kept) if kept in tabs else 0)
        if not self.restoreGeometry(window_state.data(GEOMETRY)):
            give_room(self, 940, 680)
        self._show_models()

    def _build_view(self) -> None:
        self.errors, self.offers = Banner("error"), Banner("notice")
        self.tabs, self.filter, self.table = QTabBar(), QLineEdit(), ModelTable(self._models)
        for caption in TABS.values():
            self.tabs.addTab(_(caption))
        self.tabs.setAccessibleName(_("Which models are listed"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.filter.setPlaceholderText(_("Filter by name"))
        self.filter.setAccessibleName(_("Filter by name"))
        self.filter.setClearButtonEnabled(True)
        self.empty, self.looking, self.details = (
            label("", "muted", wrap=True),
            label("", "muted"),
            label("", "muted", wrap=True),
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.use_button = push(_("Use This Model"), kind="primary")
        self.rename_button, self.remove_button = push(_("Rename")), push(_("Remove"), kind="danger")
        self.file_button, self.folder_button = push(_("Add a File…")), push(_("Add a Folder…"))
        self.above = QVBoxLayout()
        """What stands above the list: what can be fetched."""
        self.above.setSpacing(10)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        for banner in (self.errors, self.offers):
            column.addWidget(banner)
        column.addLayout(self.above)
        column.addLayout(self._filter_row())
        column.addLayout(self._list(), 1)
        column.addWidget(self.details)
        column.addLayout(self._button_row())
        self.setMinimumSize(460, 400)

    def _filter_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addWidget(self.looking, 1)
        row.addWidget(self.filter)
        return row

    def _list(self) -> QStackedLayout:
        self.stack = QStackedLayout()
        self.stack.addWidget(self.table)
        self.stack.addWidget(self.empty)
        return self.stack

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.use_button, self.rename_button, self.remove_button):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.file_button)
        row.addWidget(self.folder_button)
        return row

    def _connect_view(self) -> None:
        models, table = self._models, self.table
        models.changed.connect(self._show_models)
        models.problem.connect(self.errors.add_error)
        models.removed.connect(self._offer_undo)
        models.added.connect(self._show_added)
        self._appearance.changed.connect(self._recolour)
        self.tabs.currentChanged.connect(self._show_models)
        self.filter.textChanged.connect(self._show_models)
        table.line_chosen.connect(self._show_chosen)
        table.use_requested.connect(self._use)
        table.rename_requested.connect(lambda row, name: models.rename(row.spec, name))
        table.removal_requested.connect(self._remove)
        self.use_button.clicked.connect(lambda: self._use(table.line))
        self.rename_button.clicked.connect(table.edit_name)
        self.remove_button.clicked.connect(lambda: self._remove(table.line))
        self.file_button.clicked.connect(self.file_requested)
        self.folder_button.clicked.connect(self.folder_requested)
        keys = (
            ("Ctrl+W", self.close),
            ("F5", models.refresh),
            ("Ctrl+F", self.filter.setFocus),
            ("Ctrl+O", self.file_requested.emit),
        )
        for key, slot in keys:
            QShortcut(QKeySequence(key), self).activated.connect(slot)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self._leave)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._models.refresh)  # after the window is on the screen
        self.table.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._keep_place()
        super().closeEvent(event)

    def discard(self) -> None:
        """Delete this window; another one replaces it for the same list."""
        self._keep_place()
        self.hide()
        self.deleteLater()

    @property
    def tab(self) -> str:
        return list(TABS)[self.tabs.currentIndex()]

    def _keep_place(self) -> None:
        self._window_state.keep(models_geometry=self.saveGeometry(), models_tab=self.tab)

    def _recolour(self) -> None:
        recolour(self, self._appearance.theme)

    def _leave(self) -> None:
        """Escape empties the filter first."""
        if self.filter.text():
            self.filter.clear()
        else:
            self.close()

    # The list.

    def _show_models(self) -> None:
        models, words = self._models, self.filter.text().casefold().split()
        lines: list[Line] = []
        if self.tab in (ALL, OWN):
            lines += models.own
        if self.tab in (ALL, OTHERS):
            lines += [*models.others, *models.left_out]
        shown = [line for line in lines if all(word in _searched(line) for word in words)]
        self.table.show_lines(shown)
        self.empty.setText(self._why_empty(bool(lines)))
        self.stack.setCurrentWidget(self.table if shown else self.empty)
        self.looking.setText(_("Looking for models of other programs…") if models.is_looking else "")

    def _why_empty(self, is_filtered: bool) -> str:
        if is_filtered:
            return _("No model here is called so. Press Esc to see all.")
        if self._models.is_looking:
            return _("Looking for models of other programs…")
        if self.tab == OTHERS:
            return _("LM Studio, Ollama, Jan, GPT4All, llama.cpp and the Hugging Face cache have no models here.")
        return _("There are no models. Add a file with the ending .gguf, or a folder with such files.")

    def _show_chosen(self, line: Line | None) -> None:
        self.details.setText(shown_details(line))
        self.details.setVisible(line is not None)
        row = line if isinstance(line, ModelRow) else None
        self.use_button.setEnabled(row is not None and row.usable and not self._models.is_open(row.spec))
        self.rename_button.setEnabled(row is not None and row.usable and not row.spec.practice)
        self.remove_button.setEnabled(row is not None and row in self._models.own and not row.spec.practice)

    # What is done with one.

    def _use(self, line: Line | None) -> None:
        if not isinstance(line, ModelRow):
            return
        question = _("Use {name}, although it may not fit into memory?").format(name=line.spec.name)
        if line.fits or confirmed(self, question, line.words, _("Use It")):
            self._models.use(line.spec)

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
        name, owner = removed.spec.name, removed.spec.owner
        if removed.files:
            text = _("{name} was removed; its files are in the trash.").format(name=name)
        elif owner:
            text = _("{name} was removed from the list; its files belong to {program} and stay.")
            text = text.format(name=name, program=owner)
        else:
            text = _("{name} was removed from the list; its files stay where they are.").format(name=name)
        self.offers.offer(text, _("Undo"), lambda: self._models.restore(removed))

    def _show_added(self, added: Sequence[object], left_out: Sequence[UnusableModel]) -> None:
        count = format_number(len(added))
        text = ngettext("{count} model was added.", "{count} models were added.", len(added)).format(count=count)
        announce(self, text)
        for one in left_out:
            self.errors.add_error(FanlightError(one.reason, one.hint))
        if not added and not left_out:
            hint = _("Choose a folder with files that end in .gguf.")
            self.errors.add_error(FanlightError(_("There are no models in this folder."), hint))


def _searched(line: Line) -> str:
    more = f"{line.spec.location} {line.title}" if isinstance(line, ModelRow) else str(line.path)
    return f"{shown_name(line)} {shown_owner(line)} {more}".casefold()
