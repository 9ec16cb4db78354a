"""Captures of the screen, from the key to the panel and into the window: connects parts of core and their widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from fanlight.core.capture.capture_text import TextReaderPort
from fanlight.core.capture.captures import Capture
from fanlight.core.capture.controller import CaptureController
from fanlight.core.capture.hand_over import CaptureHandOver
from fanlight.core.capture.questions import prepare_text
from fanlight.core.capture.screen_translation import ScreenTranslation
from fanlight.core.capture.scrolling import ScrollingCapture
from fanlight.core.capture.session import CaptureSession
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.hotkey_bindings import CAPTURE_KEY, PANEL_KEY, SELECTION_KEY, HotkeyBindings
from fanlight.core.ocr.ocr_worker import PartReaderPort
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.remote_commands import CaptureRequest
from fanlight.core.selected_text.controller import SelectionController
from fanlight.core.selected_text.session import SelectionSession
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import Timeout
from fanlight.desktop import capture, selected_text
from fanlight.desktop.capture import CaptureBackend, CapturedImage, portal
from fanlight.desktop.capture.taking import ScreenGrabber
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.desktop.selected_text import SelectedText, SelectionAccess
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.view import CaptureView
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.wiring.capture_scrolling import CaptureScrolling, make_scrolling

if TYPE_CHECKING:
    from fanlight.domain.found_items import FoundItem
    from fanlight.ui.panel.session_panel import SessionPanel
    from fanlight.ui.wiring.capture_forms import CaptureForms
    from fanlight.ui.wiring.capture_viewing import CaptureViewing

PREPARE_MS = 1_200
THUMBNAIL_SIDE = 96


class CaptureTextsPort(TextReaderPort, PartReaderPort, Protocol):
    """What captures, and the frozen screen, need of `OcrWorker`."""


class CaptureFeature(QObject):
    """`hotkeys` and `bindings` are None before `start`."""

    problem = Signal(object)
    recovered = Signal(object)
    """A problem is over."""
    window_wanted = Signal()

    def __init__(
        self,
        home: Path,
        host: ModelHost,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        session_manager: SessionManager,
        texts: CaptureTextsPort | None,
        parent: QObject,
    ) -> None:
        """`home` is where the user's own actions are."""
        super().__init__(parent)
        self._host, self._settings_store, self._file_worker = host, settings_store, file_worker
        self._texts = texts
        self.actions = QuickActions.of(home, self)
        self.hotkeys: Hotkeys | None = None
        self.bindings: HotkeyBindings | None = None
        self._others: list[HotkeyBindings] = []
        """Of the other keys: selected text, and the panel."""
        backend = capture.pick()
        self._portal = portal.PortalCapture(self) if backend is None and portal.is_available() else None
        key_release = KeyReleaseGuard(self)
        self.controller = self._make_controller(backend, key_release)
        self.controller.scrolling_started.connect(self._show_scrolling)
        self.scrolling: CaptureScrolling | None = None
        self.view = CaptureView(self.controller, settings_store, key_release, self)
        self._hand_over = CaptureHandOver(session_manager, file_worker, settings_store, self)
        self._prepare_soon = Timeout(self, self._prepare, PREPARE_MS)
        self.selections = SelectionController(
            selected_text.pick().start(self), self._make_selection_session, session_manager, self
        )
        self.view.follow_selections(self.selections)
        self._connect_parts()
        self.viewing: CaptureViewing | None = None
        self.forms: CaptureForms | None = None

    def _make_controller(self, backend: CaptureBackend | None, key_release: KeyReleaseGuard) -> CaptureController:
        host, settings_store, texts, file_worker = self._host, self._settings_store, self._texts, self._file_worker
        return CaptureController(
            self.actions,
            settings_store,
            self._make_session,
            lambda: Overlays(
                self,
                key_release,
                texts,
                lambda: settings_store.now.text_on_frozen_screen,
                lambda: ScreenTranslation(host, settings_store),
            ),
            ScreenGrabber(backend, self) if backend is not None else None,
            self._portal.pick_region if self._portal is not None else None,
            lambda action: prepare_text(texts, host, settings_store, action),
            self,
            (lambda place: make_scrolling(place, backend, file_worker, self)) if backend is not None else None,
        )

    def _connect_parts(self) -> None:
        self.controller.redaction_wanted.connect(self._redact)
        self.controller.move_wanted.connect(self._hand_over.move_to_window)
        self._hand_over.finished.connect(self.window_wanted)
        self.view.window_wanted.connect(self.window_wanted)
        self.view.form_wanted.connect(self._open_form)
        self.view.panel_opened.connect(self._follow_panel)
        self.selections.moved_to_window.connect(self.window_wanted)
        for source in (self.actions, self.view, self._hand_over, self._portal):
            if source is not None:
                source.problem.connect(self.problem)

    def start(self) -> None:
        """When the window is painted, or the program has started without one: from now on the key works."""
        if self.hotkeys is None:
            self.hotkeys = Hotkeys(self)
            self.hotkeys.key_pressed.connect(self.controller.on_hotkey)
            self.hotkeys.key_pressed.connect(self.selections.on_hotkey)
            self.hotkeys.key_pressed.connect(self._on_panel_key)
            self.bindings = self._bind(self.hotkeys, CAPTURE_KEY)
            self._others = [self._bind(self.hotkeys, name) for name in (SELECTION_KEY, PANEL_KEY)]
            self.view.read_trigger = lambda: self.hotkeys.trigger(PANEL_KEY) if self.hotkeys else ""
        self._prepare_soon.start()

    def _bind(self, hotkeys: Hotkeys, name: str) -> HotkeyBindings:
        bindings = HotkeyBindings(self._settings_store, hotkeys, self, name)
        bindings.problem.connect(self.problem)
        bindings.recovered.connect(self.recovered)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(bindings.retry)
        bindings.start()
        return bindings

    def _on_panel_key(self, name: str) -> None:
        if name == PANEL_KEY:
            self.view.toggle_keyboard()

    def _redact(self, session: CaptureSession) -> None:
        self._viewing().draw_on(session)

    def _viewing(self) -> CaptureViewing:
        if self.viewing is None:
            from fanlight.ui.wiring.capture_viewing import CaptureViewing

            worker, texts = self._file_worker, self._texts
            self.viewing = CaptureViewing(self.controller, self.view, self._host, worker, texts, self)
        return self.viewing

    def _follow_panel(self, panel: SessionPanel) -> None:
        session = panel.session
        if isinstance(panel, QuickPanel) and isinstance(session, CaptureSession):
            panel.look_wanted.connect(lambda: self._viewing().look_at(session))
            panel.seen_wanted.connect(lambda: self._viewing().show_seen(session))
            panel.region_wanted.connect(lambda *wanted: self._viewing().use_region(session, *wanted))

    def _open_form(self, item: FoundItem, panel: SessionPanel | None) -> None:
        if self.forms is None:
            from fanlight.ui.wiring.capture_forms import CaptureForms

            self.forms = CaptureForms(self._host, self._settings_store, self._file_worker, self)
        self.forms.open(item, panel)

    def _show_scrolling(self, scrolling: ScrollingCapture) -> None:
        if self.hotkeys is None:
            self.start()
        if self.scrolling is None:
            assert self.hotkeys is not None
            self.scrolling = CaptureScrolling(self.controller, self.hotkeys, self)
        self.scrolling.begin(scrolling)

    def start_capture(self, request: CaptureRequest) -> None:
        self.controller.start_capture(request)

    @property
    def is_answering(self) -> bool:
        """Whether the model answers in a panel."""
        sessions = (*self.controller.sessions, *self.selections.sessions)
        return any(session.conversation.condition == "answering" for session in sessions)

    def captures(self) -> Sequence[tuple[str, QImage, int]]:
        """Of this run, newest first: title, thumbnail, and the number that `controller.reopen` takes."""
        return [(one.title, one.image.thumbnail(THUMBNAIL_SIDE), one.number) for one in self.controller.history.all]

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' parts about it, by their group; imported when the settings are opened."""
        from fanlight.ui.settings.actions_section import ActionsSection
        from fanlight.ui.settings.hotkeys import HotkeySections

        made: dict[str, Callable[[], QWidget]] = {
            "Captures": lambda: ActionsSection(self.actions, self._settings_store)
        }
        if self.bindings is not None:
            bindings = [self.bindings, *self._others]
            made["Shortcuts"] = lambda: HotkeySections(self._settings_store, bindings)
        return made

    def close(self) -> None:
        self._prepare_soon.cancel()
        self.controller.close()
        if self.scrolling is not None:
            self.scrolling.close()
        self.selections.close()
        if self.forms is not None:
            self.forms.close()
        self.view.close()
        if self.hotkeys is not None:
            self.hotkeys.close()
        if self._portal is not None:
            self._portal.close()

    def _make_session(self, taken: Capture) -> CaptureSession:
        return CaptureSession(taken, self._host, self._settings_store, self._file_worker, self.actions, self._texts)

    def _make_selection_session(self, selected: SelectedText, access: SelectionAccess) -> SelectionSession:
        return SelectionSession(selected, access, self._host, self._settings_store, self.actions)

    def _prepare(self) -> None:
        """Do what the first press and the first panel would wait for, once the program is idle."""
        self.controller.prepare()
        self.view.prepare(self._make_session(Capture(CapturedImage(QImage(1, 1, QImage.Format.Format_RGB32)))))
