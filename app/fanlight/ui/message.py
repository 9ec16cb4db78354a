"""One message of the transcript, with all that belongs to it: made when it comes into view, dropped when it leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QMenu, QProgressBar, QToolButton, QWidget

from fanlight.ui.body import Body
from fanlight.ui.entry import Entry
from fanlight.ui.icons import icon
from fanlight.ui.looks import Looks
from fanlight.ui.thumbs import Thumbnails

Part = TypeVar("Part", bound=QWidget)


class Standing(NamedTuple):
    """What a message's place says about it; what its answer does, in words, and how much of 1 is done (-1: unknown)."""

    last_question: bool = False
    last_answer: bool = False
    doing: str = ""
    done: float = -1.0


class MessageView(QWidget):
    """`arrange` lays out for a width and gives the height; nothing lies outside."""

    ask_again = Signal()
    edit = Signal()
    go_on = Signal()
    copied = Signal(str)
    link = Signal(QUrl)
    resized = Signal()

    def __init__(self, looks: Looks, entry: Entry, standing: Standing, parent: QWidget) -> None:
        super().__init__(parent)
        self._looks = looks
        self._entry = entry
        self._standing = standing
        self._parts: dict[str, QWidget] = {}
        self._thinking_open = False
        self._bubble: QRectF | None = None
        self._width = self._height = 0
        self._dirty = True
        self._sync()
        self._name()

    @property
    def entry(self) -> Entry:
        return self._entry

    def show_entry(self, entry: Entry, standing: Standing) -> None:
        """What the message says now. Text that only grew is appended."""
        old, self._entry = self._entry, entry
        if entry is old and standing == self._standing:
            return
        self._standing = standing
        if entry.role != old.role or entry.thumbnails != old.thumbnails or entry.captions != old.captions:
            self._drop_all()
        for name, now, before in (("body", entry.text, old.text), ("thinking", entry.thinking, old.thinking)):
            part = self._parts.get(name)
            if isinstance(part, Body) and now != before:
                if entry.role == "assistant" and now.startswith(before):
                    part.grow(now[len(before) :])
                else:
                    self._drop(name)
        self._sync()
        if entry.state != old.state or entry.text[:80] != old.text[:80]:
            self._name()

    def controls(self) -> list[QWidget]:
        """What the keyboard reaches, in reading order."""
        out: list[QWidget] = []
        for name in ("thoughts", "thinking", "body", "copy", "again", "continue", "edit"):
            part = self._parts.get(name)
            if part is not None:
                out.append(part)
            if isinstance(part, Body):
                out += part.buttons()
        return out

    # -- parts

    def _sync(self) -> None:
        """Exactly the parts the entry asks for."""
        entry, standing = self._entry, self._standing
        mine, over = entry.role == "user", entry.state != "open"
        self._part(
            "pictures", bool(entry.thumbnails), lambda: Thumbnails(entry.thumbnails, entry.captions, self._looks, self)
        )
        self._part("thoughts", bool(entry.thinking), self._make_thoughts)
        thinking = self._part("thinking", bool(entry.thinking) and self._thinking_open, self._make_thinking)
        body = self._part("body", bool(entry.text), self._make_body)
        if over and not mine:
            for text in (body, thinking):
                if text is not None:
                    text.finish()
        waiting = entry.waiting and not mine
        self._say("status", self._status(), "status")
        bar = self._part("progress", waiting, self._make_progress)
        if bar is not None:
            bar.setRange(0, 0 if standing.done < 0 else 1000)
            bar.setValue(max(0, round(1000 * standing.done)))
        self._say("notice", entry.notice, "notice")
        self._say("error", entry.error or ("The answer could not be made." if entry.state == "failed" else ""), "error")
        self._action("copy", "copy", "Copy", "Copy this answer", not mine and over and bool(entry.text), self._copy)
        again = "Ask again" if entry.text else "Try again"
        last = standing.last_answer and over
        self._action("again", "retry", again, "Have the question answered anew", last, self.ask_again.emit)
        unfinished = last and entry.state in ("stopped", "failed") and bool(entry.text)
        self._action("continue", "continue", "Continue", "Go on where the answer stopped", unfinished, self.go_on.emit)
        self._action(
            "edit", "edit", "Edit", "Change the question and ask again", mine and standing.last_question, self.edit.emit
        )
        self._say("footer", entry.footer, "footer")
        thoughts = self._parts.get("thoughts")
        if isinstance(thoughts, QToolButton):
            thoughts.setText("Thinking…" if not entry.text and not over else "Thoughts")
            thoughts.setAccessibleName(f"{thoughts.text()} ({'shown' if self._thinking_open else 'hidden'})")
        self._dirty = True

    def _status(self) -> str:
        match self._entry.state:
            case "open" if self._entry.waiting:
                return self._standing.doing or "Waiting…"
            case "stopped":
                return "Stopped."
            case "queued":
                return "Waits for the answer above."
            case _:
                return ""

    def _part(self, name: str, wanted: bool, make: Callable[[], Part]) -> Part | None:
        part = self._parts.get(name)
        if not wanted:
            self._drop(name)
            return None
        if part is None:
            part = self._parts[name] = make()
            part.show()
        return cast(Part, part)

    def _drop(self, name: str) -> None:
        part = self._parts.pop(name, None)
        if part is not None:
            part.hide()
            part.deleteLater()

    def _drop_all(self) -> None:
        for name in list(self._parts):
            self._drop(name)

    def _say(self, name: str, text: str, kind: str) -> None:
        label = self._part(name, bool(text), lambda: self._make_label(kind))
        if label is not None and label.text() != text:
            label.setText(text)

    def _make_label(self, kind: str) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setObjectName(kind)
        label.setProperty("kind", kind)
        return label

    def _make_body(self) -> Body:
        return self._make_text(self._entry.text, self._looks, f"{self._entry.speaker}'s words")

    def _make_thinking(self) -> Body:
        return self._make_text(self._entry.thinking, self._looks.quiet, "What the model thought")

    def _make_text(self, text: str, looks: Looks, name: str) -> Body:
        body = Body(looks, self, text, markdown=self._entry.role == "assistant")
        body.setAccessibleName(name)
        body.anchorClicked.connect(self.link)
        body.code_copied.connect(self.copied)
        return body

    def _make_thoughts(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("thoughts")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(icon("chevron-right", self._looks.theme.muted, size=14))
        button.setIconSize(QSize(14, 14))
        button.setToolTip("Show or hide what the model thought before it answered")
        button.clicked.connect(self._toggle_thinking)
        return button

    def _toggle_thinking(self) -> None:
        self._thinking_open = not self._thinking_open
        button = self._parts["thoughts"]
        if isinstance(button, QToolButton):
            name = "chevron-down" if self._thinking_open else "chevron-right"
            button.setIcon(icon(name, self._looks.theme.muted, size=14))
        self._sync()
        self.resized.emit()

    def _make_progress(self) -> QProgressBar:
        bar = QProgressBar(self)
        bar.setTextVisible(False)
        bar.setAccessibleName("How much of the question is read")
        return bar

    def _action(self, name: str, picture: str, text: str, hint: str, wanted: bool, slot: Callable[[], None]) -> None:
        def make() -> QToolButton:
            button = QToolButton(self)
            button.setObjectName("action")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIcon(icon(picture, self._looks.theme.muted, size=16))
            button.setIconSize(QSize(16, 16))
            button.setToolTip(hint)
            button.clicked.connect(slot)
            return button

        button = self._part(name, wanted, make)
        if button is not None and button.text() != text:
            button.setText(text)
            button.setAccessibleName(f"{text}: {hint.lower()}")

    def _copy(self) -> None:
        self.copied.emit(self._entry.text)

    def _name(self) -> None:
        words = " ".join(self._entry.text[:200].split())
        self.setAccessibleName(f"{self._entry.speaker}: {words or self._status() or 'a picture'}")
        body = self._parts.get("body")
        if body is not None:
            body.setAccessibleName(self.accessibleName())

    # -- layout

    def arrange(self, width: int) -> int:
        """Lay out for `width`; the height. Costs nothing while neither text nor width changed."""
        if width != self._width or self._dirty:
            self._width, self._dirty = width, False
            below = self._arrange_user(width) if self._entry.role == "user" else self._arrange_answer(width)
            self._height = below + self._looks.px(22)
            self.resize(width, self._height)
            self.update()
        return self._height

    def _arrange_user(self, width: int) -> int:
        px = self._looks.px
        y = px(6)
        pictures = self._parts.get("pictures")
        if isinstance(pictures, Thumbnails):
            size = pictures.arrange(width)
            pictures.setGeometry(width - size.width(), y, size.width(), size.height())
            y += size.height() + px(8)
        self._bubble = None
        body = self._parts.get("body")
        if isinstance(body, Body):
            side, most = px(16), max(px(120), round(width * 0.86))
            body.height_for(most - 2 * side)
            fit = min(most - 2 * side, body.ideal_width() + 1)
            height = body.height_for(fit)
            self._bubble = QRectF(width - fit - 2 * side, y, fit + 2 * side, height + px(17))
            body.setGeometry(width - fit - side, y + px(11), fit, height)
            y = round(self._bubble.bottom()) + px(4)
        for name in ("status", "notice", "error"):
            y = self._stack(name, y, width, right=True)
        edit = self._parts.get("edit")
        if edit is not None:
            edit.adjustSize()
            edit.move(width - edit.width(), y)
            y += edit.height()
        return y

    def _arrange_answer(self, width: int) -> int:
        px = self._looks.px
        y = px(2)
        thoughts = self._parts.get("thoughts")
        if thoughts is not None:
            thoughts.adjustSize()
            thoughts.move(0, y)
            y += thoughts.height() + px(4)
        thinking = self._parts.get("thinking")
        if isinstance(thinking, Body):
            y = self._place_text(thinking, px(14), y, width - px(14)) + px(12)
        body = self._parts.get("body")
        if isinstance(body, Body):
            y = self._place_text(body, 0, y, width) + px(6)
        for name in ("status", "progress", "notice", "error"):
            y = self._stack(name, y, width)
        return self._arrange_actions(y, width)

    def _place_text(self, body: Body, x: int, y: int, width: int) -> int:
        height = body.height_for(width)
        body.setGeometry(x, y, width, height)
        body.place_buttons()
        return y + height

    def _stack(self, name: str, y: int, width: int, right: bool = False) -> int:
        part = self._parts.get(name)
        if part is None:
            return y
        px = self._looks.px
        if isinstance(part, QLabel):
            part.setAlignment(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
            part.setGeometry(0, y, width, part.heightForWidth(width))
        else:
            part.setGeometry(0, y, min(width, px(220)), px(6))
        return y + part.height() + px(6)

    def _arrange_actions(self, y: int, width: int) -> int:
        px = self._looks.px
        x, row = 0, 0
        for name in ("copy", "again", "continue"):
            part = self._parts.get(name)
            if part is not None:
                part.adjustSize()
                part.move(x, y)
                x += part.width() + px(2)
                row = max(row, part.height())
        footer = self._parts.get("footer")
        if isinstance(footer, QLabel):
            left = x + px(10) if row else 0
            if width - left < px(260) and footer.fontMetrics().horizontalAdvance(footer.text()) > width - left:
                y, left, row = y + row + px(2), 0, 0
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
            painter.drawRoundedRect(QRectF(2, thinking.y(), 2, thinking.height()), 1, 1)
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu(event.pos()).popup(event.globalPos())

    def menu(self, point: QPoint) -> QMenu:
        """The right-click menu for `point`."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body = self._parts.get("body")
        if isinstance(body, Body):
            inside = body.mapFrom(self, point)
            copy = menu.addAction("Copy selection", body.copy)
            copy.setEnabled(body.textCursor().hasSelection())
            if (address := body.anchorAt(inside)) != "":
                menu.addAction("Copy link address", lambda: self.copied.emit(address))
            if body.geometry().contains(point) and (code := body.code_at(inside)) is not None:
                menu.addAction("Copy code", lambda: self.copied.emit(code))
            menu.addAction("Copy message", self._copy)
            menu.addSeparator()
            menu.addAction("Select all", body.selectAll)
        if self._standing.last_answer and self._entry.state != "open":
            menu.addAction("Ask again", self.ask_again.emit)
        if "continue" in self._parts:
            menu.addAction("Continue", self.go_on.emit)
        if "edit" in self._parts:
            menu.addAction("Edit", self.edit.emit)
        return menu
