"""The captures of this run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from fanlight.core.capture.captures import Capture, CaptureHistory
from fanlight.desktop.capture import CapturedImage


def image(side: int) -> QImage:
    return QImage(side, side, QImage.Format.Format_RGB32)


@pytest.fixture
def locale() -> Iterator[None]:
    before = QLocale()
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("locale")
@pytest.mark.parametrize(("language", "time"), [("de_DE", "14:03"), ("en_US", "2:03\u202fPM"), ("ko_KR", "오후 2:03")])
def test_a_title_has_the_time_as_the_locale_writes_it(language: str, time: str) -> None:
    QLocale.setDefault(QLocale(language))
    image = CapturedImage(QImage(64, 48, QImage.Format.Format_RGB32))
    capture = replace(Capture(image), taken=datetime(2026, 11, 29, 14, 3, tzinfo=UTC))
    assert capture.title == f"64 × 48, {time}"


def test_captures_are_bounded_in_bytes_and_number_and_the_newest_stays(qtbot: Any) -> None:
    captures = CaptureHistory(most_bytes=100_000)
    for _ in range(5):
        captures.add(Capture(CapturedImage(image(80))))  # 25,600 bytes each
    assert len(captures.all) == 3
    captures.add(Capture(CapturedImage(image(400))))
    assert [capture.image.width for capture in captures.all] == [400]
    for _ in range(40):
        captures.add(Capture(CapturedImage(image(4))))
    assert len(captures.all) == 12
    numbers = [capture.number for capture in captures.all]
    assert numbers == sorted(numbers, reverse=True)
