"""The windows of a scrolling capture: a frame around the region, and a bar with what is stitched so far. None of them
takes the keyboard, and none covers the region, unless there is no other place."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QRegion
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fanlight.core.capture.scrolling import ScrollingView
from fanlight.desktop.capture.fading import hidden_windows
from fanlight.i18n import N_, _, format_number, ngettext
from fanlight.ui.capture.notice import ClickThroughWindow
from fanlight.ui.controls import label, push, recolour, repolish
from fanlight.ui.theme import DARK, applied, in_text_size
from fanlight.ui.widgets.banner import announce

WIDTH, PREVIEW_HEIGHT = 224, 220
"""Logical pixels at a text size of 100 percent."""
LINE, GAP = 3, 8
BESIDE = 2 * GAP + LINE + 2
"""Between the region, the bar, and the end of the screen."""
_KIND = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.X11BypassWindowManagerHint
)
_SENTENCES = {
    "lost": N_("That was too far at once. Scroll back until the picture goes on."),
    "alike": N_("The rows look the same here, so it is not clear how far this is. Scroll back, and more slowly."),
    "full": N_("The picture cannot become longer. Press Enter to use it."),
}
_SCROLL = N_("Scroll slowly. Enter ends, Esc cancels.")
_CUT = N_("Scroll slowly. Enter ends, Esc cancels. What is behind this bar is left out.")
_SCROLL_BY_BUTTONS = N_("Scroll slowly, then press Done.")


def bar_corner(region: QRect, size: QSize, screens: Sequence[QRect]) -> QPoint | None:
    """Where a bar of that size covers nothing of `region`; the first of `screens` is the region's own. None where there
    is no room."""
    for screen in screens:
        free = screen.adjusted(GAP, GAP, -GAP, -GAP)
        away = region.adjusted(-LINE - GAP, -LINE - GAP, LINE + GAP, LINE + GAP)
        tops = min(max(region.top(), free.top()), free.bottom() - size.height() + 1)
        lefts = min(max(region.left(), free.left()), free.right() - size.width() + 1)
        corners = (
            QPoint(away.right() + 1, tops),
            QPoint(away.left() - size.width(), tops),
            QPoint(lefts, away.bottom() + 1),
            QPoint(lefts, away.top() - size.height()),
            free.topLeft(),
        )
        for corner in corners:
            place = QRect(corner, size)
            if free.contains(place) and not place.intersects(away):
                return corner
    return None


def lowest_corner(size: QSize, screen: QRect) -> QPoint:
    """Where there is no room: over the end of the lines, where the least is covered."""
    return QPoint(
        max(screen.left(), screen.right() - size.width() - GAP + 1),
        max(screen.top(), screen.bottom() - size.height() - GAP + 1),
    )


class ScrollingFrame(ClickThroughWindow):
    """A line around the region."""

    def __init__(self) -> None:
        super().__init__(_("Scrolling capture – Fanlight"))

    def show_around(self, region: QRect) -> None:
        """In Qt's coordinates."""
        around = region.adjusted(-LINE, -LINE, LINE, LINE)
        self.setGeometry(around)
        self.setMask(QRegion(self.rect()) - QRegion(self.rect().adjusted(LINE, LINE, -LINE, -LINE)))
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(DARK.accent))
        painter.end()


class ScrollingBar(QFrame):
    done = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__(None, _KIND)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setObjectName("pill")
        self.setWindowTitle(_("Scrolling capture – Fanlight"))
        self.setAccessibleName(_("Scrolling capture"))
        self._said = ""
        self._way = _SCROLL
        self.preview = label()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter)
        self.preview.setAccessibleName(_("What is captured so far"))
        self.status, self.height_label = label("", wrap=True), label("", "muted")
        self.done_button, self.cancel_button = push(_("Done"), kind="primary"), push(_("Cancel"))
        for button, signal in ((self.done_button, self.done), (self.cancel_button, self.cancelled)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(signal)
        buttons = QHBoxLayout()
        buttons.addWidget(self.done_button)
        buttons.addWidget(self.cancel_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self.preview, self.height_label, self.status):
            column.addWidget(widget)
        column.addLayout(buttons)

    def fitted(self, *, small: bool) -> QSize:
        """Its size; where it is `small` there is no preview."""
        recolour(self, applied())
        width = in_text_size(WIDTH)
        self.preview.setVisible(not small)
        self.preview.setFixedHeight(in_text_size(PREVIEW_HEIGHT))
        for widget in (self, *self.findChildren(QWidget)):
            widget.ensurePolished()
        lines = max(self._lines(text, width - 28) for text in (*map(_, _SENTENCES.values()), _(_CUT)))
        self.status.setFixedHeight(lines)
        self.setFixedWidth(width)
        self.setFixedHeight(self.sizeHint().height())
        return self.size()

    def _lines(self, text: str, width: int) -> int:
        flags = int(Qt.TextFlag.TextWordWrap)
        return self.status.fontMetrics().boundingRect(QRect(0, 0, width, 1000), flags, text).height() + 2

    def show_at(self, corner: QPoint, *, keys: bool, is_cut: bool = False) -> None:
        """`keys`: Enter and Esc work from every program; `is_cut`: it covers a part that was chosen, too."""
        self._way = _SCROLL_BY_BUTTONS if not keys else _CUT if is_cut else _SCROLL
        self.show_view(ScrollingView())
        self.move(corner)
        self.show()

    def show_view(self, view: ScrollingView) -> None:
        sentence = _SENTENCES.get(view.outcome, self._way)
        kind = "error_line" if view.outcome in ("lost", "alike") else ""
        if self.status.property("kind") != kind:
            self.status.setProperty("kind", kind)
            repolish(self.status)
        text = _(sentence)
        self.status.setText(text)
        if text != self._said:
            self._said = text
            announce(self, text)
        rows = ngettext("{count} pixel high", "{count} pixels high", view.height)
        self.height_label.setText(rows.format(count=format_number(view.height)) if view.height else "")
        if view.preview is not None and self.preview.isVisible():
            self._show_preview(view)

    def _show_preview(self, view: ScrollingView) -> None:
        assert view.preview is not None
        ratio = self.devicePixelRatioF()
        width, height = round(self.preview.width() * ratio), round(self.preview.height() * ratio)
        picture = view.preview.scaled_to_width(width).qimage
        shown = QPixmap.fromImage(picture.copy(0, max(0, picture.height() - height), width, height))
        shown.setDevicePixelRatio(ratio)
        self.preview.setPixmap(shown)

    def put_away(self) -> None:
        if self.isVisible():
            hidden_windows.note(self.windowHandle())
            self.hide()
