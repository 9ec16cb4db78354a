"""A sample of `make fuzz`, and what it found once."""

from __future__ import annotations

import pytest
from PIL import Image

from fuzz import pictures
from fuzz.picture_changes import broken, with_sums
from support.picture_files import coded, corners, noisy


def test_sixty_broken_pictures_are_read_or_refused_in_a_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert pictures.run(60, seed=1) == 0, capfd.readouterr().err


def test_pixels_beyond_the_palette_are_kept_as_they_are_shown() -> None:
    picture = Image.frombytes("P", (16, 16), bytes(range(256)))
    picture.putpalette(bytes(range(256)) * 3)
    data = coded(picture, "GIF")
    two_colours = data[:10] + b"\xf0" + data[11:13] + b"\xff\0\0\0\xff\0" + data[13 + 768 :]
    assert pictures.attempt(two_colours) == ""


def test_an_animation_whose_frames_contradict_each_other_is_kept_as_it_is_shown() -> None:
    data = coded(corners(), "PNG", save_all=True, append_images=[noisy(120, 80)])
    control = data.index(b"fcTL") - 4
    assert pictures.attempt(data[:control] + data[control + 38 :]) == ""
    narrow = bytearray(data)
    narrow[control + 12 : control + 16] = (60).to_bytes(4, "big")
    assert pictures.attempt(with_sums(bytes(narrow))) == ""


def test_colours_that_change_when_they_are_scaled_are_kept_as_they_are_shown() -> None:
    assert pictures.attempt(coded(noisy(500, 400).convert("CMYK"), "TIFF")) == ""


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
