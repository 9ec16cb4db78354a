"""Faces in pictures: one photo, larger and smaller, beside others, turned a little; none in what has none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

from fanlight.domain.messages import Image
from fanlight.domain.reading import FaceBox
from fanlight.domain.secret_places import face_places
from fanlight.domain.stop import StopFlag
from fanlight.reading import faces
from fanlight.reading.faces import find_faces

DATA = Path(__file__).parents[1] / "data"
EYES, MOUTH = ((124, 68), (148, 68)), (139, 91)
"""In the photo of 320 x 320 pixels."""


@pytest.fixture(scope="module")
def photo() -> Pillow.Image:
    return Pillow.open(DATA / "faces" / "astronaut.jpg").convert("RGB")


def found_in(picture: Pillow.Image) -> tuple[FaceBox, ...]:
    return find_faces(Image.of(*picture.size, picture.tobytes()))


def covered(found: Sequence[FaceBox], points: Sequence[tuple[float, float]]) -> bool:
    """Whether one of them is covered with all the points in it."""
    return any(
        all(place.left < across < place.right and place.top < down < place.bottom for across, down in points)
        for place in face_places(found)
    )


@pytest.mark.parametrize("side", [96, 320, 1280])
def test_one_face_is_found_in_any_size(photo: Pillow.Image, side: int) -> None:
    found = found_in(photo.resize((side, side)))
    assert len(found) == 1
    assert covered(found, [(x * side / 320, y * side / 320) for x, y in (*EYES, MOUTH)])


def test_a_face_that_fills_the_picture_is_found(photo: Pillow.Image) -> None:
    assert covered(found_in(photo.crop((108, 40, 170, 108))), [(x - 108, y - 40) for x, y in EYES])


@pytest.mark.parametrize("degrees", [-25, 25])
def test_a_face_that_is_held_askew_is_found(photo: Pillow.Image, degrees: int) -> None:
    assert len(found_in(photo.rotate(degrees, resample=Pillow.Resampling.BICUBIC))) == 1


def test_each_face_on_a_large_screen_is_found(photo: Pillow.Image) -> None:
    """As in a video meeting, and small ones in a list beside it."""
    screen = Pillow.new("RGB", (1920, 1080), (32, 34, 38))
    places = [(80, 60, 320), (700, 500, 400), (1300, 90, 220), (1700, 80, 110), (1700, 240, 110), (1700, 400, 110)]
    for left, top, side in places:
        screen.paste(photo.resize((side, side)), (left, top))
    ImageDraw.Draw(screen).text((100, 900), "Ann, Bob, and Carol are here", "white")
    found = found_in(screen)
    assert len(found) == len(places)
    for left, top, side in places:
        assert covered(found, [(left + x * side / 320, top + y * side / 320) for x, y in (*EYES, MOUTH)])


def test_each_face_on_a_page_that_was_scrolled_is_found(photo: Pillow.Image) -> None:
    """It is much higher than wide."""
    page = Pillow.new("RGB", (900, 12_000), (245, 245, 245))
    tops = (300, 6000, 11_400)
    for top in tops:
        page.paste(photo.resize((240, 240)), (100, top))
    found = found_in(page)
    assert len(found) == len(tops)
    for top in tops:
        assert covered(found, [(100 + x * 240 / 320, top + y * 240 / 320) for x, y in (*EYES, MOUTH)])


@pytest.mark.parametrize("screen", sorted((DATA / "screens").glob("*.png")), ids=lambda path: path.stem)
def test_nothing_is_found_on_a_screen_without_people(screen: Path) -> None:
    assert found_in(Pillow.open(screen).convert("RGB")) == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 4000), (4000, 2), (191, 193)])
def test_pictures_of_any_shape_are_looked_at(size: tuple[int, int]) -> None:
    assert found_in(Pillow.new("RGB", size, (200, 180, 160))) == ()


def test_a_stop_is_heard(photo: Pillow.Image) -> None:
    flag = StopFlag()
    flag.set()
    assert find_faces(Image.of(*photo.size, photo.tobytes()), flag) == ()


def test_without_the_network_none_are_found(
    photo: Pillow.Image, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faces, "resources", lambda: tmp_path)
    faces._network.cache_clear()
    try:
        assert found_in(photo) == ()
    finally:
        faces._network.cache_clear()


def test_its_source_and_licence_are_named() -> None:
    text = (faces.network_file().parent / "README.md").read_text("utf-8")
    assert re.search(rf"`{faces.network_file().name}`.*Apache-2.0", text)
