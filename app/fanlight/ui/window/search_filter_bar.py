"""The filters of a search as buttons: each writes its word into the field, which holds the truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QDate, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from fanlight.domain.search_filters import SearchFilters, set_filter, split_filters, toggle_tag
from fanlight.domain.tags import tag_key, wanted_tags
from fanlight.i18n import N_, _
from fanlight.ui.plain_text import plain_caption
from fanlight.ui.theme import in_text_size

GAP = 6
LONGEST_CHOICE = 240
"""Of a button and a line, at a text size of 100 percent."""
_PERIODS = {0: N_("Today"), 7: N_("Last 7 days"), 30: N_("Last 30 days"), 365: N_("Last 12 months")}
"""By their days before today."""


class FilterButtons(QWidget):
    """In as many lines as they need."""

    edited = Signal(str)
    """The search with a filter more or less."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._models: Sequence[str] = ()
        self._tags: Sequence[str] = ()
        self.picture_button = self._switch(_("With pictures"), "has", "picture")
        self.sound_button = self._switch(_("With sound"), "has", "sound")
        self.pinned_button = self._switch(_("Pinned"), "is", "pinned")
        self.archived_button = self._switch(_("Archived"), "is", "archived")
        self.tag_button = self._choice(_("Any tag"), self._fill_tags)
        self.model_button = self._choice(_("Any model"), self._fill_models)
        self.date_button = self._choice(_("Any time"), self._fill_periods)
        self.offer_models(())
        self.offer_tags(())
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        first = (self.picture_button, self.sound_button, self.pinned_button, self.archived_button)
        return *first, self.tag_button, self.model_button, self.date_button

    def offer_tags(self, names: Sequence[str]) -> None:
        """Those that conversations have."""
        self._tags = names
        self.tag_button.setEnabled(bool(names))

    def offer_models(self, names: Sequence[str]) -> None:
        """Those that have answered."""
        self._models = names
        self.model_button.setEnabled(bool(names))

    def show_text(self, text: str) -> None:
        """The buttons as the filters in the field are."""
        self._text = text
        filters = split_filters(text)[1]
        self.picture_button.setChecked(filters.has_picture is True)
        self.sound_button.setChecked(filters.has_sound is True)
        self.pinned_button.setChecked(filters.is_pinned is True)
        self.archived_button.setChecked(filters.is_archived is True)
        for button, name, chosen in (
            (self.tag_button, self._elided(", ".join(filters.tags)) or _("Any tag"), filters.wants_tag),
            (self.model_button, filters.typed.get("model") or _("Any model"), filters.wants_model),
            (self.date_button, _time_name(filters), filters.since is not None or filters.until is not None),
        ):
            button.setChecked(chosen)
            button.setText(plain_caption(_("{choice} ▾").format(choice=name)))
            button.setAccessibleName(name)
        self._lay_out()

    def sizeHint(self) -> QSize:
        return QSize(sum(one.sizeHint().width() + GAP for one in self.buttons), self._height(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(max(one.sizeHint().width() for one in self.buttons), self._height(self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()

    def _switch(self, text: str, key: str, value: str) -> QToolButton:
        button = self._button(text)
        button.clicked.connect(
            lambda checked: self.edited.emit(set_filter(self._text, key, value if checked else "", value))
        )
        return button

    def _choice(self, text: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = self._button(text)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        return button

    def _button(self, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "filter")
        return button

    def _elided(self, text: str) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, in_text_size(LONGEST_CHOICE))

    def _fill_tags(self, menu: QMenu) -> None:
        """Each line turns one on or off; a conversation must have all that are on."""
        menu.clear()
        self._add(menu, _("Any tag"), "tag", "")
        wanted = split_filters(self._text)[1].tags
        chosen = frozenset[str]().union(*(wanted_tags(one, self._tags) for one in wanted))
        for name in self._tags:
            action = menu.addAction(plain_caption(self._elided(name)))
            action.setCheckable(True)
            action.setChecked(tag_key(name) in chosen)
            action.triggered.connect(lambda _checked, name=name: self.edited.emit(toggle_tag(self._text, name)))

    def _fill_models(self, menu: QMenu) -> None:
        menu.clear()
        self._add(menu, _("Any model"), "model", "")
        for name in self._models:
            self._add(menu, name, "model", name)

    def _fill_periods(self, menu: QMenu) -> None:
        menu.clear()
        self._add(menu, _("Any time"), "after", "")
        for days, name in _PERIODS.items():
            day = QDate.currentDate().addDays(-days)
            self._add(menu, _(name), "after", day.toString(Qt.DateFormat.ISODate))

    def _add(self, menu: QMenu, name: str, key: str, value: str) -> None:
        action = menu.addAction(plain_caption(name))
        text = set_filter(self._text, "before", "") if key == "after" else self._text
        action.triggered.connect(lambda: self.edited.emit(set_filter(text, key, value)))

    def _lay_out(self) -> None:
        """From the side where reading begins, on to the next line where there is no more room."""
        gap, right_to_left = in_text_size(GAP), self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = y = 0
        for button in self.buttons:
            size = button.sizeHint()
            if x and x + size.width() > self.width():
                x, y = 0, y + size.height() + gap
            button.setGeometry(self.width() - x - size.width() if right_to_left else x, y, size.width(), size.height())
            x += size.width() + gap
        self.setFixedHeight(self._height(self.width()))

    def _height(self, width: int) -> int:
        gap, x, lines = in_text_size(GAP), 0, 1
        for button in self.buttons:
            wide = button.sizeHint().width()
            if x and x + wide > width:
                x, lines = 0, lines + 1
            x += wide + gap
        return lines * (self.picture_button.sizeHint().height() + gap) - gap


def _time_name(filters: SearchFilters) -> str:
    after, before = (filters.typed.get(key, "") for key in ("after", "before"))
    if filters.since is None and filters.until is None:
        return _("Any time")
    if after and before:
        return _("{first} to {last}").format(first=after, last=before)
    return _("Since {date}").format(date=after) if after else _("Before {date}").format(date=before)
