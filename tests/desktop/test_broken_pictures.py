"""A sample of `make fuzz`, and what it found once."""

from __future__ import annotations

import pytest

from fuzz import pictures
from fuzz.picture_changes import broken


def test_sixty_broken_pictures_are_read_or_refused_in_a_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert pictures.run(60, seed=1) == 0, capfd.readouterr().err


@pytest.mark.parametrize(
    ("number", "seed"),
    [
        (3621, 2), (93, 3), (1760, 3), (1849, 3), (5986, 5),  # animated PNGs whose frames contradict each other
        (2591, 3), (3737, 5), (4703, 5), (5046, 5),           # colours that are not in the palette
        (1866, 13),                                           # CMYK, scaled before or after it became RGB
    ],
)  # fmt: skip
def test_what_was_found_once_stays_right(number: int, seed: int) -> None:
    assert pictures.attempt(broken(number, seed)[1]) == ""


def test_the_same_number_is_the_same_picture() -> None:
    assert broken(7, 3) == broken(7, 3)
    assert broken(7, 3) != broken(8, 3)


def test_a_reader_that_dies_or_hangs_is_a_failure_and_another_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 0.5)
    monkeypatch.setattr(pictures, "_serve", pictures.misbehave)
    with pictures.Reader(0) as reader:
        assert reader.read(0) == ""
        assert reader.read(1) == "the process died with 7"
        assert reader.read(2) == "hung for 0.5 seconds"
        assert reader.read(0) == ""
