"""Fanlight's real window and its quick panels, watched from inside: when a panel is painted, and its first words."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from bench import models
from bench.heartbeat import run_for, wait_until
from fanlight import paths
from fanlight.core.remote_commands import CaptureRequest
from fanlight.domain.models import ModelSpec
from fanlight.domain.ports import Engine
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui.capture.overlay_window import OverlayWindow
from fanlight.ui.panel.panel import QuickPanel
from fanlight.ui.transcript.body import MessageBody
from support.whole_window import WholeWindow
from support.windows import parts

_REGION = (0, 0, 1600, 900)
_SETTLE_SECONDS = 4.0
_SETTINGS = Settings(shot_hotkey_on=False, read_text_in_captures=False)


class Panels(QObject):
    """A context manager; the practice model answers, unless there is an `engine`."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._application = QApplication.instance() or QApplication([])
        super().__init__()
        self._engine = engine
        spec = models.practice() if engine is None else ModelSpec.of_files("scripted", paths.home(), paths.home())
        self._window = WholeWindow(
            replace(
                parts(paths.home()), settings=_SETTINGS, models=lambda: [spec],
                find_model=lambda name: spec, load=lambda spec, *_: engine or models.load(spec),
            )
        )  # fmt: skip
        self._shown = self._said = 0.0

    def __enter__(self) -> Panels:
        self._window.show()
        wait_until(lambda: self._window.host.condition == "ready", 60, "the model")
        run_for(_SETTLE_SECONDS)  # what is made ready while nobody waits
        self._window.hide()
        self._application.installEventFilter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._application.removeEventFilter(self)
        self._window.close()

    def freeze(self) -> None:
        self._window.features.captures.controller.press_key()
        wait_until(lambda: any(isinstance(w, OverlayWindow) and w.isVisible() for w in QApplication.topLevelWidgets()),
                   10, "the overlay")  # fmt: skip
        run_for(0.3)

    def look(self) -> None:
        """From now on. What the hand has done so far has arrived."""
        run_for(0.3)
        self._shown = self._said = 0.0

    def seen(self) -> tuple[float, float]:
        """When the panel and its first words were painted, by `perf_counter`."""
        wait_until(lambda: self._said > 0, 60, "the first token")
        return self._shown, self._said

    def capture(self, forgotten: bool) -> None:
        """A whole capture with its answer; the panel before it has given way."""
        captures = self._window.features.captures
        controller, view = captures.controller, captures.view
        before = tuple(view.panels)
        controller.start_capture(CaptureRequest(region=_REGION))
        wait_until(lambda: controller.state == "idle" and tuple(view.panels) != before, 60, "the panel")
        panel = view.panels[-1]
        wait_until(lambda: bool(panel.conversation.turns) and panel.conversation.condition == "idle", 60, "the answer")
        if forgotten:
            panel.session.forget()
        if isinstance(self._engine, ScriptedEngine):  # it keeps all that it was asked
            self._engine.asked.clear()
            self._engine.prefilled.clear()
        run_for(0.01)

    def forget(self) -> None:
        for panel in tuple(self._window.features.captures.view.panels):
            wait_until(lambda panel=panel: panel.conversation.condition == "idle", 60, "the answer's end")  # type: ignore[misc]
            panel.session.forget()
        run_for(0.2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            if isinstance(watched, QuickPanel) and not self._shown:
                QTimer.singleShot(0, self._note_panel)  # once it is painted
            elif (
                not self._said
                and isinstance(body := watched.parent(), MessageBody)
                and isinstance(body.window(), QuickPanel)
            ):
                QTimer.singleShot(0, self._note_words)
        return False

    def _note_panel(self) -> None:
        self._shown = self._shown or perf_counter()

    def _note_words(self) -> None:
        self._said = self._said or perf_counter()
