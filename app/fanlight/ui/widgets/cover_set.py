"""The covers of one picture whose text is translated, each laid out once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QImage

from fanlight.desktop.capture.geometry import Box
from fanlight.domain.text_blocks import TextBlock
from fanlight.ui.widgets.covers import Cover, cover_of


class CoverSet:
    """`windows`, topmost first, are parts of the picture that a cover does not go beyond."""

    def __init__(self, image: QImage, windows: Sequence[Box] = ()) -> None:
        self._image, self._windows = image, tuple(windows)
        self._whole = Box(0, 0, image.width(), image.height())
        self._covers: dict[TextBlock, Cover] = {}

    def covers(self, blocks: Sequence[TextBlock], text_of: Callable[[TextBlock], str]) -> tuple[Cover, ...]:
        """Those of the blocks that have a translation."""
        return tuple(self._cover(block, text, blocks) for block in blocks if (text := text_of(block)))

    def _cover(self, block: TextBlock, text: str, blocks: Sequence[TextBlock]) -> Cover:
        if (cover := self._covers.get(block)) is None:
            here = around(block)
            x, y = here.left + here.width // 2, here.top + here.height // 2
            room = next((box for box in self._windows if box.holds(x, y)), self._whole)
            others = [around(other) for other in blocks if other is not block]
            others += [other.box for other in self._covers.values()]
            self._covers[block] = cover = cover_of(block, text, self._image, others, room)
        return cover


def around(block: TextBlock) -> Box:
    left, top = round(block.left), round(block.top)
    return Box(left, top, max(1, round(block.right) - left), max(1, round(block.bottom) - top))
