"""One reader for all: loading it takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.written import MONO, SANS, SERIF, FontMissing, font

if TYPE_CHECKING:
    from fanlight.reading.ocr import RapidOcrReader


@pytest.fixture(scope="session")
def reader() -> RapidOcrReader:
    from fanlight.reading.ocr import RapidOcrReader

    try:
        for name in (*SANS, *MONO, *SERIF):
            font(name, 12)
    except FontMissing as missing:
        pytest.skip(str(missing))
    return RapidOcrReader.load()
