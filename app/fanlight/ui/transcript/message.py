"""One message of the transcript, laid out and painted: made when it comes into view, dropped when it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QMimeData, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget

from fanlight.core.chat.entry import TranscriptEntry
from fanlight.domain.picture_marks import PictureMarks
from fanlight.domain.search import SearchQuery
from fanlight.i18n import _
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.marks import mark_body, match_place, spoken_place
from fanlight.ui.transcript.message_parts import MessageParts, Part
from fanlight.ui.transcript.message_status import MessageStatus
from fanlight.ui.transcript.region_picture import RegionPicture
from fanlight.ui.transcript.thumbs import Thumbnails
from fanlight.ui.transcript.versions import VersionSwitch
from fanlight.ui.widgets.dragging import drag_out, watch_drag

_LINES_ABOVE, _LINES_BELOW = 2, 5
"""Around a match that is shown."""
REUSED = {"body", "copy", "speak", "again", "edit", "footer"}
"""Parts that show another message as they are."""
MOST_REUSED = 8_000
"""Characters of a message whose widget is kept for another one."""
EDGE = 10
"""How far a message reaches out of its column on both sides: buttons line up with the text, their frames beside it."""


class MessageView(MessageParts):
    """`arrange` lays out for a column's width and returns the height; nothing is drawn outside it."""

    picture_dragged = Signal(int, int)
    picture_clicked = Signal(int, int)
    similar_wanted = Signal(int, int)
    seen_wanted = Signal(int, int)
    """With this message's `number`, and that of the picture in it."""
    region_used = Signal(int, str, object, int)
    """`region_wanted`, with its `number`."""
    edit_earlier = Signal(int)
    ask_again_earlier = Signal(int)
    """With its `number`."""
    version_chosen = Signal(int, int)
    """With its `number`; so many places beside this one."""

    def __init__(
        self, looks: TextStyles, entry: TranscriptEntry, standing: MessageStatus, parent: QWidget, number: int = 0
    ) -> None:
        """`number`: of the entry in the conversation."""
        self.number = number
        super().__init__(looks, entry, standing, parent)
        self.region_wanted.connect(
            lambda what, regions, place: self.region_used.emit(self.number, what, regions, place)
        )
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self._bubble: QRectF | None = None
        self._marked: tuple[object, ...] = ()
        self._is_spoken = False
        self._width = self._height = 0

    @property
    def can_be_reused(self) -> bool:
        """Whether it has nothing but what most messages have, and little of that."""
        focus = QApplication.focusWidget()
        is_small = len(self._entry.text) <= MOST_REUSED and self._entry.state != "open"
        return is_small and self._parts.keys() <= REUSED and (focus is None or not self.isAncestorOf(focus))

    def arrange(self, width: int) -> int:
        """Lay out for `width`; the height. Costs nothing while neither text nor width changed."""
        if width != self._width or self._dirty:
            resized = width != self._width
            self._width, self._dirty = width, False
            below = self._arrange_user(width) if self._entry.role == "user" else self._arrange_answer(width)
            self._height = below + self._looks.px(22)
            self.resize(width + 2 * EDGE, self._height)
            if resized or self._bubble is not None or "thinking" in self._parts:
                self.update()
        return self._height

    def mark(self, query: SearchQuery | None, current: int, spoken: tuple[str, ...] = ()) -> None:
        """Mark the matches in the text, one of them as the current one, and the last of the `spoken` sentences; costs
        nothing where nothing changed."""
        body = self._parts.get("body")
        wanted = (query, current, spoken, body, self._entry.text)
        self._is_spoken = bool(spoken)
        if isinstance(body, MessageBody) and wanted != self._marked and (query or spoken or self._marked):
            mark_body(body, query, current, self._looks.theme, spoken)
            self._marked = wanted if query or spoken else ()

    def show_spoken(self, spoken: Sequence[str]) -> None:
        """Emit `sought` for the last of these sentences."""
        body = self._parts.get("body")
        if isinstance(body, MessageBody) and (place := spoken_place(body, spoken)) is not None:
            self.sought.emit(body, place)

    def spoken_place(self, spoken: Sequence[str]) -> QRect | None:
        """Where the last of these sentences is in this widget."""
        body = self._parts.get("body")
        place = spoken_place(body, spoken) if isinstance(body, MessageBody) else None
        return place.translated(body.pos()) if place is not None and isinstance(body, MessageBody) else None

    def mark_pictures(self, marks: Mapping[int, PictureMarks]) -> None:
        if isinstance(pictures := self._parts.get("pictures"), Thumbnails):
            pictures.mark(marks)

    def show_match(self, query: SearchQuery, current: int) -> None:
        """Emit `sought` for that match, with some lines around it: it is not at the edge then, nor under the button
        there that leads to the end."""
        body = self._parts.get("body")
        if isinstance(body, MessageBody) and (place := match_place(body, query, current)) is not None:
            line = body.fontMetrics().lineSpacing()
            self.sought.emit(body, place.adjusted(0, -_LINES_ABOVE * line, 0, _LINES_BELOW * line))

    def _speak_from(self, body: MessageBody, point: QPoint) -> None:
        """From the sentence on that is there, in the body's own places."""
        shown, at = body.toPlainText(), body.cursorForPosition(point).position()
        before = shown.encode("utf-16-le", "surrogatepass")[: 2 * at].decode("utf-16-le", "ignore")
        self.read_from.emit(self._entry.text, shown, len(before))

    def _on_body_clicked(self, point: QPoint) -> None:
        """While it is read aloud, a click goes to the sentence there."""
        body = self._parts.get("body")
        if self._is_spoken and "speak" in self._parts and isinstance(body, MessageBody):
            self._speak_from(body, point)

    def _part(self, name: str, wanted: bool, make: Callable[[], Part]) -> Part | None:
        """A new one can be dragged out: the copy button stands for the answer."""
        before = self._parts.get(name)
        part = super()._part(name, wanted, make)
        if part is not None and part is not before:
            if name == "copy":
                watch_drag(part, self._drag_text)
            elif name == "body" and isinstance(part, MessageBody):
                part.clicked.connect(self._on_body_clicked)
            elif isinstance(part, Thumbnails):
                part.dragged.connect(lambda picture: self.picture_dragged.emit(self.number, picture))
                part.clicked.connect(lambda picture: self.picture_clicked.emit(self.number, picture))
        return part

    def _picture_at(self, point: QPoint) -> int | None:
        shown = next((part for part in self._parts.values() if isinstance(part, Thumbnails)), None)
        return shown.picture_at(shown.mapFrom(self, point)) if shown is not None else None

    def _sync_actions(self, *, mine: bool, over: bool) -> None:
        super()._sync_actions(mine=mine, over=over)
        several = self._entry.versions > 1 and (mine or over)
        if (switch := self._part("versions", several, self._make_versions)) is not None:
            switch.show_place(self._entry, may_switch=self._standing.may_switch)

    def _make_versions(self) -> VersionSwitch:
        switch = VersionSwitch(self._looks, self)
        switch.chosen.connect(lambda by: self.version_chosen.emit(self.number, by))
        switch.reached.connect(self.reached)
        return switch

    @property
    def focused_arrow(self) -> int:
        """-1 or 1, where that arrow has the keyboard."""
        switch = self._parts.get("versions")
        return switch.focused_arrow if isinstance(switch, VersionSwitch) else 0

    def focus_arrow(self, by: int) -> None:
        switch = self._parts.get("versions")
        if isinstance(switch, VersionSwitch):
            switch.focus_arrow(by)

    def _drag_text(self) -> None:
        mime = QMimeData()
        mime.setText(self._entry.text)
        mime.setData("text/markdown", self._entry.text.encode("utf-8", "replace"))
        drag_out(self, mime)

    def _arrange_user(self, width: int) -> int:
        px = self._looks.px
        y = px(6)
        pictures = self._parts.get("pictures")
        if isinstance(pictures, Thumbnails):
            size = pictures.arrange(width)
            pictures.setGeometry(EDGE + width - size.width(), y, size.width(), size.height())
            y += size.height() + px(8)
        self._bubble = None
        body = self._parts.get("body")
        if isinstance(body, MessageBody):
            side, most = px(16), max(px(120), round(width * 0.86))
            body.height_for(most - 2 * side)
            fit = min(most - 2 * side, body.ideal_width() + 1)
            height = body.height_for(fit)
            self._bubble = QRectF(EDGE + width - fit - 2 * side, y, fit + 2 * side, height + px(17))
            body.setGeometry(EDGE + width - fit - side, y + px(11), fit, height)
            y = round(self._bubble.bottom()) + px(4)
        for name in ("status", "notice", "error"):
            y = self._stack(name, y, width, right=True)
        right, row = width + 2 * EDGE, 0
        for name in ("edit", "versions"):
            part = self._parts.get(name)
            if part is not None:
                part.adjustSize()
                right -= part.width()
                part.move(right, y)
                row = max(row, part.height())
        return y + row

    def _arrange_answer(self, width: int) -> int:
        px = self._looks.px
        y = px(2)
        thoughts = self._parts.get("thoughts")
        if thoughts is not None:
            thoughts.adjustSize()
            thoughts.move(0, y)
            y += thoughts.height() + px(4)
        thinking = self._parts.get("thinking")
        if isinstance(thinking, MessageBody):
            y = self._place_text(thinking, px(14), y, width - px(14)) + px(12)
        body = self._parts.get("body")
        if isinstance(body, MessageBody):
            y = self._place_text(body, 0, y, width) + px(6)
        regions = self._parts.get("regions")
        if isinstance(regions, RegionPicture):
            size = regions.size_for(width)
            regions.setGeometry(EDGE, y, size.width(), size.height())
            y += size.height() + px(8)
        switch = self._parts.get("region_switch")
        if switch is not None:
            switch.setGeometry(0, y - px(4), width, switch.heightForWidth(width))
            y += switch.height()
        for name in ("status", "progress", "notice", "error"):
            y = self._stack(name, y, width)
        return self._arrange_actions(y, width)

    def _place_text(self, body: MessageBody, x: int, y: int, width: int) -> int:
        height = body.height_for(width)
        body.setGeometry(EDGE + x, y, width, height)
        body.place_buttons()
        return y + height

    def _stack(self, name: str, y: int, width: int, right: bool = False) -> int:
        part = self._parts.get(name)
        if part is None:
            return y
        px = self._looks.px
        if isinstance(part, QLabel):
            part.setAlignment(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
            part.setGeometry(EDGE, y, width, part.heightForWidth(width))
        else:
            part.setGeometry(EDGE, y, min(width, px(220)), px(6))
        return y + part.height() + px(6)

    def _arrange_actions(self, y: int, width: int) -> int:
        px = self._looks.px
        x, row = 0, 0
        for name in ("answer_now", "versions", "copy", "speak", "again", "continue", "show_other", "stop_other"):
            part = self._parts.get(name)
            if part is not None:
                part.adjustSize()
                if x and x + part.width() > width + 2 * EDGE:
                    x, y, row = 0, y + row + px(2), 0
                part.move(x, y)
                x += part.width() + px(2)
                row = max(row, part.height())
        footer = self._parts.get("footer")
        if isinstance(footer, QLabel):
            left = x + px(10) if row else EDGE
            if width - left < px(260) and footer.fontMetrics().horizontalAdvance(footer.text()) > width - left:
                y, left, row = y + row + px(2), EDGE, 0
            height = footer.heightForWidth(width - left)
            footer.setGeometry(left, y + max(0, (row - height) // 2), width - left, height)
            row = max(row, height)
        return y + row

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        theme = self._looks.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._bubble is not None:
            painter.setBrush(QColor(theme.bubble))
            painter.drawRoundedRect(self._bubble, 16, 16)
        thinking = self._parts.get("thinking")
        if thinking is not None:
            painter.setBrush(QColor(theme.line))
            painter.drawRoundedRect(QRectF(EDGE + 2, thinking.y(), 2, thinking.height()), 1, 1)
        for name in ("body", "thinking"):
            text = self._parts.get(name)
            if isinstance(text, MessageBody) and text.ringed:
                painter.setPen(QPen(QColor(theme.focus), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(text.geometry().adjusted(-7, -3, 7, 3), 8, 8)
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(event.pos()).popup(event.globalPos())

    def menu(self, point: QPoint) -> QMenu:
        """The right-click menu for `point`."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body = self._parts.get("body")
        if isinstance(body, MessageBody):
            inside = body.mapFrom(self, point)
            copy = menu.addAction(_("Copy selection"), body.copy)
            copy.setEnabled(body.textCursor().hasSelection())
            if (address := body.anchorAt(inside)) != "":
                menu.addAction(_("Copy link address"), lambda: self.copied.emit(address))
            if body.geometry().contains(point) and (code := body.code_at(inside)) is not None:
                menu.addAction(_("Copy code"), lambda: self.copied.emit(code))
                wrap = menu.addAction(_("Wrap long lines"), lambda: self.wrap_chosen.emit(not self._looks.wrap_code))
                wrap.setCheckable(True)
                wrap.setChecked(self._looks.wrap_code)
            menu.addAction(_("Copy message"), self._copy)
            if "speak" in self._parts:
                menu.addAction(_("Read aloud"), self._speak)
                menu.addAction(_("Read aloud from here"), lambda: self._speak_from(body, inside))
            menu.addSeparator()
            menu.addAction(_("Select all"), body.selectAll)
        if (picture := self._picture_at(point)) is not None:
            menu.addAction(_("What the model saw"), partial(self.seen_wanted.emit, self.number, picture))
            menu.addAction(_("Find pictures like this"), partial(self.similar_wanted.emit, self.number, picture))
        if self._standing.last_answer and self._entry.state != "open":
            menu.addAction(_("Ask again"), self.ask_again.emit)
        elif self._standing.may_ask_again:
            menu.addAction(_("Ask again"), partial(self.ask_again_earlier.emit, self.number))
        if "continue" in self._parts:
            menu.addAction(_("Continue"), self.go_on.emit)
        if "edit" in self._parts or self._standing.may_edit:
            is_last = "edit" in self._parts
            menu.addAction(_("Edit"), self.edit.emit if is_last else partial(self.edit_earlier.emit, self.number))
        return menu
