"""Pictures decoded in a process of their own are the same pictures; one that harms that process costs itself alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fanlight.domain.errors import PictureError
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


GOOD = {"shown": [4, 3], "kind": "png", "width": 40, "height": 30, "pages": 1, "same": True}


@pytest.mark.parametrize(
    ("change", "sizes"),
    [
        ({}, [35]), ({}, [37]), ({}, []), ({"same": False}, [36]), ({"same": False}, [36, 0]), ({"shown": [4]}, [36]),
        ({"shown": [3000, 3]}, [27000]), ({"shown": [0, 3]}, [0]), ({"shown": [4.0, 3]}, [36]), ({"shown": 4}, [36]),
        ({"kind": "exe"}, [36]), ({"kind": None}, [36]), ({"width": -1}, [36]), ({"width": True}, [36]),
        ({"width": 20_000, "height": 20_000}, [36]), ({"same": "yes"}, [36]), ({"kind": ["png"]}, [36]),
        ({"pages": 0}, [36]),
    ],
)  # fmt: skip
def test_an_answer_that_can_be_no_picture_is_not_believed(change: dict[str, Any], sizes: list[int]) -> None:
    def checked(values: dict[str, Any], sizes: list[int]) -> Any:
        return files._checked(Packet(values, [bytes(size) for size in sizes]), b"file", "a", 1536)

    assert checked(GOOD, [36]).image.width == 4
    with pytest.raises(ParserCrashed):
        checked(GOOD | change, sizes)
    for name in change:
        with pytest.raises(ParserCrashed):
            checked({key: value for key, value in GOOD.items() if key != name}, [36])


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    files.parser().end_all()
    files.read_bytes(coded(noisy(), "TIFF"))
    assert list(tmp_path.rglob("*")) == []
