"""Pictures decoded in a process of their own are the same pictures; one that harms that process costs itself alone."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fanlight.domain.errors import PictureError
from fanlight.domain.messages import Image as Pixels
from fanlight.domain.stop import StopFlag
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import ParserCrashed
from fanlight.pictures import decode, files
from support import parser_tasks
from support.picture_files import FORMATS, coded, corners, exif, noisy

TESTS = Path(__file__).parents[1]


@pytest.fixture
def broken_decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Processes that know `support.parser_tasks`, one of which can be put in the decoder's place."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    files.parser().end_all()
    yield monkeypatch
    files.parser().end_all()


def samples() -> dict[str, bytes]:
    made = {f"{kind} {name}": coded(image, kind) for kind in FORMATS for name, image in
            (("corners", corners()), ("noise", noisy()), ("large", corners(2500, 1400)))}  # fmt: skip
    made |= {f"{kind} turned": coded(corners(), kind, exif=exif(6)) for kind in ("JPEG", "PNG", "WEBP", "TIFF")}
    for mode in ("1", "L", "LA", "P", "RGBA", "I;16"):
        made[f"PNG {mode}"] = coded(corners().convert("L").convert(mode) if mode == "I;16" else
                                    corners().convert(mode), "PNG")  # fmt: skip
    made["CMYK"] = coded(corners().convert("CMYK"), "JPEG", quality=95)
    made["float"] = coded(corners().convert("F"), "TIFF")
    made["thin"] = coded(Image.new("RGB", (2000, 1), "red"), "PNG")
    return made


def test_the_pictures_are_the_same_to_the_pixel() -> None:
    for name, data in samples().items():
        assert files.read_bytes(data, name, 700) == decode.read_bytes(data, name, 700), name


def test_heic_too() -> None:
    heif = pytest.importorskip("pillow_heif")
    coded_file = BytesIO()
    heif.from_pillow(corners()).save(coded_file, quality=95)
    data = coded_file.getvalue()
    assert files.read_bytes(data) == decode.read_bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        coded(noisy(), "PNG")[:2000], coded(noisy(), "JPEG")[:900], b"%PDF-1.7 x", b"plain text", bytes(100),
        coded(Image.new("1", (12_000, 10_100)), "PNG"), b"\x89PNG\r\n\x1a\n" + b"x" * 100,
    ],
)  # fmt: skip
def test_what_is_refused_is_refused_in_the_same_words(data: bytes) -> None:
    refused = []
    for read in (files.read_bytes, decode.read_bytes):
        with pytest.raises(PictureError) as caught:
            read(data, "é.png")
        refused.append(caught.value.text)
    assert refused[0] == refused[1]


def test_names_that_are_no_text_are_told_as_they_are() -> None:
    with pytest.raises(PictureError) as caught:
        files.read_bytes(b"x", "a\udcff.png")
    assert "“a\udcff.png”" in caught.value.message


@pytest.mark.parametrize("task", [parser_tasks.crash, parser_tasks.leave, parser_tasks.fail, parser_tasks.answer_never])
def test_a_decoder_that_dies_is_a_sentence_and_the_next_picture_is_read(
    broken_decoder: pytest.MonkeyPatch, task: Any
) -> None:
    data = coded(corners(), "PNG")
    with broken_decoder.context() as patch:
        patch.setattr(files, "decode_picture", task)
        with pytest.raises(PictureError, match=r"^“bad\.png” cannot be read.*\.$") as caught:
            files.read_bytes(data, "bad.png")
        assert caught.value.hint
    assert files.read_bytes(data).width == 120


def test_a_decoder_that_hangs_is_a_sentence(broken_decoder: pytest.MonkeyPatch) -> None:
    broken_decoder.setattr(files, "decode_picture", parser_tasks.sleep)
    broken_decoder.setattr(files, "SECONDS", 0.2)
    with pytest.raises(PictureError, match=r"“slow\.png” cannot be read: it was not decoded within 0\.2 s\."):
        files.read_bytes(b"x", "slow.png")


def test_stopping_ends_the_decoder(broken_decoder: pytest.MonkeyPatch) -> None:
    broken_decoder.setattr(files, "decode_picture", parser_tasks.sleep_in_c)
    stop = StopFlag()
    timer = threading.Timer(0.2, stop.set)
    timer.start()
    with pytest.raises(PictureError, match="was not read to its end"):
        files.read_bytes(b"x", "a.png", stop=stop)
    timer.join()


def test_a_file_is_the_same_picture_as_its_bytes(tmp_path: Path) -> None:
    for name, data in samples().items():
        path = tmp_path / "a.bin"
        path.write_bytes(data)
        picture, expected = files.read_file(path, 700), decode.read_bytes(data, "a.bin", 700)
        assert (picture, picture.data) == (expected, expected.data), name


def test_a_page_is_chosen_there_too(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (width, 10)) for width in (10, 20)]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    found = files.read_file(tmp_path / "scan.tif", page=2)
    assert (found.width, found.page, found.pages) == (20, 2, 2)
    with pytest.raises(PictureError, match="no page 3"):
        files.read_file(tmp_path / "scan.tif", page=3)


def test_a_file_that_is_changed_meanwhile_is_kept_as_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept was read here, what is shown there."""
    path = tmp_path / "a.png"
    path.write_bytes(coded(corners(), "PNG"))
    real, told = files._assembled, list[object]()

    def changing(*given: Any) -> Any:
        picture = real(*given)
        if not told:
            path.write_bytes(coded(corners(50, 40), "PNG"))
        told.append(picture)
        return picture

    monkeypatch.setattr(files, "_assembled", changing)
    picture = files.read_file(path)
    assert len(told) == 2
    assert decode.read_bytes(picture.data).image == picture.image


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_that_takes_the_files_place_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(coded(corners(), "PNG"))
    status = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda *_, **__: status)
    with pytest.raises(PictureError, match="is a device or a pipe"):
        files.read_file(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="files without a size")
def test_a_file_that_says_no_size_is_read(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is text"):
        files.read_file(Path("/proc/self/status"))


def test_a_file_that_cannot_be_read_to_its_end_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "a.png").write_bytes(coded(corners(), "PNG"))
    monkeypatch.setattr(files, "_decoded", broken)
    with pytest.raises(PictureError, match=r"“a\.png” cannot be read: .*\."):
        files.read_file(tmp_path / "a.png")


GOOD = {"kind": "png", "width": 40, "height": 30, "pages": 3, "page": 2, "same": True}
WANTED = files._Wanted("a", 1536, 2, None)


@pytest.mark.parametrize(
    ("change", "blobs"),
    [
        ({"same": False}, []), ({"same": False}, [b""]), ({"kind": "exe"}, []), ({"kind": None}, []),
        ({"width": -1}, []), ({"width": True}, []), ({"width": 20_000, "height": 20_000}, []), ({"same": "yes"}, []),
        ({"kind": ["png"]}, []), ({"pages": 0}, []), ({"pages": 1}, []), ({"page": 1}, []), ({"page": "2"}, []),
    ],
)  # fmt: skip
def test_an_answer_that_can_be_no_picture_is_not_believed(change: dict[str, Any], blobs: list[bytes]) -> None:
    pixels = Pixels.of(4, 3, bytes(36))

    def checked(values: dict[str, Any], blobs: list[bytes], pixels: Pixels | None = pixels) -> Any:
        return files._checked(Packet(values, blobs), pixels, b"file", WANTED)

    assert checked(GOOD, []).data == b"file"
    assert checked(GOOD | {"same": False}, [b"other"]).data == b"other"
    with pytest.raises(ParserCrashed):
        checked(GOOD, [], None)
    with pytest.raises(ParserCrashed):
        checked(GOOD | change, blobs)
    for name in change:
        with pytest.raises(ParserCrashed):
            checked({key: value for key, value in GOOD.items() if key != name}, [])


@pytest.mark.parametrize(
    ("shown", "sizes"),
    [([4, 3], [35]), ([4, 3], [37]), ([4, 3], []), ([4, 3], [36, 1]), ([4], [36]), ([3000, 3], [27000]), ([0, 3], [0]),
     ([4.0, 3], [36]), (4, [36])],
)  # fmt: skip
def test_an_answer_that_can_be_no_pixels_is_not_believed(shown: Any, sizes: list[int]) -> None:
    with pytest.raises(ParserCrashed):
        files._pixels(Packet({"shown": shown}, [bytes(size) for size in sizes]), 1536)


def test_more_or_fewer_answers_than_a_picture_has_are_not_believed() -> None:
    pixels, rest = Packet({"shown": [4, 3]}, [bytes(36)]), Packet(GOOD)
    assert files._assembled([pixels, pixels, rest], [b"file"], WANTED).data == b"file"
    for replies in ([], [pixels], [rest], [pixels, rest, rest], [pixels, rest, pixels], [pixels] * 3 + [rest]):
        with pytest.raises(ParserCrashed):
            files._assembled(replies, [b"file"], WANTED)


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    files.parser().end_all()
    files.read_bytes(coded(noisy(), "TIFF"))
    assert list(tmp_path.rglob("*")) == []
