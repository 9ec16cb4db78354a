"""Answers in a transcript on the screen, as pixels."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import State, TranscriptEntry
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.code_scroll import CodeScrollBar
from fanlight.ui.transcript.transcript import Transcript


class ShownAnswers:
    """`texts`, in `transcript` or in a new one."""

    def __init__(
        self, qtbot: QtBot, *texts: str, transcript: Transcript | None = None, state: State = "complete",
        width: int = 600, height: int = 500,
    ) -> None:  # fmt: skip
        self.transcript = transcript or Transcript()
        qtbot.addWidget(self.transcript)
        self.transcript.resize(width, height)
        self.transcript.show_entries([TranscriptEntry("assistant", text, state=state) for text in texts])
        with qtbot.waitExposed(self.transcript):
            self.transcript.show()

    def body_of(self, index: int) -> MessageBody:
        view = self.transcript.view(index)
        assert view is not None
        return next(one for one in view.controls() if isinstance(one, MessageBody))

    @property
    def body(self) -> MessageBody:
        """Of the first."""
        return self.body_of(0)

    def bars_of(self, index: int) -> list[CodeScrollBar]:
        return [bar for bar in self.body_of(index).findChildren(CodeScrollBar) if bar.isVisible()]

    @property
    def bars(self) -> list[CodeScrollBar]:
        return self.bars_of(0)

    def pixels(self) -> np.ndarray:
        """Of the first body, on the ground that it lies on: rows, columns, and colors."""
        body, viewport = self.body, self.transcript.viewport()
        image = viewport.grab(QRect(body.mapTo(viewport, QPoint(0, 0)), body.size())).toImage()
        image = image.convertToFormat(QImage.Format.Format_RGB888)
        flat = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.bytesPerLine())
        return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
