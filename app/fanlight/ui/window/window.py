"""The window: conversations on the left, the conversation, and the composer below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QVBoxLayout, QWidget

from fanlight.core.chat.attachment_reader import import_picture_library
from fanlight.core.chat.history import History
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.remote_commands import ActivationRequest, RemoteCommands
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.core.work.garbage import GarbageCollector
from fanlight.core.work.reader import Reader
from fanlight.core.work.text_reading import TextReading
from fanlight.ui.app_deps import AppDeps
from fanlight.ui.appearance import Appearance
from fanlight.ui.composer.attaching import AttachmentLoader
from fanlight.ui.composer.composer import Composer
from fanlight.ui.models.opening import ModelOpener
from fanlight.ui.settings.dialog import SettingsDialog
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.drops import DropArea
from fanlight.ui.widgets.front import bring_to_front
from fanlight.ui.widgets.shortcuts import KEYS, add_actions
from fanlight.ui.window.chat_controller import ChatController
from fanlight.ui.window.conversations import Conversations
from fanlight.ui.window.header import HeaderBar
from fanlight.ui.window.leaving import ask_to_open, ask_to_quit
from fanlight.ui.window.panes import Panes
from fanlight.ui.window.shortcut_sheet import ShortcutSheet
from fanlight.ui.window.sidebar import Sidebar
from fanlight.ui.window.welcome import Welcome
from fanlight.ui.wiring.wiring import Wiring

if TYPE_CHECKING:
    from fanlight.core.dictation.speech_output import SpeechOutput
    from fanlight.ui.wiring.capture import CaptureFeature
    from fanlight.ui.wiring.dictation import Dictation

CLOSE_SECONDS = 5.0


class Window(QMainWindow):
    closed = Signal()
    """And all that it owned with it."""

    def __init__(self, parts: AppDeps) -> None:
        super().__init__()
        self.setWindowTitle("Fanlight")
        self._parts = parts
        self.place = WindowState(parts.place_file)
        self.settings_store = SettingsStore(parts.settings, parts.settings_file)
        self.appearance = Appearance(self.settings_store, self)
        self.host = ModelHost(parts.load, self.settings_store, self)
        self.remote = RemoteCommands(self.host, self)
        self.history = History(self)
        self.reader = Reader(self)
        self.texts = TextReading(parts.load_reader, self)
        self.session_manager = SessionManager(self.host, self.history, self.settings_store, self.reader)
        self.services = Wiring(self, parts)
        self._collector = GarbageCollector(self, lambda: self.session_manager.busy)
        self._started = self._told_to_go = False
        self._build()
        self._connect()
        self._obey()
        self._dress()
        self._restore_place()
        self._stage.show_session()

    # What it is made of.

    def _build(self) -> None:
        parts = self._parts
        self.sidebar, self.transcript, self.composer = Sidebar(), Transcript(), Composer()
        self.transcript.setAccessibleName("Conversation")
        self.welcome = Welcome(parts.sample)
        self.transcript.set_welcome(self.welcome)
        self.errors, self.offers = Banner("error"), Banner("notice")
        self.attaching = AttachmentLoader(
            self.composer, self.session_manager, self.host, self.reader, lambda: self.settings_store.now.picture_side
        )
        self._stage = ChatController(
            self.session_manager, self.composer, self.transcript, self.attaching, self.place, self.settings_store
        )
        self._opening = ModelOpener(parts, self.host, self.settings_store, self.reader, self)
        self.header = HeaderBar(self.host, self._opening.models)
        self.model_menu = self.header.model_menu
        self._conversations = Conversations(
            self.sidebar,
            self.header,
            self.offers,
            self.session_manager,
            self.history,
            self.settings_store,
            parts.open_store,
        )
        self._panes = Panes(self.sidebar, self._page())
        self.setCentralWidget(self._panes)
        self.setMinimumSize(420, 360)
        self._drop_area = DropArea(self, self._dropped)

    def _page(self) -> QWidget:
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
        return page

    def _connect(self) -> None:
        composer, transcript = self.composer, self.transcript
        for source in (
            self.settings_store,
            self.history,
            self.host,
            self.session_manager,
            self.attaching,
            self._opening,
        ):
            signal = source.failed if isinstance(source, ModelHost) else source.problem
            signal.connect(self.say)
        self.sidebar.new.connect(self._new)
        self._stage.changed.connect(self._conversations.show_current)
        self._stage.changed.connect(self._show_title)
        self.appearance.changed.connect(self._dress)
        composer.attach.connect(lambda: self.attaching.pick(self))
        self.attaching.recorded.connect(lambda files: self.services.recordings.take(files))
        transcript.copied.connect(lambda _: announce(self, "Copied"))
        transcript.link_requested.connect(lambda address: ask_to_open(address, self))
        self.welcome.picture.connect(lambda path: self.attaching.files([path]))
        self.welcome.example.connect(lambda text: self._stage.ask_about(self._parts.sample, text))
        self.history.recovered.connect(self.errors.unsay)
        self.host.changed.connect(self.attaching.refresh)
        self.model_menu.chosen.connect(self._opening.choose)
        self.model_menu.open_file.connect(self._opening.pick)
        self.header.sidebar.connect(self._panes.toggle)
        self.header.settings.connect(self._open_settings)

    def _obey(self) -> None:
        """Keys, and what other starts and the command line want."""
        does = {
            "new": self._new,
            "previous": lambda: self.session_manager.step(-1),
            "next": lambda: self.session_manager.step(1),
            "sidebar": self._panes.toggle,
            "focus": self.composer.input.setFocus,
            "attach": lambda: self.attaching.pick(self),
            "transcribe": lambda: self.services.recordings.open(),
            "copy_answer": self._stage.copy_answer,
            "settings": self._open_settings,
            "shortcuts": lambda: self._ask(ShortcutSheet(self)),
            "close": self.close,
            "quit": self.quit,
        }
        add_actions(self, KEYS, does)
        self.remote.show_wanted.connect(self.come_forward)
        self.remote.hide_wanted.connect(self.hide)
        self.remote.quit_wanted.connect(self.quit)
        self.remote.served.connect(lambda: self.session_manager.current.warm())

    @property
    def quick(self) -> CaptureFeature:
        return self.services.quick

    @property
    def voice(self) -> Dictation:
        return self.services.voice

    @property
    def speaking(self) -> SpeechOutput | None:
        return self.services.speaking

    # From the first paint to the last.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self.start)

    def start(self) -> None:
        """What can wait until the window is on the screen: the database, the model, the picture library."""
        self._started = True
        self._conversations.open()
        self._opening.open_last()
        self.reader.call(import_picture_library, lambda _: None)
        self.services.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that nobody else wanted stops the answer, wherever the focus is."""
        if event.key() == Qt.Key.Key_Escape and self.session_manager.current.condition == "answering":
            self.session_manager.current.stop()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop, wait for the threads, then the database: what was asked and answered is kept. Where there is no room
        for it, the user is asked first. Where the tray keeps Fanlight, the window only hides."""
        if not self._told_to_go and self.services.keep(event):
            return
        if self.history.full and not self._told_to_go and not ask_to_quit(self.history.full, self):
            event.ignore()
            return
        self._stage.keep_draft()
        self.place.keep(geometry=self.saveGeometry(), **self._panes.state())
        self.hide()
        self.services.close(CLOSE_SECONDS)
        self.host.close(CLOSE_SECONDS)
        self.texts.close(CLOSE_SECONDS)
        self.session_manager.close()
        self.reader.close()
        self.history.close()
        self._collector.stop()
        super().closeEvent(event)
        self.closed.emit()

    def quit(self) -> None:
        """Close, and end, whatever the tray could keep."""
        self.services.leave()
        self.close()

    def go(self) -> None:
        """Close without a question: after a signal nobody may be there to answer."""
        self._told_to_go = True
        self.close()

    def come_forward(self, summons: ActivationRequest | None = None) -> None:
        """In front of all others, shown if it was hidden."""
        bring_to_front(self, summons or ActivationRequest())

    def say(self, error: Exception) -> None:
        """What went wrong, above the conversation."""
        self.errors.say(error)

    # What it does.

    def _show_title(self) -> None:
        title = self.session_manager.current.title
        self.setWindowTitle(f"{title} – Fanlight" if title else "Fanlight")

    def _dropped(self, mime: QMimeData) -> None:
        self.activateWindow()
        self.composer.input.setFocus()
        self._stage.take(mime)

    def _new(self) -> None:
        self.session_manager.new()
        self.composer.input.setFocus()

    def _open_settings(self) -> None:
        self._ask(SettingsDialog(self.settings_store, self, self.services.sections()))

    def _ask(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exec()

    def _dress(self) -> None:
        self.transcript.set_theme(self.appearance.theme, self.appearance.text_size)

    def _restore_place(self) -> None:
        if not self.restoreGeometry(self.place.data("geometry")):
            room = self.screen().availableSize()
            self.resize(min(1080, room.width() * 9 // 10), min(760, room.height() * 9 // 10))
        self._panes.restore(self.place)
        self.session_manager.current.draft = self.place.text("draft") if self.settings_store.now.keep_history else ""
