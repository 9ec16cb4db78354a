"""The window with all that is wired to it, at hand for a test: the one place where a window is picked from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fanlight.core.app import Application
from fanlight.core.app_deps import AppDeps
from fanlight.ui.appearance import Appearance
from fanlight.ui.window.window import Window
from fanlight.ui.wiring.features import Features
from fanlight.ui.wiring.wiring import Wiring

if TYPE_CHECKING:
    from fanlight.core.chat.history import History
    from fanlight.core.chat.model_host import ModelHost
    from fanlight.core.chat.session_manager import SessionManager
    from fanlight.core.ocr.ocr_worker import OcrWorker
    from fanlight.core.remote_commands import RemoteCommands
    from fanlight.core.settings_store import SettingsStore


class WholeWindow(Window):
    services: Wiring

    def __init__(self, deps: AppDeps) -> None:
        core = Application(deps)
        self._show(core, Appearance(core.settings_store, core))
        self.services = Wiring(core, self._appearance, lambda: self)
        core.setParent(self)

    def _show(self, core: Application, appearance: Appearance) -> None:
        super().__init__(core, appearance)

    @classmethod
    def wired(cls, core: Application, appearance: Appearance, _make_window: Callable[[], Window]) -> Wiring:
        """In place of `application.Wiring`: a program around a window of this class."""
        window = cls.__new__(cls)
        window._show(core, appearance)
        window.services = Wiring(core, appearance, lambda: window)
        return window.services

    @property
    def features(self) -> Features:
        return self.services.features

    @property
    def core(self) -> Application:
        return self._core

    @property
    def settings_store(self) -> SettingsStore:
        return self._core.settings_store

    @property
    def session_manager(self) -> SessionManager:
        return self._core.session_manager

    @property
    def host(self) -> ModelHost:
        return self._core.host

    @property
    def history(self) -> History:
        return self._core.history

    @property
    def remote(self) -> RemoteCommands:
        return self._core.remote

    @property
    def texts(self) -> OcrWorker:
        return self._core.texts
