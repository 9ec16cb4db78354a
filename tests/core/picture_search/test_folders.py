"""Which files of a folder are pictures to be found."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from fanlight.core.picture_search.folders import pictures_in
from fanlight.domain.stop import StopFlag


def test_by_their_names_in_it_and_below(tmp_path: Path) -> None:
    for name in ("a.png", "b.JPG", "deep/c.webp", ".hidden.png", ".cache/d.png", "notes.txt", "png", "e.png/f.jpeg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 7)
    found = pictures_in(str(tmp_path))
    assert found is not None
    assert sorted(one.title for one in found) == ["a.png", "b.JPG", "deep/c.webp", "e.png/f.jpeg"]
    one = next(one for one in found if one.title == "a.png")
    state = (tmp_path / "a.png").stat()
    assert one.place.where == str(tmp_path / "a.png")
    assert not one.place.kept
    assert (one.taken, one.stamp) == (state.st_mtime, f"7 {state.st_mtime_ns}")


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"x")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "broken.png").symlink_to(tmp_path / "nothing")
    found = pictures_in(str(tmp_path))
    assert [one.title for one in found or ()] == ["a.png"]


def test_what_cannot_be_looked_at(tmp_path: Path) -> None:
    assert pictures_in(str(tmp_path / "gone")) is None
    (tmp_path / "file").write_bytes(b"")
    assert pictures_in(str(tmp_path / "file")) is None
    assert pictures_in(str(tmp_path)) == []
    stop = StopFlag()
    stop.set()
    assert pictures_in(str(tmp_path), stop) is None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.png")
    (tmp_path / name).write_bytes(b"x")
    found = pictures_in(str(tmp_path))
    assert [one.place.where for one in found or ()] == [str(tmp_path / name)]
    assert [one.title.encode("utf-8") for one in found or ()]
