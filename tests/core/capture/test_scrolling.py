"""A scrolling capture without a widget: frames of a page that the test scrolls, and the parts that the model gets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage

from fanlight.core.capture.captures import CapturePlace
from fanlight.core.capture.scrolling import ScrollingCapture, ScrollingView
from fanlight.core.capture.tiles import attachments_of, parts_of
from fanlight.core.work.file_worker import FileWorker
from fanlight.desktop.capture import Box, CapturedImage
from fanlight.domain.desktop_errors import CaptureEmpty, CaptureError
from fanlight.domain.errors import FanlightError
from support.scrolled import Pixels, long_page

HIGH = 300
PLACE = CapturePlace("screen", Box(0, 0, 480, HIGH), Box(0, 0, 480, HIGH), Box(0, 0, 480, HIGH))


class Scrolled:
    def __init__(self, qtbot: Any) -> None:
        self.page = long_page("text", 4, 480, 2400)
        self.at, self.high = 0, HIGH
        self.worker = FileWorker()
        self.capture = ScrollingCapture(PLACE, self.grab, self.worker)
        self.capture._timer.stop()
        self.pictures: list[CapturedImage] = []
        self.failures: list[FanlightError] = []
        self.views: list[ScrollingView] = []
        self.capture.finished.connect(self.pictures.append)
        self.capture.failed.connect(self.failures.append)
        self.capture.changed.connect(self.views.append)
        self._qtbot = qtbot
        self.error: CaptureError | None = None

    def grab(self) -> CapturedImage:
        if self.error is not None:
            raise self.error
        return CapturedImage.of_pixels(self.page[self.at : self.at + self.high])

    def scroll_to(self, *places: int) -> None:
        for self.at in places:
            seen = len(self.views) + len(self.failures)
            self.capture.take_frame()
            self._qtbot.waitUntil(lambda seen=seen: len(self.views) + len(self.failures) > seen)


@pytest.fixture
def scrolled(qtbot: Any) -> Iterator[Scrolled]:
    made = Scrolled(qtbot)
    yield made
    made.capture.stop()
    made.worker.close()
    assert made.worker.join(5)


def pixels(image: CapturedImage) -> Pixels:
    return image.to_pixels() & np.uint32(0xFFFFFF)


def test_what_was_scrolled_is_one_picture(scrolled: Scrolled, qtbot: Any) -> None:
    scrolled.scroll_to(0, 90, 210, 330, 240, 450, 450, 450)
    scrolled.capture.finish()
    qtbot.waitUntil(lambda: bool(scrolled.pictures))

    assert (pixels(scrolled.pictures[0]) == scrolled.page[:750]).all()
    assert [view.outcome for view in scrolled.views[:3]] == ["still", "grew", "grew"]
    assert scrolled.views[-1].height == 750
    assert scrolled.views[-1].preview is not None


def test_what_was_skipped_is_told_and_left_out(scrolled: Scrolled, qtbot: Any) -> None:
    scrolled.scroll_to(0, 100, 1500)

    assert scrolled.views[-1].outcome == "lost"
    scrolled.capture.finish()
    qtbot.waitUntil(lambda: bool(scrolled.pictures))
    assert scrolled.pictures[0].height == 400


def test_without_a_frame_there_is_no_picture(scrolled: Scrolled) -> None:
    scrolled.capture.finish()

    assert [type(error) for error in scrolled.failures] == [CaptureEmpty]


def test_it_fails_once_when_the_screen_is_gone(scrolled: Scrolled) -> None:
    scrolled.scroll_to(0, 100)
    scrolled.error = CaptureEmpty("The screens have changed.")
    scrolled.scroll_to(150)
    scrolled.capture.take_frame()
    scrolled.capture.finish()

    assert scrolled.failures == [scrolled.error]


def test_a_region_of_another_size_is_refused(scrolled: Scrolled) -> None:
    scrolled.scroll_to(0)
    scrolled.high = 200
    scrolled.scroll_to(0)

    assert [type(error) for error in scrolled.failures] == [CaptureEmpty]


def test_after_it_was_stopped_nothing_is_said(scrolled: Scrolled, qtbot: Any) -> None:
    scrolled.scroll_to(0)
    scrolled.at = 90
    scrolled.capture.take_frame()
    scrolled.capture.stop()
    scrolled.capture.finish()
    qtbot.wait(50)

    assert len(scrolled.views) == 1
    assert not scrolled.pictures
    assert not scrolled.failures


@pytest.mark.parametrize(("width", "height"), [(480, 1200), (480, 2400), (1200, 30_000), (1000, 2001), (300, 9000)])
def test_the_parts_of_a_long_picture_follow_one_another_and_overlap(width: int, height: int) -> None:
    parts = parts_of(CapturedImage(QImage(width, height, QImage.Format.Format_RGB32)), 1536)

    assert parts[0][0] == 0
    assert sum(parts[-1]) in (height, height + 1)
    assert 2 <= len(parts) <= 8
    for (top, high), (next_top, _high) in pairwise(parts):
        assert top < next_top < top + high, "nothing is left out"


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (300, 900), (1000, 1900)])
def test_a_usual_capture_has_one_part(width: int, height: int) -> None:
    assert parts_of(CapturedImage(QImage(width, height, QImage.Format.Format_RGB32)), 1536) == [(0, height)]


def test_each_part_is_a_picture_for_the_model(scrolled: Scrolled) -> None:
    image = CapturedImage.of_pixels(scrolled.page)

    attachments = attachments_of(image, "Capture", 1536, kept=False)

    images = [one.image for one in attachments if one.image is not None]
    assert len(images) == len(parts_of(image, 1536)) == len(attachments)
    assert {one.width for one in images} == {480}
