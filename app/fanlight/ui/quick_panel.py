"""The quick panel: a small window beside the rectangle that was captured. The program below keeps its focus until the
user types here; what is said here is in memory alone, and Esc forgets it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from fanlight.desktop.capture.geometry import Box
from fanlight.domain.actions import Action
from fanlight.domain.events import Finished, ImageReady, PromptProgress, TextDelta, ThinkingDelta
from fanlight.ui import theme
from fanlight.ui.banner import announce
from fanlight.ui.choices import Choices
from fanlight.ui.controls import label, push, recolour
from fanlight.ui.gesture_captures import Capture
from fanlight.ui.host import ModelHost
from fanlight.ui.leaving import ask_to_open
from fanlight.ui.progress import Progress
from fanlight.ui.quick_actions import QuickActions
from fanlight.ui.quick_panel_asking import Asking, Texts
from fanlight.ui.quick_panel_keys import ESCAPE, Holder, PanelKeys
from fanlight.ui.quick_panel_parts import ActionBar, Answers, Head, Line
from fanlight.ui.quick_panel_place import Spot, spot
from fanlight.ui.quick_panel_talk import PanelTalk
from fanlight.ui.reader import Reader

WIDTH, PLANNED_HEIGHT = 460, 380
"""Logical pixels at a text size of 100 percent; a side with less room than that is not taken."""
MOST_ANSWER = 420
MARGIN = 12
FLASH_MS = 2_500
PRACTICE = "The practice model knows coloured shapes and numbers only. Open another one in Fanlight's window."


@dataclass(frozen=True)
class Means:
    """What panels stand on. No `texts`: nothing reads text here; no `holder`: keys are heard with the focus only."""

    host: ModelHost
    choices: Choices
    reader: Reader
    actions: QuickActions
    texts: Texts | None = None
    holder: Holder | None = None


class QuickPanel(QFrame):
    closed = Signal(object)
    """This; all it held is forgotten."""
    leaves_for_window = Signal(object)
    """This: its conversation goes on in the window."""
    asks_in_window = Signal(object, str)
    """This, and a question about its capture for the window."""
    region_again = Signal(object)
    window_wanted = Signal()

    def __init__(self, capture: Capture, means: Means) -> None:
        kind = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, kind | Qt.WindowType.WindowDoesNotAcceptFocus)
        self.setObjectName("quickPanel")
        self.setWindowTitle("Fanlight: capture")
        self.setAccessibleName("Quick panel")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.capture, self._means = capture, means
        self._choices, self._host = means.choices, means.host
        self.talk = PanelTalk(means.host, means.choices, self)
        self.asking = Asking(capture.image, self.talk, means.host, means.choices, means.reader, means.texts)
        self.keys = PanelKeys(means.holder, self)
        self._spot: Spot | None = None
        self._progress = Progress(pictures=1)
        self._seen = self._moved = self._over = False
        self._flash = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._flash.timeout.connect(self._tell)
        self._flashed = ""
        self._build()
        self._connect()
        self._dress()
        self.head.show_picture(capture.image)

    @property
    def pinned(self) -> bool:
        return self.head.pin_button.isChecked()

    # What it is made of.

    def _build(self) -> None:
        self.head, self.bar, self.line = Head(), ActionBar(), Line()
        self.transcript = Answers()
        self.transcript.setAccessibleName("Answers")
        self.transcript.hide()
        self.problem = label("", "error", wrap=True)
        self.note = label(PRACTICE, "muted", wrap=True)
        self.model_button = push("Open Fanlight to choose a model")
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(10)
        for widget in (self.head, self.bar, self.problem, self.transcript, self.model_button, self.line, self.note):
            column.addWidget(widget)
        self.problem.hide()
        self.bar.show_actions(self._means.actions.shown)

    def _connect(self) -> None:
        talk, transcript, head, asking = self.talk, self.transcript, self.head, self.asking
        talk.appended.connect(transcript.append)
        talk.replaced.connect(transcript.replace_last)
        talk.truncated.connect(transcript.truncate)
        talk.heard.connect(self._hear)
        talk.finished.connect(self._finished)
        talk.changed.connect(self._changed)
        talk.picture_said.connect(self._hear_of_picture)
        talk.problem.connect(self._say_problem)
        asking.problem.connect(self._say_problem)
        asking.copied.connect(lambda _: self._say("Copied."))
        asking.for_window.connect(lambda text: self.asks_in_window.emit(self, text))
        transcript.copied.connect(lambda _: self._say("Copied."))
        transcript.ask_again.connect(asking.again)
        transcript.continue_requested.connect(talk.go_on)
        transcript.link_requested.connect(self._link)
        transcript.verticalScrollBar().rangeChanged.connect(self._fit)
        self.bar.chosen.connect(self.act)
        self.line.entered.connect(asking.ask)
        self.line.reached.connect(self.take_keyboard)
        self.line.stop_button.clicked.connect(talk.stop)
        self.line.send_button.clicked.connect(self.take_keyboard)
        self.model_button.clicked.connect(self.window_wanted)
        head.dragged.connect(self._drag)
        head.close_button.clicked.connect(self.forget)
        head.window_button.clicked.connect(lambda: self.leaves_for_window.emit(self))
        head.region_button.clicked.connect(lambda: self.region_again.emit(self))
        head.pin_button.toggled.connect(self._pinned)
        head.region_button.setVisible(self.capture.place is not None)
        self.keys.pressed.connect(self.press)
        self.keys.changed.connect(self._dress_keys)
        self._means.actions.changed.connect(self._show_actions)
        self._choices.changed.connect(self._dress)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._dress)
        self._host.changed.connect(self._changed)

    # From the mouse's release to Esc.

    def open(self, action: Action | None) -> None:
        """Show it beside the rectangle; the model begins at once, with `action` or with the picture alone."""
        self.asking.start()
        self._changed()
        self._place()
        self.show()
        self.keys.hold(self._wanted_keys())
        if action is not None:
            self.act(action)
        self._fit()

    def act(self, action: Action) -> None:
        self.problem.hide()
        self.bar.mark(action)
        self.asking.act(action)

    def press(self, key: str) -> None:
        """One of the panel's keys, from wherever it comes."""
        shown = self._means.actions.shown
        here = [action for action in shown if action.key == key]
        if key.isdecimal() and 0 < int(key) <= len(shown):
            here = [shown[int(key) - 1]]
        match key:
            case _ if key == ESCAPE:
                self.forget()
            case _ if here:
                self.act(here[0])
            case "a":
                self.take_keyboard()
            case "c":
                self._copy()
            case "o":
                self.leaves_for_window.emit(self)
            case "p":
                self.head.pin_button.toggle()
            case "s" if self.capture.place is not None:
                self.region_again.emit(self)

    def take_keyboard(self) -> None:
        """The user types here now: only here does the panel take the focus."""
        self.keys.let_go()
        if window := self.windowHandle():
            window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, False)
        self.activateWindow()
        self.line.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Close, and keep nothing."""
        if self._over:
            return
        self._over = True
        self.keys.let_go()
        self.asking.close()
        self.talk.close()
        self.transcript.show_entries(())
        self._choices.changed.disconnect(self._dress)
        self._means.actions.changed.disconnect(self._show_actions)
        self._host.changed.disconnect(self._changed)
        QGuiApplication.styleHints().colorSchemeChanged.disconnect(self._dress)
        self.hide()
        self.closed.emit(self)
        self.deleteLater()

    # What is going on.

    def _hear(self, event: object) -> None:
        self.transcript.hear(event)  # type: ignore[arg-type]
        if isinstance(event, (TextDelta, ThinkingDelta)) and not self.transcript.isVisible():
            self._show_answers()
        self._hear_of_picture(event)

    def _hear_of_picture(self, event: object) -> None:
        match event:
            case ImageReady():
                self._seen = True
                self._progress = self._progress.after(event)
            case PromptProgress():
                self._progress = self._progress.after(event)
            case Finished() | (str(), int()):
                pass
            case _:
                return
        self._tell()

    def _finished(self, footer: str, state: str, error: str) -> None:
        self._show_answers()
        self.transcript.finish(footer, state, error)  # type: ignore[arg-type]
        self.bar.mark(None)
        self._fit()

    def _changed(self) -> None:
        busy = self.talk.condition != "idle"
        self.line.stop_button.setVisible(busy)
        if not busy:
            self.bar.mark(None)
        self.note.setVisible(self._host.spec is not None and self._host.spec.practice)
        self.model_button.setVisible(self._host.condition in ("none", "failed"))
        if busy:
            self.keys.wait()
        self._tell()
        self._fit()

    def _tell(self) -> None:
        """The line under the capture's size."""
        if not self._flash.isActive():
            self._flashed = ""
        attachment, condition = self.talk.attachment, self.talk.condition
        facts = self.capture.size
        if attachment is not None:
            facts = attachment.caption if not attachment.origin else f"{facts}, {attachment.tokens:,} tokens"
        words, done = "", None
        if self._host.condition == "none":
            words = "No model is open."
        elif self._host.condition == "failed":
            words = "The model could not be loaded."
        elif self._host.condition == "loading":
            words, done = "The model is being loaded…", -1.0
        elif condition == "waiting":
            words, done = "Reading the text…", -1.0
        elif condition == "answering" and not self.transcript.isVisible():
            words, done = self._progress.said()
        elif condition == "idle" and not self._seen and self._host.sees:
            words, done = self._progress.said()
        self.head.say(facts, self._flashed or words, done)

    def _say(self, words: str) -> None:
        """For a moment."""
        self._flashed = words
        self._flash.start()
        self._tell()
        announce(self, words)

    def _say_problem(self, error: object) -> None:
        from fanlight.ui.session import in_words

        words = in_words(error if isinstance(error, Exception) else None)
        self.problem.setText(words)
        self.problem.setAccessibleName(words)
        self.problem.show()
        announce(self, words)
        self._fit()

    def _show_answers(self) -> None:
        if not self.transcript.isVisible():
            self.transcript.setFixedHeight(60)
            self.transcript.show()
            self.transcript.paint_now()
            self._fit()
            self._tell()

    def _show_actions(self) -> None:
        self.bar.show_actions(self._means.actions.shown)
        self._fit()

    def _copy(self) -> None:
        if text := self.talk.last_answer:
            QGuiApplication.clipboard().setText(text)
            self._say("Copied.")

    def _link(self, address: QUrl) -> None:
        self.take_keyboard()
        ask_to_open(address, self)

    # Where it stands, and how it looks.

    def _place(self) -> None:
        """Beside the rectangle; on the screen with the pointer where there is none, or its screen is gone."""
        place = self.capture.place
        screen = place.screen if place is not None and place.screen in QGuiApplication.screens() else self.screen()
        free = screen.availableGeometry()
        here = place.rect if place is not None else QRect(free.center(), free.center())
        size = self._choices.now.text_size
        self._spot = spot(_box(here), theme.scaled(WIDTH, size), theme.scaled(PLANNED_HEIGHT, size), _box(free))
        self._moved = False

    def _fit(self) -> None:
        """As tall as what it says, within the room where it stands."""
        if self._spot is None or self._over:
            return
        size = self._choices.now.text_size
        width = min(theme.scaled(WIDTH, size), self._spot.room.width)
        self.bar.setFixedHeight(self.bar.arrange(width - 2 * MARGIN - 2))
        shown = not self.transcript.isHidden()
        rest = self._height(width) - (self.transcript.height() if shown else 0)
        if shown:
            most = min(theme.scaled(MOST_ANSWER, size), max(80, self._spot.room.height - rest))
            wanted = max(60, min(self.transcript.content_height, most))
            if wanted != self.transcript.height():
                self.transcript.setFixedHeight(wanted)
            rest += wanted
        place = self._spot.at(width, rest)
        if self._moved:
            self.resize(place.width, place.height)
        else:
            self.setGeometry(*place)

    def _height(self, width: int) -> int:
        """What the layout needs at that width."""
        column = self.layout()
        column.activate()
        high = column.heightForWidth(width) if column.hasHeightForWidth() else column.sizeHint().height()
        return high + 2 * self.frameWidth()

    def _dress(self, *_: object) -> None:
        wanted = theme.current(self._choices.now.theme)
        self.transcript.set_theme(wanted, self._choices.now.text_size)
        recolour(self, wanted)
        self._dress_keys()
        self._fit()

    def _dress_keys(self) -> None:
        live = self.keys.live or self.isActiveWindow()
        self.bar.draw(theme.current(self._choices.now.theme), live, self._choices.now.text_size)

    def _pinned(self, pinned: bool) -> None:
        if pinned:
            self.keys.let_go()
        self._say("Pinned: it stays until you close it." if pinned else "Not pinned any more.")

    def _drag(self) -> None:
        self._moved = True

    def _wanted_keys(self) -> list[str]:
        shown = self._means.actions.shown
        keys = [action.key for action in shown if action.key]
        keys += [str(place) for place in range(1, min(9, len(shown)) + 1)]
        return keys + ["a", "c", "o", "p"] + (["s"] if self.capture.place is not None else [])

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """With the focus, the same keys; in the line they are letters."""
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.press(ESCAPE)
        elif plain and event.text() and event.text().isalnum() and event.text().isascii():
            self.press(event.text().lower())
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.forget()


def _box(rect: QRect) -> Box:
    return Box(rect.x(), rect.y(), rect.width(), rect.height())
