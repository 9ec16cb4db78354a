"""Which files are sound or video."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.pictures import recordings
from support.media_files import encoded
from support.recordings import recording
from support.windows import picture_file


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [
        ("a.wav", "pcm_s16le", "stereo"), ("a.flac", "flac", "stereo"), ("a.mp3", "libmp3lame", "stereo"),
        ("a.ogg", "libopus", "stereo"), ("a.m4a", "aac", "stereo"), ("a.mp4", "aac", "stereo"),
        ("a.mkv", "libopus", "stereo"), ("a.webm", "libopus", "mono"), ("a.aac", "aac", "stereo"),
        ("a.ts", "aac", "stereo"), ("a.aiff", "pcm_s16be", "stereo"), ("a.avi", "pcm_s16le", "stereo"),
        ("a.mov", "aac", "stereo"), ("a.caf", "pcm_s16le", "stereo"),
    ],
)  # fmt: skip
def test_they_are_known_by_content_whatever_they_are_called(tmp_path: Path, name: str, codec: str, layout: str) -> None:
    path = encoded(tmp_path / name, recording("austen880"), codec, layout=layout)
    assert recordings.is_recording(path.rename(tmp_path / "thing.png"))


@pytest.mark.parametrize("content", [b"", b"Dear diary", bytes(5000), b"%PDF-1.7", b"GGUF", b"G" * 100])
def test_other_files_are_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing"
    path.write_bytes(content)
    assert not recordings.is_recording(path)
    assert not recordings.is_recording(tmp_path)
    assert not recordings.is_recording(tmp_path / "missing")


def test_a_picture_that_is_called_a_recording_is_a_picture(tmp_path: Path) -> None:
    picture = picture_file(tmp_path).rename(tmp_path / "shapes.mp3")
    sound = tmp_path / "notes.wav"
    sound.write_text("no sound", "utf-8")
    assert recordings.sorted_out([sound, picture]) == ([picture], [sound])
    assert recordings.by_name(Path("A.MP3"))
    assert not recordings.by_name(Path("mp3"))
