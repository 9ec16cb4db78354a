"""All of "one key explains the screen", wired once: actions, gesture, panels, and the way into the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from fanlight.core.capture.panel_keys import KeyHolder
from fanlight.core.capture.questions import TextReaderPort
from fanlight.core.capture.quick_actions import QuickActions
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.hotkey_bindings import SHOT, HotkeyBindings
from fanlight.core.remote_commands import ShotRequest
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.throttle import Timeout
from fanlight.desktop import capture
from fanlight.desktop.capture import portal
from fanlight.desktop.hotkeys import Hotkeys
from fanlight.ui.capture.gesture import CaptureController
from fanlight.ui.capture.handover import PanelHandOver
from fanlight.ui.panel.panel import PanelDeps

WARM_MS = 1_200
THUMBNAIL_SIDE = 96


class CaptureFeature(QObject):
    problem = Signal(object)
    window_wanted = Signal()

    def __init__(
        self,
        home: Path,
        host: ModelHost,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        session_manager: SessionManager,
        parent: QObject,
    ) -> None:
        """`home` is where the user's own actions are."""
        super().__init__(parent)
        self.actions = QuickActions.of(home, self)
        self.means = PanelDeps(host, settings_store, file_worker, self.actions)
        backend = capture.pick()
        self._portal = portal.PortalCapture(self) if backend is None and portal.is_available() else None
        pick = self._portal.pick_region if self._portal is not None else None
        self.gesture = CaptureController(self.means, backend, pick, self)
        self._hand_over = PanelHandOver(session_manager, file_worker, settings_store, self)
        self.hotkeys: Hotkeys | None = None
        self.bindings: HotkeyBindings | None = None
        self._settings_store = settings_store
        self._warm = Timeout(self, self.gesture.warm, WARM_MS)
        self.gesture.continued.connect(self._hand_over.take)
        self._hand_over.done.connect(self.window_wanted)
        self.gesture.window_wanted.connect(self.window_wanted)
        for source in (self.actions, self.gesture, self._hand_over, self._portal):
            if source is not None:
                source.problem.connect(self.problem)

    def start(self) -> None:
        """When the window is painted, or the program has started without one: from now on the key is heard."""
        if self.hotkeys is None:
            self.hotkeys = Hotkeys(self)
            self.bindings = HotkeyBindings(self._settings_store, self.hotkeys, self)
            self.bindings.problem.connect(self.problem)
            self.use(keys=self.hotkeys)
            self.bindings.start()
        self._warm.start()

    def use(self, texts: TextReaderPort | None = None, keys: KeyHolder | None = None) -> None:
        """What reads text, and what hears keys from every program; panels opened from now on have them."""
        if texts is not None:
            self.means.texts = texts
        if keys is not None:
            self.means.holder = keys
            keys.key_pressed.connect(self._hear)

    def shot(self, request: ShotRequest) -> None:
        self.gesture.shot(request)

    def captures(self) -> Sequence[tuple[str, QImage, int]]:
        """Of this run, newest first: title, thumbnail, and the number that `gesture.reopen` takes."""
        return [(one.title, one.image.thumbnail(THUMBNAIL_SIDE), one.number) for one in self.gesture.captures.all]

    def sections(self) -> dict[str, Callable[[], QWidget]]:
        """The settings' parts about it, by their group; imported when the settings are opened."""
        from fanlight.ui.settings.actions_section import ActionsSection
        from fanlight.ui.settings.hotkeys import HotkeySection

        made: dict[str, Callable[[], QWidget]] = {
            "Captures": lambda: ActionsSection(self.actions, self._settings_store)
        }
        if (bindings := self.bindings) is not None:
            made["Shortcut"] = lambda: HotkeySection(self._settings_store, bindings)
        return made

    def close(self) -> None:
        self._warm.cancel()
        self.gesture.close()
        if self.hotkeys is not None:
            self.hotkeys.close()
        if self._portal is not None:
            self._portal.close()

    def _hear(self, name: str) -> None:
        if name == SHOT:
            self.gesture.shoot()
