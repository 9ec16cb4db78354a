"""The window: conversations on the left, the conversation, and the composer below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeySequence, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QMainWindow, QSplitter, QVBoxLayout, QWidget

from fanlight.domain.errors import FanlightError
from fanlight.domain.models import ModelSpec
from fanlight.ui import theme
from fanlight.ui.attaching import Attaching
from fanlight.ui.banner import Banner, announce
from fanlight.ui.choices import Choices
from fanlight.ui.collector import Collector
from fanlight.ui.composer import Composer
from fanlight.ui.controls import recolour, tool
from fanlight.ui.desk import Desk
from fanlight.ui.drops import DropArea
from fanlight.ui.history import History
from fanlight.ui.host import ModelHost
from fanlight.ui.leaving import ask_to_open
from fanlight.ui.model_menu import ModelMenu
from fanlight.ui.opening import open_model
from fanlight.ui.parts import Parts
from fanlight.ui.place import Place
from fanlight.ui.reader import Reader
from fanlight.ui.session import ChatSession
from fanlight.ui.settings_dialog import SettingsDialog
from fanlight.ui.shortcuts import KEYS, ShortcutSheet
from fanlight.ui.sidebar import Sidebar
from fanlight.ui.transcript import Transcript
from fanlight.ui.welcome import Welcome

NARROW = 720
"""Below this width the conversations hide by themselves."""
UNDO_SECONDS = 15
DRAFT_MS = 700
CLOSE_SECONDS = 5.0


class Window(QMainWindow):
    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.setWindowTitle("Fanlight")
        self._parts = parts
        self._collector = Collector(self)
        self.place = Place(parts.place_file)
        self.choices = Choices(parts.settings, parts.settings_file)
        self.host = ModelHost(parts.load, self.choices, self)
        self.history = History(self)
        self.reader = Reader(self)
        self.desk = Desk(self.host, self.history, self.choices, self.reader)
        self._wired: ChatSession | None = None
        self._started = self._narrow = False
        self._dress_application()  # first: what is built after it is drawn once
        self._build()
        self._connect()
        self._add_actions()
        self.transcript.set_theme(theme.current(self.choices.now.theme), self.choices.now.text_size)
        self._restore_place()
        self._show_session()

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
        self.model_menu = ModelMenu(self.host, self._parts.models)
        self.sidebar_button = tool("sidebar", "Show or hide the conversations", "Conversations (Ctrl+B)")
        self.settings_button = tool("settings", "Settings", "Settings (Ctrl+,)")
        header = QFrame()
        header.setObjectName("header")
        row = QHBoxLayout(header)
        row.setContentsMargins(8, 6, 10, 6)
        row.addWidget(self.sidebar_button)
        row.addWidget(self.model_menu)
        row.addStretch(1)
        row.addWidget(self.settings_button)
        below = QVBoxLayout()
        below.setContentsMargins(16, 4, 16, 14)
        below.addWidget(self.composer)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (header, self.errors, self.offers):
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
        self._draft_soon = QTimer(self, interval=DRAFT_MS, singleShot=True)

    def _connect(self) -> None:
        sidebar, composer, transcript, desk = self.sidebar, self.composer, self.transcript, self.desk
        for source in (self.choices, self.history, self.host, desk, self.attaching):
            signal = source.failed if isinstance(source, ModelHost) else source.problem
            signal.connect(self.say)
        sidebar.new.connect(self._new)
        sidebar.opened.connect(desk.open)
        sidebar.renamed.connect(desk.rename)
        sidebar.deleted.connect(self._delete)
        composer.send.connect(self._send)
        composer.stop.connect(lambda: desk.current.stop())
        composer.attach.connect(lambda: self.attaching.pick(self))
        composer.edit_last.connect(self._edit_last)
        composer.leave_edit.connect(self._leave_edit)
        composer.unqueue.connect(self._unqueue)
        composer.pasted.connect(self._pasted)
        composer.text_changed.connect(self._draft_soon.start)
        self._draft_soon.timeout.connect(self._keep_draft)
        transcript.ask_again.connect(lambda: desk.current.ask_again())
        transcript.continue_requested.connect(lambda: desk.current.go_on())
        transcript.edit_last.connect(self._edit_last)
        transcript.copied.connect(lambda _: announce(self, "Copied"))
        transcript.link_requested.connect(self._follow_link)
        self.welcome.picture.connect(lambda path: self.attaching.files([path]))
        self.welcome.example.connect(self._example)
        self.history.listed.connect(self._list)
        self.history.recovered.connect(self.errors.dismiss)
        self.host.changed.connect(self._host_changed)
        self.model_menu.chosen.connect(self._choose_model)
        self.model_menu.open_file.connect(self._open_model)
        self.choices.changed.connect(self._settings_changed)
        self.sidebar_button.clicked.connect(self._toggle_sidebar)
        self.settings_button.clicked.connect(self._settings)
        desk.leaving.connect(self._keep_draft)
        desk.shown.connect(self._show_session)
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
            "settings": self._settings,
            "shortcuts": lambda: ShortcutSheet(self).exec(),
            "close": self.close,
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
        self._open_chosen_model()
        self.reader.prepare()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop, wait for the threads, then the database: what was asked and answered is kept."""
        self._keep_draft()
        self.place.keep(
            geometry=self.saveGeometry(),
            splitter=self.splitter.saveState(),
            sidebar=not self.sidebar.isHidden() or self._narrow,
        )
        self.hide()
        self.host.close(CLOSE_SECONDS)
        self.desk.close()
        self.reader.close()
        self.history.close()
        self._collector.stop()
        super().closeEvent(event)

    def say(self, error: Exception) -> None:
        """What went wrong, above the conversation."""
        self.errors.say(error)

    # The conversation on the screen.

    def _show_session(self) -> None:
        session, transcript = self.desk.current, self.transcript
        if self._wired is not None:
            for signal, slot in self._wires(self._wired):
                signal.disconnect(slot)
        for signal, slot in self._wires(session):
            signal.connect(slot)
        self._wired = session
        transcript.show_entries(session.entries())
        self.composer.set_text(session.draft)
        self.attaching.refresh()
        self._session_changed()
        self.composer.input.setFocus()

    def _wires(self, session: ChatSession) -> tuple[tuple[Any, Callable[..., object]], ...]:
        transcript = self.transcript
        return (
            (session.appended, transcript.append),
            (session.replaced, transcript.replace_last),
            (session.truncated, transcript.truncate),
            (session.heard, transcript.hear),
            (session.finished, transcript.finish),
            (session.picture_said, self.attaching.hear),
            (session.changed, self._session_changed),
        )

    def _session_changed(self) -> None:
        session = self.desk.current
        queued = [turn.message.text for turn in session.queued]
        self.composer.show_state(session.condition == "answering", session.editing, queued)
        self.sidebar.select(session.conversation_id)
        self.setWindowTitle(f"{session.title} – Fanlight" if session.title else "Fanlight")

    def _send(self, text: str) -> None:
        attachments = self.composer.chips.attachments
        self._draft_soon.stop()
        self.composer.clear()
        self._draft_soon.stop()
        self.desk.current.send(text, attachments)
        self._keep_draft()

    def _edit_last(self) -> None:
        turn = self.desk.current.edit()
        if turn is not None:
            self._compose(turn.message.text)
            self.desk.current.attach(turn.attachments)
            self.attaching.refresh()

    def _leave_edit(self) -> None:
        self.composer.clear()
        self.desk.current.attach(())
        self.desk.current.leave_edit()

    def _unqueue(self, index: int) -> None:
        turn = self.desk.current.unqueue(index)
        if not self.composer.text and not self.composer.chips.chips:
            self._compose(turn.message.text)
            self.desk.current.attach(turn.attachments)
            self.attaching.refresh()

    def _compose(self, text: str) -> None:
        self.composer.set_text(text)
        self.composer.input.setFocus()

    def _example(self, text: str) -> None:
        if not self.composer.chips.chips:
            self.attaching.files([self._parts.sample])
        self._compose(text)

    def _keep_draft(self) -> None:
        self._draft_soon.stop()
        session, text = self.desk.current, self.composer.text
        if session.draft != text or not text:
            session.set_draft(text)
        if session.conversation_id is None:
            self.place.keep(draft=text if self.choices.now.keep_history else "")

    def _copy_answer(self) -> None:
        if text := self.desk.current.last_answer:
            QGuiApplication.clipboard().setText(text)
            announce(self, "Answer copied")

    def _pasted(self, mime: QMimeData) -> None:
        if not self.attaching.take(mime):
            self.composer.input.insert_text(mime)

    def _dropped(self, mime: QMimeData) -> None:
        self.activateWindow()
        self.composer.input.setFocus()
        self._pasted(mime)

    def _follow_link(self, address: QUrl) -> None:
        ask_to_open(address, self)

    # Conversations.

    def _list(self) -> None:
        self.sidebar.show_rows(self.history.rows)
        self.sidebar.select(self.desk.current.conversation_id)

    def _new(self) -> None:
        self.desk.new()
        self.composer.input.setFocus()

    def _delete(self, conversation_id: int) -> None:
        title = self.sidebar.title(conversation_id)
        self.desk.delete(conversation_id)
        self.offers.offer(
            f"“{title}” is deleted.", "Undo", lambda: self.desk.restore(conversation_id), seconds=UNDO_SECONDS
        )

    # The model and the settings.

    def _choose_model(self, spec: ModelSpec) -> None:
        self.choices.choose(model=spec.name)
        self.host.open(spec)

    def _open_chosen_model(self) -> None:
        """The one used last; the practice model where that is gone."""
        try:
            self.host.open(self._parts.find_model(self.choices.now.model))
        except FanlightError as error:
            self.say(error)
            if others := self._parts.models():
                self.host.open(others[0])

    def _open_model(self) -> None:
        open_model(self, self.reader, self._parts.add_model, self._choose_model, self.say)

    def _host_changed(self) -> None:
        self.attaching.refresh()

    def _settings(self) -> None:
        SettingsDialog(self.choices, self).exec()

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
            self.resize(1080, 760)
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
