"""The selection that mouse and keys make on one frozen screen, in its device pixels; no widget, no painting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fanlight.desktop.capture.geometry import Box, Screen, spanning

SelectionKind = Literal["drag", "window", "screen", "keys", "region"]

LEAST_SIDE = 4
"""Device pixels; what is thinner was a slip of the hand."""
DRAG_STARTS = 4.0
"""Logical pixels between press and pointer."""


@dataclass(frozen=True, slots=True)
class WindowTarget:
    """A window that a click takes, cut to the screen."""

    box: Box
    title: str


@dataclass(frozen=True, slots=True)
class SelectionMade:
    box: Box
    kind: SelectionKind


class SelectionModel:
    """`pointer` is None while the pointer is on another screen; `selection` is what is being drawn or was made by keys.

    A selection that keys have touched is no longer chosen by letting the mouse go: `by_keys`.
    """

    def __init__(self, screen: Screen, targets: Sequence[WindowTarget] = ()) -> None:
        self.screen = screen
        self.targets = [target for target in targets if min(target.box[2:]) >= LEAST_SIDE]
        self.pointer: tuple[int, int] | None = None
        self.selection: Box | None = None
        self.by_keys = False
        self.was_too_small = False
        """The last drag was too small to choose anything."""
        self._anchor: tuple[int, int] | None = None
        self._dragging = False

    @property
    def hovered(self) -> WindowTarget | None:
        """The topmost window under the pointer."""
        if self.pointer is None:
            return None
        return next((target for target in self.targets if target.box.holds(*self.pointer)), None)

    @property
    def lit(self) -> Box | None:
        """What is not darkened: the selection, else the window that a click would take."""
        if self.selection is not None:
            return self.selection
        return hovered.box if (hovered := self.hovered) else None

    @property
    def offered(self) -> Box:
        """What a click or Enter would take."""
        return self.lit or self.screen.device

    @property
    def magnified(self) -> tuple[int, int] | None:
        """The pixel in the magnifier: under the pointer, or the corner that keys move."""
        if self.by_keys and self.selection is not None:
            return self.selection.right - 1, self.selection.bottom - 1
        return self.pointer

    def move(self, x: int, y: int) -> None:
        self.pointer = x, y
        if self._anchor is None:
            return
        far = max(abs(x - self._anchor[0]), abs(y - self._anchor[1])) >= DRAG_STARTS * self.screen.scale
        self._dragging = self._dragging or far
        if self._dragging:
            self.selection = spanning(*self._anchor, x, y)

    def leave_screen(self) -> None:
        """The pointer is on another screen."""
        if self._anchor is None:
            self.pointer = None

    def press(self, x: int, y: int) -> None:
        self.clear()
        self.pointer = self._anchor = x, y

    def release(self, x: int, y: int) -> SelectionMade | None:
        """None when nothing is chosen: too small a drag, or keys took over."""
        if self._anchor is None:
            return None
        self.move(x, y)
        dragged, self._anchor, self._dragging = self._dragging, None, False
        if not dragged:
            return self._clicked()
        assert self.selection is not None
        if min(self.selection[2:]) < LEAST_SIDE:
            self.clear()
            self.was_too_small = True
            return None
        return SelectionMade(self.selection, "drag")

    def confirm(self) -> SelectionMade:
        """The selection, else the whole screen."""
        if self.selection is not None and min(self.selection[2:]) >= LEAST_SIDE:
            return SelectionMade(self.selection, "keys")
        return SelectionMade(self.screen.device, "screen")

    def move_by(self, dx: int, dy: int) -> None:
        """Move the selection; the first key makes one."""
        box = self._take_over_by_keys()
        self.selection = box.moved(dx, dy).pushed_into(self.screen.device)

    def resize(self, dx: int, dy: int) -> None:
        """Move its right and bottom edges."""
        box = self._take_over_by_keys()
        width = min(max(box.width + dx, LEAST_SIDE), self.screen.device.right - box.left)
        height = min(max(box.height + dy, LEAST_SIDE), self.screen.device.bottom - box.top)
        self.selection = Box(box.left, box.top, width, height).pushed_into(self.screen.device)

    def select_next_window(self, step: int) -> WindowTarget | None:
        """Select the next (1) or previous (-1) window, topmost first, round and round."""
        if not self.targets:
            return None
        boxes = [target.box for target in self.targets]
        at = boxes.index(self.selection) + step if self.selection in boxes else min(step, 0)
        target = self.targets[at % len(boxes)]
        self._take_over_by_keys()
        self.selection = target.box
        return target

    def clear(self) -> None:
        self.selection, self.by_keys, self.was_too_small = None, False, False
        self._anchor, self._dragging = None, False

    def _take_over_by_keys(self) -> Box:
        """The selection as keys take it over from the mouse; without one, the window under the pointer or the middle of
        the screen."""
        self._anchor, self._dragging = None, False
        self.by_keys, self.was_too_small = True, False
        if self.selection is not None:
            return self.selection
        if hovered := self.hovered:
            return hovered.box
        whole = self.screen.device
        return Box(whole.width // 4, whole.height // 4, max(1, whole.width // 2), max(1, whole.height // 2))

    def _clicked(self) -> SelectionMade:
        hovered = self.hovered
        return SelectionMade(hovered.box, "window") if hovered else SelectionMade(self.screen.device, "screen")
