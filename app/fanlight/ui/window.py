"""The window: conversations on the left, the conversation, and the composer below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QSplitter, QVBoxLayout, QWidget

from fanlight.ui import theme
from fanlight.ui.attaching import Attaching
from fanlight.ui.banner import Banner, announce
from fanlight.ui.choices import Choices
from fanlight.ui.collector import Collector
from fanlight.ui.composer import Composer
from fanlight.ui.controls import recolour
from fanlight.ui.desk import Desk
from fanlight.ui.drops import DropArea
from fanlight.ui.front import bring_to_front
from fanlight.ui.header import Header
from fanlight.ui.history import History
from fanlight.ui.host import ModelHost
from fanlight.ui.leaving import ask_to_open, ask_to_quit
from fanlight.ui.opening import Opening
from fanlight.ui.parts import Parts
from fanlight.ui.place import Place
from fanlight.ui.reader import Reader
from fanlight.ui.reading import TextReading
from fanlight.ui.remote import Remote, Summons
from fanlight.ui.settings_dialog import SettingsDialog
from fanlight.ui.shortcuts import KEYS, ShortcutSheet
from fanlight.ui.sidebar import Sidebar
from fanlight.ui.stage import Stage
from fanlight.ui.transcript import Transcript
from fanlight.ui.welcome import Welcome

if TYPE_CHECKING:
    from fanlight.ui.quick import Quick
    from fanlight.ui.resident import Resident
    from fanlight.ui.speaking import Speaking
    from fanlight.ui.voice import Voice

NARROW = 720
"""Below this width the conversations hide by themselves."""
UNDO_SECONDS = 15
CLOSE_SECONDS = 5.0


class Window(QMainWindow):
    closed = Signal()
    """And all that it owned with it."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.setWindowTitle("Fanlight")
        self._parts = parts
        self.place = Place(parts.place_file)
        self.choices = Choices(parts.settings, parts.settings_file)
        self.host = ModelHost(parts.load, self.choices, self)
        self.remote = Remote(self.host, self)
        self.history = History(self)
        self.reader = Reader(self)
        self.texts = TextReading(parts.load_reader, self)
        self.desk = Desk(self.host, self.history, self.choices, self.reader)
        self._quick: Quick | None = None
        self._resident: Resident | None = None
        self._voice: Voice | None = None
        self.speaking: Speaking | None = None
        self._collector = Collector(self, lambda: self.desk.busy)
        self._started = self._narrow = self._told_to_go = False
        self._dress_application()  # first: what is built after it is drawn once
        self._build()
        self._connect()
        self._add_actions()
        self.transcript.set_theme(theme.current(self.choices.now.theme), self.choices.now.text_size)
        self._restore_place()
        self._stage.show_session()

    # What it is made of.

    def _build(self) -> None:
        self.sidebar, self.transcript, self.composer = Sidebar(), Transcript(), Composer()
        self.transcript.setAccessibleName("Conversation")
        self.welcome = Welcome(self._parts.sample)
        self.transcript.set_welcome(self.welcome)
        self.errors, self.offers = Banner("error"), Banner("notice")
        self.attaching = Attaching(
            self.composer, self.desk, self.host, self.reader, lambda: self.choices.now.picture_side
        )
        self._stage = Stage(self.desk, self.composer, self.transcript, self.attaching, self.place, self.choices)
        self._opening = Opening(self._parts, self.host, self.choices, self.reader, self)
        self.header = Header(self.host, self._opening.models)
        self.model_menu = self.header.model_menu
        below = QVBoxLayout()
        below.setContentsMargins(16, 4, 16, 14)
        below.addWidget(self.composer)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.errors, self.offers):
            column.addWidget(widget)
        column.addWidget(self.transcript, 1)
        column.addLayout(below)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.sidebar)
        self.splitter.addWidget(page)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([250, 850])
        self.setCentralWidget(self.splitter)
        self.setMinimumSize(420, 360)
        self._drop_area = DropArea(self, self._dropped)

    def _connect(self) -> None:
        sidebar, composer, transcript, desk = self.sidebar, self.composer, self.transcript, self.desk
        for source in (self.choices, self.history, self.host, desk, self.attaching, self._opening):
            signal = source.failed if isinstance(source, ModelHost) else source.problem
            signal.connect(self.say)
        sidebar.new.connect(self._new)
        sidebar.opened.connect(desk.open)
        sidebar.renamed.connect(desk.rename)
        sidebar.deleted.connect(self._delete)
        self._stage.changed.connect(self._show_title)
        composer.attach.connect(lambda: self.attaching.pick(self))
        transcript.copied.connect(lambda _: announce(self, "Copied"))
        transcript.link_requested.connect(lambda address: ask_to_open(address, self))
        self.welcome.picture.connect(lambda path: self.attaching.files([path]))
        self.welcome.example.connect(self._try_example)
        self.history.listed.connect(self._list)
        self.history.recovered.connect(self.errors.unsay)
        self.host.changed.connect(self.attaching.refresh)
        self.remote.show_wanted.connect(lambda summons: bring_to_front(self, summons))
        self.remote.hide_wanted.connect(self.hide)
        self.remote.quit_wanted.connect(self.quit)
        self.remote.served.connect(lambda: self.desk.current.warm())
        self.remote.shot_wanted.connect(lambda request: self.quick.shot(request))
        self.remote.talk_wanted.connect(lambda what: self.voice.obey(what))
        self.model_menu.chosen.connect(self._opening.choose)
        self.model_menu.open_file.connect(self._opening.pick)
        self.choices.changed.connect(self._settings_changed)
        self.header.rename.connect(self._rename_current)
        self.header.delete.connect(lambda: self._delete(desk.current.conversation_id))
        self.header.sidebar.connect(self._toggle_sidebar)
        self.header.settings.connect(self._open_settings)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._dress)

    def _add_actions(self) -> None:
        does: dict[str, Callable[[], object]] = {
            "new": self._new,
            "previous": lambda: self.desk.step(-1),
            "next": lambda: self.desk.step(1),
            "sidebar": self._toggle_sidebar,
            "focus": self.composer.input.setFocus,
            "attach": lambda: self.attaching.pick(self),
            "copy_answer": self._copy_answer,
            "settings": self._open_settings,
            "shortcuts": lambda: self._ask(ShortcutSheet(self)),
            "close": self.close,
            "quit": self.quit,
        }
        for name, (words, keys) in KEYS.items():
            action = QAction(words, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.triggered.connect(does[name])
            self.addAction(action)

    # From the first paint to the last.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self.start)

    def start(self) -> None:
        """What can wait until the window is on the screen: the database, the model, the picture library."""
        self._started = True
        self.history.open(self._parts.open_store(self.choices.now.keep_history))
        self._opening.open_last()
        self.reader.prepare()
        self.quick.start()
        self._resident = self._resident or _resident(self)
        self.quick.gesture.opened.connect(self.voice.join)
        self.voice.use(self.quick.hotkeys)
        if self.speaking is None:
            from fanlight.ui.speaking import Speaking

            self.speaking = Speaking(self, self._parts.speaker)

    @property
    def quick(self) -> Quick:
        """The gesture and its panels: nothing of them is imported before the window is painted, or they are wanted."""
        if self._quick is None:
            from fanlight.ui.quick import Quick

            home = self._parts.settings_file.parent
            self._quick = Quick(home, self.host, self.choices, self.reader, self.desk, self)
            self._quick.use(texts=self.texts)
            self._quick.problem.connect(self.say)
            self._quick.window_wanted.connect(lambda: bring_to_front(self, Summons()))
        return self._quick

    @property
    def voice(self) -> Voice:
        """Speaking instead of typing: imported when the window is painted, or it is wanted."""
        if self._voice is None:
            from fanlight.ui.voice import build

            self._voice = build(self._parts, self.choices, self, self.composer, self._answers)
            self._voice.problem.connect(self.say)
            self._voice.window_wanted.connect(lambda: bring_to_front(self, Summons()))
        return self._voice

    def _answers(self) -> bool:
        """Whether the model answers, here or in a panel."""
        panels = self._quick.gesture.panels if self._quick is not None else []
        return self.desk.busy or any(panel.talk.condition == "answering" for panel in panels)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nobody else wanted stops the answer, wherever the focus is."""
        if event.key() == Qt.Key.Key_Escape and self.desk.current.condition == "answering":
            self.desk.current.stop()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop, wait for the threads, then the database: what was asked and answered is kept. Where there is no room
        for it, the user is asked first. Where the tray keeps Fanlight, the window only hides."""
        if self._resident is not None and not self._told_to_go and self._resident.keeps(event):
            return
        if self.history.full and not self._told_to_go and not ask_to_quit(self.history.full, self):
            event.ignore()
            return
        self._stage.keep_draft()
        self.place.keep(
            geometry=self.saveGeometry(),
            splitter=self.splitter.saveState(),
            sidebar=not self.sidebar.isHidden() or self._narrow,
        )
        self.hide()
        if self._resident is not None:
            self._resident.close()
        if self._quick is not None:
            self._quick.close()
        if self._voice is not None:
            self._voice.close(CLOSE_SECONDS)
        self.host.close(CLOSE_SECONDS)
        self.texts.close(CLOSE_SECONDS)
        self.desk.close()
        self.reader.close()
        self.history.close()
        self._collector.stop()
        super().closeEvent(event)
        self.closed.emit()

    def quit(self) -> None:
        """Close, and end, whatever the tray could keep."""
        if self._resident is not None:
            self._resident.leaves = True
        self.close()

    def go(self) -> None:
        """Close without a question: after a signal nobody may be there to answer."""
        self._told_to_go = True
        self.close()

    def say(self, error: Exception) -> None:
        """What went wrong, above the conversation."""
        self.errors.say(error)

    def _show_title(self) -> None:
        session = self.desk.current
        self.sidebar.select(session.conversation_id)
        self.header.more_button.setEnabled(session.conversation_id is not None)
        self.setWindowTitle(f"{session.title} – Fanlight" if session.title else "Fanlight")

    def _copy_answer(self) -> None:
        if text := self.desk.current.last_answer:
            QGuiApplication.clipboard().setText(text)
            announce(self, "Answer copied")

    def _dropped(self, mime: QMimeData) -> None:
        self.activateWindow()
        self.composer.input.setFocus()
        self._stage.take(mime)

    # Conversations.

    def _list(self) -> None:
        self.sidebar.show_rows(self.history.rows)
        self.sidebar.select(self.desk.current.conversation_id)

    def _try_example(self, text: str) -> None:
        if not self.composer.chips.chips:
            self.attaching.files([self._parts.sample])
        self._stage.write(text)

    def _new(self) -> None:
        self.desk.new()
        self.composer.input.setFocus()

    def _rename_current(self) -> None:
        self.sidebar.show()
        self.sidebar.rename_selected()

    def _delete(self, conversation_id: int | None) -> None:
        if conversation_id is None:
            return
        title = self.sidebar.title(conversation_id)
        self.desk.delete(conversation_id)
        self.offers.offer(
            f"“{title}” is deleted.", "Undo", lambda: self.desk.restore(conversation_id), seconds=UNDO_SECONDS
        )

    # The settings.

    def _open_settings(self) -> None:
        sections = self.quick.sections() | self.voice.sections() | (self.speaking.sections() if self.speaking else {})
        self._ask(SettingsDialog(self.choices, self, sections))

    def _ask(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exec()

    def _settings_changed(self, before: object, now: object) -> None:
        changed = {name for name in ("theme", "text_size", "keep_history") if _differ(before, now, name)}
        if changed & {"theme", "text_size"}:
            self._dress()
        if "keep_history" in changed:
            self.desk.forget()
            self.history.open(self._parts.open_store(self.choices.now.keep_history))
        elif _differ(before, now, "system_prompt"):
            self.desk.current.warm()

    # How it looks, and where it is.

    def _dress(self) -> None:
        wanted = self._dress_application()
        self.transcript.set_theme(wanted, self.choices.now.text_size)
        recolour(self, wanted)

    def _dress_application(self) -> theme.Theme:
        settings = self.choices.now
        wanted = theme.current(settings.theme)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, wanted, settings.text_size)
        return wanted

    def _toggle_sidebar(self) -> None:
        self.sidebar.setVisible(not self.sidebar.isVisible())
        self._narrow = False

    def _restore_place(self) -> None:
        if not self.restoreGeometry(self.place.data("geometry")):
            room = self.screen().availableSize()
            self.resize(min(1080, room.width() * 9 // 10), min(760, room.height() * 9 // 10))
        self.splitter.restoreState(self.place.data("splitter"))
        self.sidebar.setVisible(self.place.flag("sidebar", True))
        self.desk.current.draft = self.place.text("draft") if self.choices.now.keep_history else ""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_width()

    def _fit_width(self) -> None:
        narrow = self.width() < NARROW
        if narrow and not self.sidebar.isHidden():
            self._narrow = True
            self.sidebar.hide()
        elif not narrow and self._narrow:
            self._narrow = False
            self.sidebar.show()


def _differ(before: object, now: object, name: str) -> bool:
    return bool(getattr(before, name) != getattr(now, name))


def _resident(window: Window) -> Resident:
    from fanlight.ui.resident import Resident

    return Resident(window)
