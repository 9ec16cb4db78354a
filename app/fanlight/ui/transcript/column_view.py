"""A scrolled column of messages of which only the visible ones are widgets.

What the reader sees stays where it is, whatever is measured or grows above or below; at the end the view follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.core.work.throttle import Throttle
from fanlight.i18n import _
from fanlight.ui.theme import BODY_PIXELS
from fanlight.ui.transcript.button import TranscriptButton
from fanlight.ui.transcript.column import ColumnLayout
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.message import EDGE, MessageView
from fanlight.ui.transcript.reading_order import put_in_reading_order
from fanlight.ui.transcript.spare_views import SpareViews

RESIZE_MILLISECONDS = 60
COLUMN_PIXELS = 760
_NEAR_END = 24
_KEPT = 24


class MessageColumn(QAbstractScrollArea):
    """Places what its subclass makes (`_make`) and brings up to date (`_update`) for the entry at an index."""

    def __init__(self, looks: TextStyles, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(28)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._looks = looks
        self._entries: list[TranscriptEntry] = []
        self._column = ColumnLayout()
        self._views: dict[int, MessageView] = {}
        self._spare = SpareViews()
        self._welcome: QWidget | None = None
        self._follow = True
        self._anchor = (0, 0)  # an entry, and how far below its top the view begins
        self._placing = False
        self._value_shown = 0
        self._controls: list[QWidget] = []
        self._jump = self._make_jump()
        self._resized = Throttle(self, self._reflow, RESIZE_MILLISECONDS)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def follow(self) -> bool:
        """Whether the reader is at the end, and the view stays there."""
        return self._follow

    @property
    def content_height(self) -> int:
        """What all of it needs; a guess for what was not visible yet."""
        return self._column.total + self._head() + self._foot()

    def view(self, index: int) -> MessageView | None:
        """The widget of an entry, while it has one."""
        return self._views.get(index)

    def set_welcome(self, widget: QWidget) -> None:
        """Shown while there are no entries."""
        self._welcome = widget
        widget.setParent(self.viewport())
        self._show_welcome()

    def jump_to_end(self) -> None:
        self._follow = True
        self._place()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, index: int) -> MessageView:
        raise NotImplementedError

    def _update(self, index: int, view: MessageView) -> None:
        raise NotImplementedError

    # -- placing

    def _room(self) -> int:
        """The width available to the column, in pixels: the same with and without a scroll bar, so that nothing
        moves."""
        return self.width() - self.verticalScrollBar().sizeHint().width()

    def _width(self) -> int:
        """The width of the text column."""
        margin = self._looks.px(24)
        return max(120, min(self._room() - 2 * margin, self._looks.px(COLUMN_PIXELS)))

    def _pixels(self) -> float:
        return self._looks.px(BODY_PIXELS)

    def _head(self) -> int:
        """Space above the first message."""
        return self._looks.px(20)

    def _foot(self) -> int:
        """Space below the last message, in addition to the message's own."""
        return self._head()

    def _place(self) -> None:
        """Lay out what is visible, measure it, and put everything where it belongs."""
        if self._placing or not self.isVisible():
            return
        self._placing = True
        try:
            self._show_welcome()
            shown = self._measure_visible()
            self._move(shown)
            self._spare.hide()
        finally:
            self._placing = False

    def _measure_visible(self) -> range:
        """The indices in view, all of them measured: a height that differs from its guess may bring others into
        view."""
        shown = range(0)
        for _unused in range(50):
            top = self._value()
            first = self._column.at(top - self._head())
            last = self._column.at(top - self._head() + self.viewport().height())
            shown = range(max(0, first), last + 1)
            moved = [self._column.measure(i, self._ready(i).arrange(self._width())) for i in shown]
            if not any(moved):
                break
        return shown

    def _value(self) -> int:
        """The scroll position that keeps to the end, or to the anchor."""
        most = max(0, self._column.total + self._head() + self._foot() - self.viewport().height())
        if self._follow or not len(self._column):
            return most
        index, inside = self._anchor
        index = min(index, len(self._column) - 1)
        return max(0, min(most, self._column.top(index) + inside))

    def _ready(self, index: int) -> MessageView:
        view = self._views.get(index)
        if view is None:
            view = self._views[index] = self._make(index)
        else:
            self._update(index, view)
        return view

    def _move(self, shown: range) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        value = self._value()
        bar.setPageStep(height)
        bar.setRange(0, max(0, self._column.total + self._head() + self._foot() - height))
        bar.setValue(value)
        if 0 < abs(self._value_shown - value) < height:
            self.viewport().scroll(0, self._value_shown - value)  # moves the pixels that are still valid
        self._value_shown = value
        left = (self._room() - self._width()) // 2
        focus = QApplication.focusWidget()
        for i, view in list(self._views.items()):
            if i in shown or (focus is not None and view.isAncestorOf(focus)):  # hiding moves the focus
                view.move(left - EDGE, self._column.top(i) + self._head() - value)
                view.setVisible(True)
            elif min(abs(i - shown.start), abs(i - shown.stop)) > _KEPT:
                self._drop_views((i,))
            else:
                view.setVisible(False)
        if shown:
            self._anchor = (shown.start, value - self._column.top(shown.start))
        self._order(shown)
        self._show_jump()

    def _drop_views(self, indices: Sequence[int]) -> None:
        for i in indices:
            view = self._views.pop(i, None)
            if view is not None:
                self._spare.put(view)

    def _order(self, shown: range) -> None:
        """The Tab key and a screen reader go through the messages from top to bottom."""
        put_in_reading_order([view for _i, view in sorted(self._views.items())])
        controls = [self, *(control for i in shown for control in self._views[i].controls()), self._jump]
        if controls != self._controls:
            for before, after in pairwise(controls):
                QWidget.setTabOrder(before, after)
            self._controls = controls

    def _show_welcome(self) -> None:
        if self._welcome is not None:
            self._welcome.setGeometry(self.viewport().rect())
            self._welcome.setVisible(not self._entries)

    # -- the end

    def _make_jump(self) -> TranscriptButton:
        hint = _("Go to the end of the conversation (End)")
        button = TranscriptButton(self, "jump", "arrow-down", _("Jump to latest"), hint, self.jump_to_end)
        button.draw(self._looks.theme.text, size=self._looks.px(16))
        button.hide()
        return button

    def _show_jump(self) -> None:
        away = self.verticalScrollBar().maximum() - self.verticalScrollBar().value() > self.viewport().height() // 3
        wanted = away and not self._follow and bool(self._entries)
        if wanted:
            self._jump.adjustSize()
            place = self.viewport().geometry()
            self._jump.move(
                place.center().x() - self._jump.width() // 2, place.bottom() - self._jump.height() - self._looks.px(12)
            )
            self._jump.raise_()
        self._jump.setVisible(wanted)

    def _scrolled(self, value: int) -> None:
        """The reader moved the view."""
        if self._placing:
            return
        self._follow = value >= self.verticalScrollBar().maximum() - _NEAR_END
        self._anchor = self._fixed_point(value)
        self._place()

    def _fixed_point(self, value: int) -> tuple[int, int]:
        """The entry that stays where it is: the first one in view whose height is no guess."""
        first, last = (max(0, self._column.at(value - self._head() + y)) for y in (0, self.viewport().height()))
        index = next((i for i in range(first, last + 1) if i < len(self._column) and self._column.measured(i)), first)
        return index, value - self._column.top(index) if len(self._column) else 0

    # -- Qt

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """`_move` puts the messages in place."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground: opaque, so that scrolling copies what is painted."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(self._looks.theme.window))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._resized.request()
        self._place_box()

    def _place_box(self) -> None:
        if self._resized.pending and self.isVisible():
            self._show_welcome()
            self._show_jump()
        else:
            self._place()

    def _reflow(self) -> None:
        self._column.guess(self._entries, self._width(), self._pixels())
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Home:
                bar.setValue(0)
            case Qt.Key.Key_End:
                self._follow = True
                self._place()
            case Qt.Key.Key_PageUp:
                bar.setValue(bar.value() - self.viewport().height() + self._looks.px(40))
            case Qt.Key.Key_PageDown | Qt.Key.Key_Space:
                bar.setValue(bar.value() + self.viewport().height() - self._looks.px(40))
            case _:
                super().keyPressEvent(event)

    def _show_control(self, control: QWidget) -> None:
        """Scroll a control that received the focus into view; one taller than the view only if it does not cover the
        middle."""
        place = QRect(control.mapTo(self.viewport(), QPoint(0, 0)), control.size())
        height = self.viewport().height()
        if place.height() <= height:
            self._show_place(control, control.rect())
        elif place.top() > height // 2 or place.bottom() < height // 2:
            self._show_place(control, QRect(0, 0, 1, height // 2))

    def _show_place(self, widget: QWidget, inside: QRect) -> None:
        top = inside.top() + widget.mapTo(self.viewport(), QPoint(0, 0)).y()
        bar, margin = self.verticalScrollBar(), self._head()
        below = top + inside.height() + margin - self.viewport().height()
        if top < margin:
            bar.setValue(bar.value() + top - margin)
        elif below > 0:
            bar.setValue(bar.value() + below)
