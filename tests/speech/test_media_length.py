from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fanlight.speech.media_length import is_end_missing, unkept_length
from support.recordings import write_wav


@pytest.mark.parametrize(
    ("head", "promised"),
    [
        (b"\0\0\0 ftypM4A ", 11.0),
        (b"\xff\xfb\x90\x64" + bytes(32) + b"Xing", 11.0),
        (b"ID3\4\0\0\0\0\0\x10" + bytes(16) + b"\xff\xfb\x90\x64" + bytes(32) + b"Info", 11.0),
        (b"\xff\xfb\x90\x64" + bytes(100), 0.0),
        (b"ID3\4\0\0\0\0\0\x10" + bytes(16) + b"\xff\xfb\x90\x64" + bytes(100), 0.0),
        (b"\xff\xf1\x50\x80" + bytes(100), 0.0),
    ],
)
def test_a_length_is_believed_where_the_file_states_it(tmp_path: Path, head: bytes, promised: float) -> None:
    path = tmp_path / "talk"
    path.write_bytes(head)
    assert unkept_length(path, 11.0, 5.5) == promised


@pytest.mark.parametrize(("promised", "decoded"), [(None, 5.0), (5.9, 5.0), (5.0, 5.4), (3600.0, 3540.0)])
def test_what_codecs_round_away_is_not_missing(tmp_path: Path, promised: float | None, decoded: float) -> None:
    (tmp_path / "talk").write_bytes(b"OggS")
    assert unkept_length(tmp_path / "talk", promised, decoded) == 0.0


@pytest.mark.parametrize(("size", "promised"), [(None, 2.0), (0, 0.0), (0xFFFF_FFFF, 0.0), (0x7FFF_FFDB, 0.0)])
def test_half_a_wav_promises_what_its_header_says_and_a_streamed_one_nothing(
    tmp_path: Path, size: int | None, promised: float
) -> None:
    data = write_wav(tmp_path / "talk.wav", np.zeros(32_000, np.float32)).read_bytes()
    at = data.index(b"data") + 4
    if size is not None:
        data = data[:at] + size.to_bytes(4, "little") + data[at + 4 :]
    (tmp_path / "talk.wav").write_bytes(data[: len(data) // 2])
    assert unkept_length(tmp_path / "talk.wav", 1.0, 0.9) == promised
    assert unkept_length(tmp_path / "talk.wav", 1.0, 2.0) == 0.0


@pytest.mark.parametrize(("flags", "missing"), [((2, 0, 4), False), ((2, 0, 0), True), ((2, 4, 2, 5), False)])
def test_an_ogg_file_ends_with_a_page_that_says_so(tmp_path: Path, flags: tuple[int, ...], missing: bool) -> None:
    path = tmp_path / "talk.ogg"
    path.write_bytes(b"".join(b"OggS\0" + bytes([flag]) + bytes(200) for flag in flags))
    assert is_end_missing(path) == missing
    path.write_bytes(b"other")
    assert not is_end_missing(path)
