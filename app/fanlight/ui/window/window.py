"""The window: conversations on the left, the conversation, and the composer below it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from fanlight.core.app import Application
from fanlight.core.remote_commands import ActivationRequest
from fanlight.core.transcription.quote import Quotation
from fanlight.desktop import scanners
from fanlight.i18n import _
from fanlight.ui.appearance import Appearance
from fanlight.ui.composer.attaching import FilePicker
from fanlight.ui.composer.composer import Composer
from fanlight.ui.controls import recolour
from fanlight.ui.models.fetch_line import FetchLine
from fanlight.ui.models.server_line import ServerLine
from fanlight.ui.plain_text import plain_title
from fanlight.ui.transcript.transcript import Transcript
from fanlight.ui.widgets.banner import Banner, announce
from fanlight.ui.widgets.drops import DropArea
from fanlight.ui.widgets.form import give_room
from fanlight.ui.widgets.front import bring_to_front
from fanlight.ui.widgets.shortcuts import KEYS, add_actions
from fanlight.ui.window.archiving import Archiving
from fanlight.ui.window.chat_controller import ChatController
from fanlight.ui.window.chip_menu import ChipMenu
from fanlight.ui.window.conversations import Conversations
from fanlight.ui.window.dialogs import show_help, show_shortcuts
from fanlight.ui.window.error_banner import ErrorBanner
from fanlight.ui.window.error_control import ErrorControl
from fanlight.ui.window.header import HeaderBar
from fanlight.ui.window.leaving import ask_to_quit
from fanlight.ui.window.model_controls import ModelControls
from fanlight.ui.window.noting import Noting
from fanlight.ui.window.page_viewing import PageViewing
from fanlight.ui.window.panes import Panes
from fanlight.ui.window.picture_viewing import PictureViewing
from fanlight.ui.window.searching import Searching
from fanlight.ui.window.sidebar import Sidebar
from fanlight.ui.window.text_offer import TextOffer
from fanlight.ui.window.thinking import ThinkingControl
from fanlight.ui.window.welcome import Welcome
from fanlight.video import cameras

_READS_DROPS = "fanlight.desktop.mime"
"""Imported before the first drag comes."""


class Window(QMainWindow):
    """Shows `core` and forwards what the user does. It owns only widgets and can be deleted (`discard`) while the
    application goes on."""

    painted = Signal()
    """For the first time, or `start` was called."""
    closed = Signal()
    """For good: neither hidden nor discarded."""
    settings_requested = Signal()
    transcription_requested = Signal()
    captions_toggled = Signal()
    """By its shortcut, without a file."""
    models_requested = Signal()
    values_requested = Signal(object)
    """To be read by a schema: a PageSubject, or None for one that is chosen there."""
    pictures_requested = Signal()
    """To be asked about, a folder of them."""
    recordings_dropped = Signal(object)
    """Paths of sound and video files."""

    def __init__(self, core: Application, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("Fanlight")
        self._core, self._appearance = core, appearance
        self.may_close: Callable[[], bool] = lambda: True
        """Called before the window closes, unless it must close; may hide the window and return False."""
        self._started = self._must_close = self._quitting = False
        self._build()
        self._connect()
        self._add_shortcuts()
        self._apply_theme()
        self._restore_place()
        self._chat.show_conversation()

    # Widgets, signals and shortcuts.

    def _build(self) -> None:
        core = self._core
        self.sidebar, self.transcript, self.composer = Sidebar(), Transcript(), Composer()
        self.transcript.set_typesetter(core.formulas)
        self.transcript.preloader.work_elsewhere(core.file_worker.call, [partial(import_module, _READS_DROPS)])
        self.welcome = Welcome(core.deps.sample, core.host)
        self.transcript.set_welcome(self.welcome)
        self.errors, self.offers = ErrorBanner(), Banner("notice")
        self.fetch_line, self.server_line = FetchLine(core.downloads), ServerLine(core.host)
        self._file_picker = FilePicker()
        self._chat = ChatController(
            core.session_manager,
            core.attachment_loader,
            core.window_state,
            core.settings_store,
            self.composer,
            self.transcript,
            core.dragged_files,
        )
        self.header = HeaderBar(core.host, core.models.known)
        self.model_menu = self.header.model_menu
        self._error_control = ErrorControl(core, self.errors, self.header, self._chat)
        self._model_controls = ModelControls(core, self.header, self.offers, self)
        self._thinking = ThinkingControl(self.composer.thinking_menu, core.host, core.settings_store)
        self._text_offer = TextOffer(core.attachment_loader, core.picture_texts, core.host, self.offers)
        self.archiving = Archiving(self, core, self.sidebar, self.offers)
        self.noting = Noting(self, core, self.header, self._appearance)
        self._conversations = Conversations(
            self.sidebar, self.header, self.offers, core.session_manager, core.listing, core.history,
            self.archiving.exporting,
        )  # fmt: skip
        self.page_viewing = PageViewing(self, core, self.transcript, self.composer.chips)
        self.picture_viewing = PictureViewing(self, core, self.transcript, self.composer)
        self._chip_menu = ChipMenu(core, self.composer.chips, self.picture_viewing.show_seen)
        self.page_viewing.enlarge_wanted.connect(self.picture_viewing.show_originals)
        self.page_viewing.values_wanted.connect(self.values_requested)
        self.searching = Searching(self, self.transcript, self._chat, core, self.page_viewing)
        self.searching.palette.commands.offer(
            (_("Read Values from a Picture or a Page…"), lambda: self.values_requested.emit(None)),
            (_("Many Pictures…"), self.pictures_requested.emit),
        )
        self._panes = Panes(self.sidebar, self._page())
        self.setCentralWidget(self._panes)
        self.setMinimumSize(420, 360)
        self._drop_area = DropArea(self, self._chat.expect_drop, self._chat.attach_dropped)

    def _page(self) -> QWidget:
        below = QVBoxLayout()
        below.setContentsMargins(16, 4, 16, 14)
        below.addWidget(self.noting.line)
        below.addWidget(self.composer)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        lines = (self.errors, self.offers, self.fetch_line, self.server_line)
        for widget in (self.header, *lines, self.searching.find_bar):
            column.addWidget(widget)
        column.addWidget(self.transcript, 1)
        column.addLayout(below)
        return page

    def _connect(self) -> None:
        """To bound methods only where `core` outlives the window: Qt disconnects those when the window is deleted."""
        core, composer, transcript = self._core, self.composer, self.transcript
        self._appearance.changed.connect(self._on_appearance_changed)
        core.downloads.active_changed.connect(self._show_connection)
        core.host.changed.connect(self._show_connection)
        self._show_connection()
        core.attachment_loader.recordings_found.connect(self.recordings_dropped)
        self.sidebar.new.connect(self._new_conversation)
        self.sidebar.new_private.connect(self._new_private_conversation)
        self.sidebar.entered.connect(self.composer.input.setFocus)
        self._chat.changed.connect(self._conversations.show_current)
        self._chat.changed.connect(self._show_title)
        self.searching.find_bar.closed.connect(composer.input.setFocus)
        self.sidebar.search.connect(self.searching.palette.open)
        composer.attach.connect(self._pick_files)
        composer.scan_wanted.connect(self._open_scan_dialog)
        composer.camera_wanted.connect(self._open_camera_dialog)
        self._offer_devices()
        composer.values_wanted.connect(lambda: self.values_requested.emit(None))
        composer.many_pictures_wanted.connect(self.pictures_requested)
        composer.text_changed.connect(core.note_use)
        self._chat.changed.connect(core.note_use)
        transcript.copied.connect(lambda _text: announce(self, _("Copied")))
        self.welcome.picture.connect(lambda path: core.attachment_loader.load_files([path]))
        self.welcome.example.connect(self._ask_example)
        self.welcome.text_example.connect(self._chat.write)
        self.welcome.open_model.connect(self.models_requested)
        core.host.changed.connect(self._use_model)
        self._use_model()
        self._model_controls.models_requested.connect(self.models_requested)
        self.fetch_line.models_requested.connect(self.models_requested)
        self.header.sidebar.connect(self._panes.toggle)
        self.header.settings.connect(self.settings_requested)
        core.last_conversation.may_open = lambda: self.isVisible() and not self.composer.text

    def _add_shortcuts(self) -> None:
        does = {
            "new": self._new_conversation,
            "new_private": self._new_private_conversation,
            "previous": lambda: self._conversations.step(-1),
            "next": lambda: self._conversations.step(1),
            **self._chat.actions(),
            **self.searching.actions(),
            "export": self._conversations.export_current,
            "tags": self._conversations.tag_current,
            "archive": self._conversations.archive_current,
            "sidebar": self._panes.toggle,
            "focus": self.composer.input.setFocus,
            "attach": self._pick_files,
            "transcribe": self.transcription_requested.emit,
            "captions": self.captions_toggled.emit,
            "models": self.models_requested.emit,
            "settings": self.settings_requested.emit,
            "shortcuts": lambda: show_shortcuts(self),
            "help": lambda: show_help(self),
            "close": self.close,
            "quit": self.quit,
        }
        add_actions(self, KEYS, does)

    # Showing and closing.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._started:
            self._started = True
            QTimer.singleShot(0, self, self.start)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._core.last_conversation.open()

    def start(self) -> None:
        """Emit `painted`: the window is on the screen, or is not going to be shown."""
        self._started = True
        self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape that no other widget wanted stops the answer, wherever the focus is."""
        current = self._core.session_manager.current
        if event.key() == Qt.Key.Key_Escape and current.condition == "answering":
            self._chat.interrupt()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Where what is on the screen could not be saved, the user is asked first."""
        unsaved = self._core.history.unsaved
        if not self._must_close and (
            (not self._quitting and not self.may_close()) or (unsaved and not ask_to_quit(unsaved, self))
        ):
            event.ignore()
            return
        self._keep_place()
        self.hide()
        super().closeEvent(event)
        self.closed.emit()

    def quit(self) -> None:
        """Close for good, without calling `may_close`."""
        self._quitting = True
        self.close()
        self._quitting = False

    def close_unasked(self) -> None:
        """Close without a question, which might stay unanswered after a signal."""
        self._must_close = True
        self.close()

    def discard(self) -> None:
        """Delete this window; another one of the same application replaces it. The draft and the geometry are saved for
        it."""
        self._keep_place()
        self._chat.detach()
        self.hide()
        self.deleteLater()

    def bring_forward(self, request: ActivationRequest | None = None) -> None:
        """In front of all others, shown if it was hidden."""
        bring_to_front(self, request or ActivationRequest())

    # For other parts of the program.

    def show_problem(self, error: Exception) -> None:
        """Show it above the conversation."""
        self.errors.add_error(error)

    def quote(self, quotation: Quotation) -> None:
        """Insert the quotation above the text typed so far."""
        self.composer.set_text(f"{quotation.text}\n\n{self.composer.text}")
        self.bring_forward()
        self.composer.input.setFocus()
        if quotation.problem is not None:
            self.show_problem(quotation.problem)

    def _show_title(self) -> None:
        title = self._core.session_manager.current.title
        self.setWindowTitle(plain_title(_("{title} – Fanlight").format(title=title) if title else "Fanlight"))

    def _show_connection(self) -> None:
        self.sidebar.show_connection(self._core.downloads.running is not None, self.server_line.text.text())

    def _offer_devices(self) -> None:
        camera, scanner = cameras.is_available(), scanners.is_available()
        self.composer.offer_devices(camera=camera, scanner=scanner)
        commands = self.searching.palette.commands
        if camera:
            commands.offer((_("Take a Picture…"), self._open_camera_dialog))
        if scanner:
            commands.offer((_("Scan a Page…"), self._open_scan_dialog))

    def _open_camera_dialog(self) -> None:
        from fanlight.ui.window.camera_dialog import CameraDialog

        dialog = CameraDialog(self._core.file_worker, self._core.window_state, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.taken.connect(self._core.attachment_loader.load)
        dialog.open()

    def _open_scan_dialog(self) -> None:
        from fanlight.ui.window.scan_dialog import ScanDialog

        dialog = ScanDialog(self._core.file_worker, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.scanned.connect(self._core.attachment_loader.load)
        dialog.open()
        dialog.look()

    def _pick_files(self) -> None:
        self._core.attachment_loader.load_files(self._file_picker.pick(self), attaches_recordings=True)

    def _ask_example(self, question: str) -> None:
        text = question if self._core.host.english_only else _(question)
        self._chat.ask_about(self._core.deps.sample, text)

    def _use_model(self) -> None:
        self.composer.use_model(self._core.host)

    def _new_conversation(self) -> None:
        self._conversations.show_conversations()
        self._core.session_manager.new()
        self.composer.input.setFocus()

    def _new_private_conversation(self) -> None:
        self._conversations.show_conversations()
        self._core.session_manager.new_private()
        self.composer.input.setFocus()

    def _apply_theme(self) -> None:
        self.transcript.set_theme(self._appearance.theme, self._appearance.text_size)

    def _on_appearance_changed(self) -> None:
        self._apply_theme()
        recolour(self, self._appearance.theme)

    def _keep_place(self) -> None:
        self._chat.keep_draft()
        self.noting.close()
        self._core.window_state.keep(geometry=self.saveGeometry(), **self._panes.state())

    def _restore_place(self) -> None:
        state = self._core.window_state
        if not self.restoreGeometry(state.data("geometry")):
            give_room(self, 1080, 760)
        self._panes.restore(state)
