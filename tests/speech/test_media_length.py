from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.speech.media_length import missing_seconds


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        (b"\0\0\0 ftypM4A ", 5.5),
        (b"\xff\xfb\x90\x64" + bytes(32) + b"Xing", 5.5),
        (b"ID3\4\0\0\0\0\0\x10" + bytes(16) + b"\xff\xfb\x90\x64" + bytes(32) + b"Info", 5.5),
        (b"\xff\xfb\x90\x64" + bytes(100), 0.0),
        (b"ID3\4\0\0\0\0\0\x10" + bytes(16) + b"\xff\xfb\x90\x64" + bytes(100), 0.0),
        (b"\xff\xf1\x50\x80" + bytes(100), 0.0),
    ],
)
def test_a_length_is_believed_where_the_file_states_it(tmp_path: Path, head: bytes, missing: float) -> None:
    path = tmp_path / "talk"
    path.write_bytes(head)
    assert missing_seconds(path, 11.0, 5.5) == missing


@pytest.mark.parametrize(("promised", "decoded"), [(None, 5.0), (5.9, 5.0), (5.0, 5.4), (3600.0, 3540.0)])
def test_what_codecs_round_away_is_not_missing(tmp_path: Path, promised: float | None, decoded: float) -> None:
    (tmp_path / "talk").write_bytes(b"OggS")
    assert missing_seconds(tmp_path / "talk", promised, decoded) == 0.0
