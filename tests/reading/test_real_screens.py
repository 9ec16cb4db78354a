"""Words of real programs' windows: a double-click on each selects it, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from fanlight.reading.ocr import RapidOcrReader
from support.real_screens import PlacedWord, RealScreen, Score

SCREENS = sorted((Path(__file__).parents[1] / "data" / "screens").glob("*.png"))


@pytest.mark.parametrize("picture", SCREENS, ids=lambda picture: picture.stem)
def test_nearly_all_words_and_all_links_and_codes_are_right(reader: RapidOcrReader, picture: Path) -> None:
    told = json.loads(picture.with_suffix(".json").read_text("utf-8"))
    words = tuple(PlacedWord(*word) for word in told["words"])
    screen = RealScreen(picture.stem, Image.open(picture), words, tuple(told["codes"]), tuple(told["links"]))
    score = Score.of(reader, screen)
    assert score.right >= 0.98 * score.words, score.wrong
    assert score.codes == f"{len(screen.codes)}/{len(screen.codes)}"
    assert score.links == f"{len(screen.links)}/{len(screen.links)}"
