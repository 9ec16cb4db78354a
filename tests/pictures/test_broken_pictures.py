"""A sample of `make fuzz`, and what it found once."""

from __future__ import annotations

from PIL import Image

from fuzz import pictures
from fuzz.campaign import tried
from fuzz.picture_changes import with_sums
from support.picture_files import coded, corners, noisy


def test_sixty_broken_pictures_are_read_or_refused_in_a_sentence() -> None:
    assert set(tried(range(60), pictures.attempts, seed=1)) == {"answered", "refused"}


def test_pixels_beyond_the_palette_are_kept_as_they_are_shown() -> None:
    picture = Image.frombytes("P", (16, 16), bytes(range(256)))
    picture.putpalette(bytes(range(256)) * 3)
    data = coded(picture, "GIF")
    two_colours = data[:10] + b"\xf0" + data[11:13] + b"\xff\0\0\0\xff\0" + data[13 + 768 :]
    assert pictures.attempt(two_colours)[0] == "answered"


def test_an_animation_whose_frames_contradict_each_other_is_kept_as_it_is_shown() -> None:
    data = coded(corners(), "PNG", save_all=True, append_images=[noisy(120, 80)])
    control = data.index(b"fcTL") - 4
    assert pictures.attempt(data[:control] + data[control + 38 :])[0] == "answered"
    narrow = bytearray(data)
    narrow[control + 12 : control + 16] = (60).to_bytes(4, "big")
    assert pictures.attempt(with_sums(bytes(narrow)))[0] == "answered"


def test_colours_that_change_when_they_are_scaled_are_kept_as_they_are_shown() -> None:
    assert pictures.attempt(coded(noisy(500, 400).convert("CMYK"), "TIFF"))[0] == "answered"
