"""Sound decoded in a process of its own is the same sound; a file that harms that process costs itself alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanlight.domain.errors import AudioError, SpeechMissing
from fanlight.domain.stop import StopFlag
from fanlight.parsing.channel import Packet
from fanlight.parsing.failures import InputRefused, ParserCrashed
from fanlight.speech import media, media_files
from support import parser_tasks
from support.media_files import encoded, mute_video
from support.recordings import recording, write_wav

TESTS = Path(__file__).parents[1]


@pytest.fixture
def broken_decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Processes that know `support.parser_tasks`, one of which can be put in the decoder's place."""
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    media_files.parser().end_all()
    yield monkeypatch
    media_files.parser().end_all()


def test_the_sound_is_the_same_to_the_sample(tmp_path: Path) -> None:
    spoken = recording("austen880")
    made = [
        write_wav(tmp_path / "a.wav", spoken),
        encoded(tmp_path / "a.mp3", spoken, "libmp3lame", 44_100),
        encoded(tmp_path / "ü\udcff.ogg", spoken, "libopus"),
        encoded(tmp_path / "a.mp4", spoken, "aac", video=True),
    ]
    for path in made:
        assert media_files.probe(path) == media.probe(path)
        for start in (0.0, 1.3, 60.0):
            here, there = list(media.blocks(path, start)), list(media_files.blocks(path, start))
            assert [len(block) for block in there] == [len(block) for block in here]
            assert all(np.array_equal(one, other) for one, other in zip(here, there, strict=True))


def test_what_is_refused_is_refused_in_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("no sound")
    (tmp_path / "empty.wav").touch()
    mute_video(tmp_path / "mute.mp4")
    for name in ("text.mp3", "empty.wav", "mute.mp4", "missing.wav", ""):
        said = []
        for read in (media_files.probe, media.probe):
            with pytest.raises(AudioError) as caught:
                read(tmp_path / name)
            said.append(caught.value.text)
        assert said[0] == said[1]


def test_a_playlist_is_no_way_to_other_files(tmp_path: Path) -> None:
    """Of this computer either: only what was opened is read."""
    write_wav(tmp_path / "private.wav", recording("austen880"))
    for name, text in (
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nprivate.wav\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", "ffconcat version 1.0\nfile private.wav\n"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(AudioError):
            list(media_files.blocks(tmp_path / name))


@pytest.mark.parametrize("task", [parser_tasks.crash, parser_tasks.leave, parser_tasks.fail])
def test_a_decoder_that_dies_is_a_sentence_and_the_next_file_is_heard(
    broken_decoder: pytest.MonkeyPatch, tmp_path: Path, task: Any
) -> None:
    path = write_wav(tmp_path / "a.wav", recording("austen880"))
    with broken_decoder.context() as patch:
        patch.setattr(media_files, "decode_recording", task)
        patch.setattr(media_files, "describe_recording", task)
        for read in (lambda: list(media_files.blocks(path)), lambda: media_files.probe(path)):
            with pytest.raises(AudioError, match=r"^“a\.wav” cannot be read.*\.$") as caught:
                read()
            assert caught.value.hint
    assert media_files.probe(path).channels == 1
    assert list(media_files.blocks(path))


def test_a_decoder_that_hangs_or_is_stopped_is_a_sentence(broken_decoder: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", recording("austen880"))
    stop = StopFlag()
    with broken_decoder.context() as patch:
        patch.setattr(media_files, "decode_recording", parser_tasks.sleep_in_c)
        timer = threading.Timer(0.2, stop.set)
        timer.start()
        with pytest.raises(AudioError, match="was not read to its end"):
            list(media_files.blocks(path, stop=stop))
        timer.join()
        patch.setattr(media_files, "SECONDS", 0.2)
        with pytest.raises(AudioError, match=r"was not decoded within 0\.2 s\."):
            list(media_files.blocks(path))


def test_a_header_can_be_read_while_another_file_is_decoded(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", recording("jfk"))
    blocks = media_files.blocks(path)
    next(iter(blocks))
    assert media_files.probe(path).seconds == pytest.approx(11, abs=0.1)
    assert len(list(blocks)) == 10


def test_recordings_that_are_left_in_the_middle_hold_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = replace(media_files.PARSER, name="sound, held up", wait_seconds=0.2)
    monkeypatch.setattr(media_files, "PARSER", kind)
    path = write_wav(tmp_path / "a.wav", recording("jfk"))
    left = [media_files.blocks(path) for _ in range(kind.processes)]
    for blocks in left:
        next(iter(blocks))
    assert media_files.probe(path).seconds == pytest.approx(11, abs=0.1)
    assert [len(list(blocks)) for blocks in left] == [10] * kind.processes


@pytest.mark.parametrize("blobs", [[], [b"xyz"], [b"", b""], [bytes(1 << 25)]])
def test_what_can_be_no_sound_is_not_believed(blobs: list[bytes]) -> None:
    with pytest.raises(ParserCrashed):
        media_files._sound(Packet({}, blobs))


@pytest.mark.parametrize("values", [{}, {"seconds": "1", "channels": 1}, {"seconds": float("nan"), "channels": 1},
                                    {"seconds": 1.0}, {"seconds": 1.0, "channels": True}])  # fmt: skip
def test_what_can_be_no_header_is_not_believed(values: dict[str, Any]) -> None:
    with pytest.raises(ParserCrashed):
        media_files._info(Packet(values))


def test_a_package_that_is_missing_there_is_a_missing_part(tmp_path: Path) -> None:
    with pytest.raises(SpeechMissing, match="x cannot be loaded"), media_files._translated(tmp_path):
        raise InputRefused("SpeechMissing", "x cannot be loaded.", "Reinstall it.")
