"""A button that narrows the list of conversations to those with the tags that are chosen in its menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStyle, QStyleOptionToolButton, QToolButton

from fanlight.domain.tags import joined_tags, tag_key
from fanlight.i18n import _, format_number
from fanlight.ui.plain_text import plain_caption, plain_tip
from fanlight.ui.theme import in_text_size

LONGEST_LINE = 320
"""Of the menu, at a text size of 100 percent."""


class TagButton(QToolButton):
    """As wide as its place: what has no room is cut off, and in the tip."""

    chosen = Signal(object)
    """The names of the tags; () for all conversations."""
    edit_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "filter")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._known: dict[str, int] = {}
        self._chosen: tuple[str, ...] = ()
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self.show_tags({}, ())

    def show_tags(self, known: Mapping[str, int], chosen: Sequence[str]) -> None:
        """`known`: how many conversations have each."""
        self._known, self._chosen = dict(known), tuple(chosen)
        self.setChecked(bool(chosen))
        names = joined_tags(chosen) or _("All tags")
        self.setAccessibleName(_("Tags: {tags}").format(tags=names))
        self.setToolTip(plain_tip(_("Conversations with these tags: {tags}").format(tags=names) if chosen else
                                  _("Show only conversations with certain tags")))  # fmt: skip
        self._elide()

    @property
    def has_tags(self) -> bool:
        return bool(self._known)

    def minimumSizeHint(self) -> QSize:
        return QSize(in_text_size(60), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def nextCheckState(self) -> None:
        """A click opens the menu; what is chosen decides."""

    def _elide(self) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        frame = self.style().sizeFromContents(QStyle.ContentsType.CT_ToolButton, option, QSize(0, 0), self).width()
        wanted = _("{choice} ▾").format(choice="\0")
        room = self.width() - frame - self.fontMetrics().horizontalAdvance(wanted.replace("\0", ""))
        names = joined_tags(self._chosen) or _("All tags")
        shown = self.fontMetrics().elidedText(names, Qt.TextElideMode.ElideRight, max(0, room))
        self.setText(plain_caption(wanted.replace("\0", shown)))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        keys = {tag_key(name) for name in self._chosen}
        for name, count in self._known.items():
            line = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, in_text_size(LONGEST_LINE))
            action = menu.addAction(plain_caption(f"{line}\t{format_number(count)}"))
            action.setCheckable(True)
            action.setChecked(tag_key(name) in keys)
            action.triggered.connect(lambda _checked, name=name: self._toggle(name))
        menu.addSeparator()
        everything = menu.addAction(_("All Tags"))
        everything.setEnabled(bool(keys))
        everything.triggered.connect(lambda: self.chosen.emit(()))
        menu.addAction(_("Edit Tags…")).triggered.connect(self.edit_requested)

    def _toggle(self, name: str) -> None:
        kept = [one for one in self._chosen if tag_key(one) != tag_key(name)]
        self.chosen.emit(tuple(kept) if len(kept) < len(self._chosen) else (*kept, name))
