"""Pictures as people name them."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from PIL import Image

from fanlight.batch.picture_sources import MOST_MATCHES, find_pictures
from fanlight.domain.errors import PictureError
from support.pictures import red_circle


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Holds below/a b.png; the home folder is folder/me with m.png."""
    (tmp_path / "below").mkdir()
    (tmp_path / "me").mkdir()
    red_circle(tmp_path / "below" / "a b.png")
    red_circle(tmp_path / "me" / "m.png")
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    return tmp_path


@pytest.mark.parametrize(
    "named",
    [
        "below/a b.png", "./below/a b.png", "{folder}/below/a b.png", "below/a%20b.png", "below\\a b.png",
        "file://{folder}/below/a%20b.png", "file://localhost{folder}/below/a%20b.png", "file:{folder}/below/a b.png",
        "FILE://{folder}/below/a%20b.png", "file://{folder}/below/a%20b.png?x=1", "file://{folder}/below/a%20b.png#top",
        "~/m.png", "file://~/m.png", "~/*.png", "below/*.png", "below/a[ ]b.???", "{folder}/*/a*",
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_one_picture_by_many_names(folder: Path, named: str) -> None:
    (found,) = find_pictures(named.format(folder=folder), folder)
    assert found.path is not None
    assert found.path.is_file()
    assert found.read(1536).width == 96


@pytest.mark.skipif(os.name == "nt", reason="names of POSIX")
@pytest.mark.parametrize(
    "name", ["*.png", "a%20b.png", "~.png", "file:x.png", "[1].png", "http:x.png", "a\\b.png", "\udce9.png"]
)
def test_a_file_that_is_called_like_that_comes_first(folder: Path, name: str) -> None:
    red_circle(folder / name)
    red_circle(folder / "other.png")
    assert [found.path for found in find_pictures(name, folder)] == [folder / name]


def test_a_pattern_stands_for_its_matches_in_order(folder: Path) -> None:
    for name in ("2.png", "1.png"):
        red_circle(folder / name)
    assert [found.name for found in find_pictures("?.png", folder)] == ["1.png", "2.png"]
    for number in range(MOST_MATCHES):
        (folder / f"x{number}.png").touch()
    with pytest.raises(PictureError, match=f"{MOST_MATCHES + 2} pictures"):
        find_pictures("*.png", folder)


@pytest.mark.parametrize("head", ["data:image/png;base64,", "data:;base64,", "DATA:image/png;charset=x;base64,"])
def test_a_data_address_holds_its_picture(folder: Path, head: str) -> None:
    data = (folder / "me" / "m.png").read_bytes()
    for text in (base64.b64encode(data), base64.urlsafe_b64encode(data).rstrip(b"="), base64.encodebytes(data)):
        (found,) = find_pictures(head + text.decode(), folder)
        assert found.read(1536).width == 96
        assert len(found.name) < 40


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("no.png", "{folder}."), ("below/no.png", "{folder}/below."), ("~/no.png", "{folder}/me."),
        ("file://{folder}/no.png", "{folder}."), ("no*.png", "{folder}."), ("..\\no.png", "was not found"),
        ("http://user:secret@example.org/a.png", "“http://example.org/a.png” is on another computer"),
        ("https://example.org/" + "x" * 500, "another computer"),
        ("https://example.org/" + "x" * 5000, "another computer"), ("s3://bucket/a.png", "another computer"),
        ("file://server/share/a.png", "another computer"), ("below", "is a folder"), ("x" * 300, "name too long"),
        ("\ud83d.png", "No file can have this name"), ("data:text/html,<p>", "holds text/html"),
        ("data:image/png;base64,AAA$", "base64"), ("data:image/png", "no complete"), ("data:," + "A" * 90_000, "text"),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_what_is_not_there_is_said_shortly_with_the_place(folder: Path, named: str, said: str) -> None:
    with pytest.raises(PictureError) as error:
        [found.read(1536) for found in find_pictures(named.format(folder=folder), folder)]
    assert said.format(folder=folder) in error.value.text
    assert "secret" not in error.value.text
    assert len(error.value.text) < 300 + len(str(folder))


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_pipe_among_the_pictures_is_refused_and_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.png")
    with pytest.raises(PictureError, match="is a pipe"):
        find_pictures("pipe.png", folder)


@pytest.mark.skipif(os.name == "nt", reason="descriptors of POSIX")
def test_a_pipe_that_the_shell_has_connected_is_read(folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, (folder / "me" / "m.png").read_bytes())
    os.close(writer)
    (found,) = find_pictures(f"/dev/fd/{reader}", folder)
    os.close(reader)
    assert found.read(1536).width == 96


@pytest.fixture
def scan(folder: Path) -> Path:
    """Three pages, 10, 20 and 30 pixels wide."""
    pages = [Image.new("RGB", (width, 10), "white") for width in (10, 20, 30)]
    pages[0].save(folder / "scan.tif", save_all=True, append_images=pages[1:])
    return folder


def test_pages_that_are_left_out_are_said(scan: Path) -> None:
    told: list[str] = []
    (found,) = find_pictures("scan.tif", scan)
    assert found.read(512, tell=lambda sentence, hint: told.append(f"{sentence} {hint}")).width == 10
    (said,) = told
    assert "“scan.tif” has 3 pages; only page 1 is used." in said
    assert "scan.tif#2" in said


@pytest.mark.parametrize(
    ("named", "widths"),
    [
        ("scan.tif#1", [10]), ("scan.tif#3", [30]), ("scan.tif#2-3", [20, 30]), ("scan.tif#page=2", [20]),
        ("*.tif#2", [20]), ("./scan.tif#1-1", [10]), ("file://{folder}/scan.tif#3", [30]),
        ("file:{folder}/scan%2etif#2-3", [20, 30]), ("below/a b.png#1", [96]),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_pages_are_chosen_behind_the_file(
    scan: Path, capsys: pytest.CaptureFixture[str], named: str, widths: list[int]
) -> None:
    found = find_pictures(named.format(folder=scan), scan)
    assert [one.read(512).width for one in found] == widths
    assert len({one.digest() for one in found}) == len(widths)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("scan.tif#4", "“scan.tif” has 3 pages; there is no page 4."), ("scan.tif#3-2", "“3-2” ends before it begins."),
        ("below/a b.png#2", "has 1 page; there is no page 2."), ("scan.tif#0", "“scan.tif#0” was not found"),
        ("scan.tif#x", "“scan.tif#x” was not found"), ("no.tif#2", "“no.tif” was not found"),
        ("scan.tif#1-999", "999 pictures"), ("me#1", "is a folder"),
    ],
)  # fmt: skip
def test_pages_that_are_none_are_said(scan: Path, named: str, said: str) -> None:
    with pytest.raises(PictureError) as error:
        [found.read(512) for found in find_pictures(named, scan)]
    assert said in error.value.text


@pytest.mark.parametrize("name", ["shot#2", "~#1", "a%20b#3"])
@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_a_file_whose_name_ends_like_a_page_comes_first(folder: Path, name: str) -> None:
    red_circle(folder / "x.png")
    (folder / "x.png").rename(folder / name)
    for named in (name, f"file://{folder}/{name}"):
        assert [(found.path, found.page) for found in find_pictures(named, folder)] == [(folder / name, None)]
