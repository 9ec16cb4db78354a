"""Which files are sound or video."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.documents.files import is_document
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
        ("a.mov", "aac", "stereo"), ("a.caf", "pcm_s16le", "stereo"), ("a.m2ts", "aac", "stereo"),
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


@pytest.mark.parametrize(("begin", "size"), [(0, 188), (4, 192)])  # television's, and those of cameras and discs
def test_a_transport_stream_is_a_video_and_not_code(tmp_path: Path, begin: int, size: int) -> None:
    packet = b"\0" * begin + b"G" + bytes(size - begin - 1)
    for name in ("film.ts", "film.mts"):
        path = tmp_path / name
        path.write_bytes(packet * 8)
        assert recordings.is_recording(path)
        assert not is_document(path, name)


@pytest.mark.parametrize("name", ["code.ts", "code.mts", "GGG.ts"])
def test_source_code_with_the_name_of_a_video_is_a_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("Great: export const one: number = 1;\n" * 40, "utf-8")
    assert is_document(path, name)
    assert not recordings.is_recording(path)
    assert not recordings.by_name(path)  # it is looked into
    assert not recordings.is_video_name(path)


@pytest.mark.parametrize("head", [b"YUV4MPEG2 W320 H240 F20:1\n", b"\x1f\x07\x00\xbf", b".RMF\0\0\0\x12"])
def test_rarer_videos_are_known(head: bytes) -> None:
    assert recordings.by_content(head)
    assert not is_document(head, "film.y4m")
