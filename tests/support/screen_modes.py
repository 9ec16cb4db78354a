"""A frozen screen whose text is told, and hands that use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fanlight.core.ocr.ocr_worker import PartRead
from fanlight.desktop.capture import qt_screen
from fanlight.desktop.capture.frame import WindowBox
from fanlight.desktop.capture.geometry import Box
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox, TextLine
from fanlight.ui.capture.modes import MakeTranslation
from fanlight.ui.capture.overlay import Overlays
from fanlight.ui.capture.overlay_painter import OverlayScene
from fanlight.ui.capture.overlay_window import OverlayWindow


def _plain(image: QImage) -> QImage:
    """As large, and white: the tests before may have left windows."""
    plain = QImage(image)
    plain.fill(Qt.GlobalColor.white)
    return plain


class ScreenTexts:
    """Reads what it is given, when `tell` says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []
        self.stopped = 0
        self._heard: list[tuple[Callable[[PartRead], object], Callable[[FanlightError | None], object]]] = []

    def read_from(
        self,
        near: tuple[float, float],
        load_image: Callable[[], Image],
        on_part: Callable[[PartRead], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> ScreenTexts:
        assert load_image().width > 0
        self.asked.append(near)
        self._heard.append((on_part, on_done))
        return self

    def find_faces(
        self,
        load_image: Callable[[], Image],
        on_found: Callable[[Sequence[FaceBox]], object],
        on_done: Callable[[FanlightError | None], object],
    ) -> ScreenTexts:
        raise NotImplementedError

    def stop(self) -> None:
        self.stopped += 1

    def tell(self, *lines: TextLine, codes: Sequence[TextLine] = (), error: FanlightError | None = None) -> None:
        on_part, on_done = self._heard[0]
        on_part(PartRead(lines, tuple(codes)))
        on_done(error)


class ModeStage:
    """`said`: what came of it, in order."""

    def __init__(
        self, parent: QApplication, at_once: bool = False, make_translation: MakeTranslation | None = None
    ) -> None:
        self.texts = ScreenTexts()
        self.overlays = Overlays(
            parent, texts=self.texts, text_at_once=lambda: at_once, make_translation=make_translation
        )
        self.said: list[object] = []
        self.overlays.text_wanted.connect(self.said.append)
        self.overlays.item_wanted.connect(self.said.append)
        self.overlays.captured.connect(self.said.append)
        self.overlays.dismissed.connect(lambda: self.said.append("left"))
        frames = [replace(frame, image=_plain(frame.image)) for frame in qt_screen.grab_screens()]
        self.overlays.open(frames, [WindowBox(Box(50, 50, 500, 300), "Letter")])
        (self.window,) = [
            one for one in QApplication.topLevelWidgets() if isinstance(one, OverlayWindow) and one.isVisible()
        ]

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, held)

    def press(self, x: int, y: int, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.mousePress(self.window, Qt.MouseButton.LeftButton, held, QPoint(x, y))

    def release(self, x: int, y: int) -> None:
        QTest.mouseRelease(self.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(x, y))

    def drag(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        self.press(*begin)
        QTest.mouseMove(self.window, QPoint(*end))
        self.release(*end)

    @property
    def shown(self) -> OverlayScene:
        return self.window._scene

    @property
    def hint(self) -> str:
        return " ".join(" ".join(piece) for piece in self.shown.hint)
