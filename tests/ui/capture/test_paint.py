"""The overlay's looks: only what has changed is painted anew, and it is as if all had been."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QRegion
from PySide6.QtWidgets import QApplication

from fanlight.desktop.capture.geometry import Box, Screen, spanning
from fanlight.ui.capture.overlay_painter import OverlayPainter, OverlayScene
from fanlight.ui.capture.overlay_window import HINT, KEYS_HINT

pytestmark = pytest.mark.gui

WIDTH, HEIGHT = 500, 360
SCREEN = Screen("S", Box(0, 0, WIDTH, HEIGHT), 1.25)


@pytest.fixture(scope="module")
def frozen(qapp: QApplication) -> QImage:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for x in range(0, WIDTH, 10):
        for y in range(0, HEIGHT, 10):
            painter.fillRect(x, y, 10, 10, QColor(x % 256, y % 256, (x * y) % 256))
    painter.end()
    return image


def painted(brush: OverlayPainter, scene: OverlayScene, canvas: QImage, region: QRegion) -> None:
    painter = QPainter(canvas)
    painter.setClipRegion(region)
    brush.paint(painter, scene, region)
    painter.end()


x, y = st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1)
scenes = st.builds(
    OverlayScene,
    st.none() | st.builds(spanning, x, y, x, y),
    st.none() | st.tuples(x, y),
    st.sampled_from(("", "301 × 20", "Too small")),
    st.sampled_from(((), HINT[:2], KEYS_HINT)),
    st.lists(st.builds(spanning, x, y, x, y), max_size=4).map(tuple),
    st.lists(st.builds(spanning, x, y, x, y), max_size=2).map(tuple),
)


@settings(max_examples=60)
@given(steps=st.lists(scenes, min_size=2, max_size=5))
@example(steps=[OverlayScene(), OverlayScene(spanning(5, 0, 5, 0))])
def test_painting_what_has_changed_is_as_good_as_painting_all(frozen: QImage, steps: list[OverlayScene]) -> None:
    brush, whole = OverlayPainter(frozen, SCREEN.scale), QRegion(0, 0, WIDTH, HEIGHT)
    canvas = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painted(brush, steps[0], canvas, whole)
    for before, after in pairwise(steps):
        region = QRegion()
        for rect in brush.changed(before, after):  # type: ignore[attr-defined]
            cover = SCREEN.under(SCREEN.cover(Box(rect.x(), rect.y(), rect.width(), rect.height())))
            region += QRegion(*cover)
        painted(brush, after, canvas, region & whole)
        fresh = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
        painted(brush, after, fresh, whole)
        assert canvas == fresh


def test_the_lit_pixels_are_the_screens_own_and_the_rest_is_darker(frozen: QImage) -> None:
    brush, canvas = OverlayPainter(frozen, 1.0), QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    lit = Box(100, 80, 200, 150)
    painted(brush, OverlayScene(lit), canvas, QRegion(0, 0, WIDTH, HEIGHT))
    assert canvas.copy(*lit) == frozen.copy(*lit)
    for place in ((90, 80), (100, 300), (499, 359), (310, 100)):
        assert canvas.pixelColor(*place).lightness() < frozen.pixelColor(*place).lightness()


def test_nothing_has_changed_between_equal_scenes(frozen: QImage) -> None:
    scene = OverlayScene(Box(1, 2, 30, 40), (5, 5), "30 × 40", HINT)
    assert OverlayPainter(frozen, 2.0).changed(scene, scene).isEmpty()


def test_dragging_repaints_a_little_of_the_screen(frozen: QImage) -> None:
    large = QImage(3840, 2160, QImage.Format.Format_RGB32)
    brush = OverlayPainter(large, 1.0)
    before = OverlayScene(Box(500, 400, 2000, 1200), (2499, 1599), "2000 × 1200")
    after = OverlayScene(Box(500, 400, 2003, 1202), (2502, 1601), "2003 × 1202")
    area = sum(rect.width() * rect.height() for rect in brush.changed(before, after))  # type: ignore[attr-defined]
    assert area < 3840 * 2160 / 50


@pytest.mark.parametrize("corner", [(0, 0), (WIDTH - 1, 0), (0, HEIGHT - 1), (WIDTH - 1, HEIGHT - 1)])
def test_the_magnifier_is_wholly_on_the_screen_and_not_under_the_pointer(
    frozen: QImage, corner: tuple[int, int]
) -> None:
    brush = OverlayPainter(frozen, 1.0)
    area = brush.changed(OverlayScene(), OverlayScene(lens=corner)).boundingRect()
    assert QRect(0, 0, WIDTH, HEIGHT).contains(area)
    assert not area.contains(*corner)
    assert area.width() > 100


def test_beyond_the_edge_the_magnifier_is_black(frozen: QImage) -> None:
    frozen = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    frozen.fill(Qt.GlobalColor.white)
    canvas = QImage(frozen)
    brush = OverlayPainter(frozen, 1.0)
    painted(brush, OverlayScene(lens=(0, 0)), canvas, QRegion(0, 0, WIDTH, HEIGHT))
    area = brush.changed(OverlayScene(), OverlayScene(lens=(0, 0))).boundingRect()
    assert canvas.pixelColor(area.left() + 4, area.top() + 4) == QColor(Qt.GlobalColor.black)
    assert canvas.pixelColor(area.left() + 116, area.top() + 116) == QColor(Qt.GlobalColor.white)


LONGER = tuple((key, f"{words} {words}") for key, words in HINT)
"""As in a language with longer words."""


@pytest.mark.parametrize("hint", [HINT, KEYS_HINT, LONGER])
@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1366, 768, 2.0), (1366, 768, 1.0), (1280, 800, 1.5), (800, 600, 1.0), (768, 1366, 2.0)],
)
def test_the_line_with_the_keys_is_whole_on_small_screens_and_the_magnifier_beside_it(
    qapp: QApplication, width: int, height: int, scale: float, hint: tuple[tuple[str, str], ...]
) -> None:
    brush = OverlayPainter(QImage(width, height, QImage.Format.Format_RGB32), scale)
    whole = QRect(0, 0, width, height)
    for x in range(0, width, width // 9):
        for y in range(0, height, height // 9):
            scene = OverlayScene(lens=(x, y), caption="1 × 1", hint=hint)
            lens, line = brush._placed(scene)
            assert whole.contains(line)
            assert whole.contains(lens)
            assert not lens.intersects(line)
            assert not line.contains(x, y)
    rows = brush._hint_rows(OverlayScene(hint=hint))
    assert [piece for row in rows for piece in row] == list(hint)
    assert all(brush._row_width(row) <= width for row in rows)
