"""A quick panel on an engine without a model, with a text reader that is told what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image as Pillow
from PIL import ImageDraw
from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QGuiApplication, QImage, QWindow

from fanlight import paths
from fanlight.core.capture.captures import Capture, CapturePlace
from fanlight.core.capture.controller import CaptureController, PickRegion
from fanlight.core.capture.questions import prepare_text
from fanlight.core.capture.session import CaptureSession
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.panel.quick_actions import QuickActions
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.shutdown import shutdown
from fanlight.desktop.capture import Box, CaptureBackend, CapturedImage, ScreenImage, WindowBox
from fanlight.desktop.capture.frame import ClearingRegions
from fanlight.desktop.capture.taking import ScreenGrabber
from fanlight.desktop.hotkeys.key_release import KeyReleaseGuard
from fanlight.domain.desktop_errors import CaptureError
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.domain.ports import Engine
from fanlight.settings import Settings
from fanlight.ui import theme
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.view import CaptureView
from fanlight.ui.panel.panel import QuickPanel
from support.windows import SPEC

if TYPE_CHECKING:
    from fanlight.domain.models import ModelSpec
    from fanlight.domain.reading import TextLine


class Token:
    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class FakeTexts:
    """Reads what it was told to, after some milliseconds; None: never."""

    def __init__(self, result: tuple[TextLine, ...] | FanlightError = (), after_ms: int | None = 0) -> None:
        self.result, self.after_ms = result, after_ms
        self.prepared = 0
        self.read_images: list[Image] = []
        self.tokens: list[Token] = []

    def prepare(self) -> None:
        self.prepared += 1

    def read(self, image: Image, then: Callable[[tuple[TextLine, ...] | FanlightError], None]) -> Token:
        self.read_images.append(image)
        self.tokens.append(token := Token())
        if self.after_ms is not None:
            QTimer.singleShot(self.after_ms, lambda: None if token.stopped else then(self.result))
        return token


class FakeScreens:
    """A way of capturing that pictures what it is told; `fails` is raised instead."""

    name = "told"
    needs = "Nothing."

    def __init__(self) -> None:
        self.fails: CaptureError | None = None
        self.grabs = 0
        self.away = 0
        self.image = shapes(800, 800)

    def is_available(self) -> bool:
        return True

    def prepare(self) -> None:
        pass

    def grab_screens(self) -> list[ScreenImage]:
        self.grabs += 1
        if self.fails is not None:
            raise self.fails
        screen = QGuiApplication.primaryScreen()
        return [ScreenImage(screen.name(), screen.geometry(), screen.devicePixelRatio(), self.image)]

    def list_windows(self) -> list[WindowBox]:
        return []

    def hide_own_windows(self, own: Sequence[QWindow]) -> ClearingRegions:
        self.away += len(own)
        return ClearingRegions()

    def restore_own_windows(self, *, activate: bool) -> None:
        self.away = 0


def place(rect: QRect) -> CapturePlace:
    """Where a capture was, without an overlay."""
    box = Box(rect.x(), rect.y(), rect.width(), rect.height())
    return CapturePlace(QGuiApplication.primaryScreen().name(), box, box, box)


def shapes(width: int = 400, height: int = 300) -> QImage:
    """A red circle and a blue square on white."""
    drawn = Pillow.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((width // 8, height // 4, width * 3 // 8, height // 4 + width // 4), fill=(220, 30, 30))
    pen.rectangle((width * 5 // 8, height // 4, width * 7 // 8, height // 4 + width // 4), fill=(30, 80, 220))
    data = drawn.tobytes()
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).convertToFormat(
        QImage.Format.Format_RGB32
    )


class PanelRoom:
    """What panels stand on, without a window."""

    def __init__(
        self, home: Path, engine: Engine | Callable[[ModelSpec], Engine], settings: Settings,
        texts: FakeTexts | None = None,
    ) -> None:  # fmt: skip
        home.mkdir(parents=True, exist_ok=True)
        self.home, self.texts = home, texts
        self.settings_store = SettingsStore(settings, home / "settings.json")
        load = engine if callable(engine) else lambda spec: engine
        self.host = ModelHost(lambda spec, *_: load(spec), self.settings_store)
        self.file_worker = FileWorker()
        self.actions = QuickActions(paths.resources() / "actions.toml", home / "actions.toml")
        self.panels: list[QuickPanel] = []

    def load(self, spec: ModelSpec = SPEC) -> None:
        self.host.open(spec)

    def dress(self) -> None:
        from PySide6.QtWidgets import QApplication

        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, theme.current(self.settings_store.now.theme), self.settings_store.now.text_size)

    def panel(self, image: QImage | None = None, rect: QRect | None = None, action: str = "") -> QuickPanel:
        image = shapes() if image is None else image
        where = place(rect or QRect(60, 80, image.width(), image.height()))
        session = self.session(Capture(CapturedImage(image), where))
        panel = QuickPanel(session, self.settings_store)
        self.panels.append(panel)
        session.start()
        panel.open()
        session.begin(self.actions.find(action))
        return panel

    def session(self, capture: Capture) -> CaptureSession:
        return CaptureSession(capture, self.host, self.settings_store, self.file_worker, self.actions, self.texts)

    def close(self) -> None:
        for panel in self.panels:
            try:
                panel.session.forget()
            except RuntimeError:
                continue  # it has gone by itself
        assert shutdown([self.host.worker], 5)
        self.file_worker.close()
        assert self.file_worker.join(5)


class CaptureRig:
    """A controller over told screens, or a desktop that picks, with all its windows."""

    def __init__(
        self, room: PanelRoom, backend: CaptureBackend | None = None, pick_region: PickRegion | None = None
    ) -> None:
        self.parent = QObject()
        guard = KeyReleaseGuard(self.parent)
        self.controller = CaptureController(
            room.actions,
            room.settings_store,
            room.session,
            lambda: Overlays(self.parent, guard),
            ScreenGrabber(backend, self.parent) if backend is not None else None,
            pick_region,
            lambda action: prepare_text(room.texts, room.host, room.settings_store, action),
            self.parent,
        )
        self.view = CaptureView(self.controller, room.settings_store, guard, self.parent)

    def close(self) -> None:
        self.controller.close()
        self.view.close()


Enter = Callable[..., PanelRoom]
"""The fixture `enter_panels`."""
