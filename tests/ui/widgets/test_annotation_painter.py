"""What is drawn on a picture is seen on any; what is redacted is made of nothing that it covers."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor, QImage

from fanlight.domain.annotations import (
    COLOURS,
    Annotation,
    Area,
    Arrow,
    Cover,
    Crop,
    Edits,
    Frame,
    NumberBadge,
    Redaction,
    Words,
    moved,
    next_number,
    resized,
)
from fanlight.ui.widgets.annotation_painter import annotated, bounds_of

pytestmark = pytest.mark.gui
WIDE, HIGH = 300, 200


def plain(colour: str = "#808080") -> QImage:
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def with_secret(colour: str) -> QImage:
    """Only the pixels in 60, 40 to 139, 59 depend on `colour`."""
    image = plain()
    for x, y in itertools.product(range(60, 140), range(40, 60)):
        image.setPixelColor(x, y, QColor(colour) if (x * y) % 3 else QColor("#123456"))
    return image


@pytest.mark.parametrize("cover", ["black", "tiles"])
def test_a_redaction_has_nothing_of_what_it_covers(qapp: object, cover: Cover) -> None:
    redaction = Redaction(Area(60, 40, 80, 20), cover)
    one, other = (annotated(with_secret(colour), (redaction,)) for colour in ("#ff0000", "#00ffee"))
    assert one == other
    assert one.pixelColor(59, 40) == QColor("#808080")
    neighbours = (redaction, Redaction(Area(140, 40, 20, 20), cover))
    outer = [annotated(with_secret(colour), neighbours).copy(140, 40, 20, 20) for colour in ("#ff0000", "#00ffee")]
    assert outer[0] == outer[1]


def test_marks_over_a_redaction_do_not_bring_it_back(qapp: object) -> None:
    marks = (
        Frame(Area(50, 30, 90, 30), "#e5322d"),
        Words((70, 40), "x", "#ffffff"),
        NumberBadge((80, 50), 1, "#ffffff"),
    )
    for order in ((Redaction(Area(60, 40, 80, 20)), *marks), (*marks, Redaction(Area(60, 40, 80, 20)))):
        assert annotated(with_secret("#ff0000"), order) == annotated(with_secret("#00ffee"), order)


@pytest.mark.parametrize("cover", ["black", "tiles"])
def test_edges_between_pixels_are_covered_whole(qapp: object, cover: Cover) -> None:
    redaction = Redaction(Area(60.4, 40.4, 79.3, 19.3), cover)
    one, other = (annotated(with_secret(colour), (redaction,)) for colour in ("#ff0000", "#00ffee"))
    assert one == other


def test_one_that_is_off_covers_nothing(qapp: object) -> None:
    off = Redaction(Area(60, 40, 80, 20), found="mail", on=False)
    assert annotated(with_secret("#ff0000"), (off,)) == annotated(with_secret("#ff0000"), ())


def test_what_is_kept_is_pixels_alone(qapp: object) -> None:
    image = plain()
    image.setText("Comment", "secret")
    image.setDevicePixelRatio(2.0)
    made = annotated(image, ())
    assert made.textKeys() == []
    assert (made.width(), made.height(), made.devicePixelRatio()) == (WIDE, HIGH, 1.0)
    assert made.pixelColor(WIDE - 1, HIGH - 1) == QColor("#808080")


def test_it_is_cut_and_turned(qapp: object) -> None:
    made = annotated(plain(), (Crop(Area(10, 20, 100, 50)),), 90)
    assert (made.width(), made.height()) == (50, 100)
    assert annotated(plain(), (Crop(Area(250, 150, 100, 100)),)).width() == 50


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("ground", ["#000000", "#ffffff", *COLOURS])
def test_each_mark_is_seen_on_any_ground(qapp: object, colour: str, ground: str) -> None:
    marks: list[Annotation] = [
        Frame(Area(50, 50, 100, 80), colour),
        Arrow((20, 20), (200, 150), colour),
        Words((50, 50), "Here", colour),
        NumberBadge((100, 100), 7, colour),
    ]
    for mark in marks:
        made = annotated(plain(ground), (mark,))
        ink = [abs(made.pixelColor(x, y).lightness() - QColor(ground).lightness()) for x, y in _places(mark)]
        assert max(ink) > 60, (mark, colour, ground)


def _places(mark: Annotation) -> itertools.product[tuple[int, int]]:
    box = bounds_of(mark, 1.5).toAlignedRect()
    return itertools.product(range(box.left(), box.right(), 2), range(box.top(), box.bottom(), 2))


def test_marks_are_moved_resized_and_counted() -> None:
    arrow = Arrow((1, 2), (3, 4), COLOURS[0])
    assert moved(arrow, 10, 20) == Arrow((11, 22), (13, 24), COLOURS[0])
    assert resized(arrow, 10, 20) == Arrow((1, 2), (13, 24), COLOURS[0])
    assert resized(Crop(Area(0, 0, 5, 5)), -9, 1) == Crop(Area(0, 0, 1, 6))
    assert moved(NumberBadge((0, 0), 2, COLOURS[0]), 1, 1) == NumberBadge((1, 1), 2, COLOURS[0])
    assert next_number((NumberBadge((0, 0), 2, COLOURS[0]), arrow)) == 3
    assert Area.between((9, 1), (2, 8)) == Area(2, 1, 7, 7)


def test_steps_are_taken_back_and_done_again() -> None:
    first, second = Crop(Area(0, 0, 1, 1)), Crop(Area(0, 0, 2, 2))
    edits = Edits().to((first,)).to((first, second))
    assert edits.undone().now == (first,)
    assert edits.undone().undone().undone().now == ()
    assert edits.undone().redone() == edits
    assert edits.redone() == edits
    assert edits.undone().to(()).redone().now == ()
    assert edits.to(edits.now) is edits
