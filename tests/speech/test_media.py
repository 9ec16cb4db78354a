"""Sound comes out of every usual container, in bounded memory; what is no recording is refused in a sentence."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from fanlight.domain.errors import AudioError
from fanlight.domain.speech import SAMPLE_RATE
from fanlight.speech import media
from fanlight.speech.audio import Audio, level_dbfs
from support.media_files import encoded, mute_video
from support.recordings import recording, write_wav


def whole(path: Path, start: float = 0.0) -> Audio:
    return np.concatenate(list(media.blocks(path, start)))


def likeness(one: Audio, other: Audio) -> float:
    """Of the envelopes, 20 ms at a time: codecs move phases and add a few ms."""
    n = min(len(one), len(other)) // 320 * 320
    a, b = (np.sqrt(np.mean(x[:n].reshape(-1, 320) ** 2, axis=1)) for x in (one, other))
    return float(np.corrcoef(a, b)[0, 1])


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 44_100),
        ("a.flac", "flac", 48_000),
        ("a.mp3", "libmp3lame", 44_100),
        ("a.ogg", "libopus", 48_000),
        ("a.opus", "libopus", 48_000),
        ("a.m4a", "aac", 44_100),
    ],
)
def test_the_usual_kinds_of_sound_are_read(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    spoken = recording("austen880")
    path = encoded(tmp_path / name, spoken, codec, rate)
    heard = whole(path)
    assert abs(len(heard) - len(spoken)) < 0.1 * SAMPLE_RATE
    assert likeness(heard, spoken) > 0.9
    assert media.probe(path).channels == 2


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "aac"), ("a.mkv", "libopus"), ("a.webm", "libopus")])
def test_the_sound_of_a_video_is_read(tmp_path: Path, name: str, codec: str) -> None:
    if name.endswith("webm"):
        path = encoded(tmp_path / name, recording("austen880"), codec, layout="mono")
    else:
        path = encoded(tmp_path / name, recording("austen880"), codec, video=True)
    assert likeness(whole(path), recording("austen880")) > 0.9
    assert media.probe(path).seconds == pytest.approx(3.0, abs=0.3)


def test_reading_can_begin_anywhere(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", recording("jfk"))
    assert np.allclose(whole(path, 4.5), whole(path)[round(4.5 * SAMPLE_RATE) :])
    assert [len(block) for block in media.blocks(path, 60.0)] == [0]  # ten seconds were passed on the way


@pytest.mark.parametrize(("name", "codec", "rate"), [("a.mp3", "libmp3lame", 44_100), ("a.ogg", "libopus", 48_000)])
def test_what_is_read_from_the_middle_is_what_is_there(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = encoded(tmp_path / name, recording("jfk"), codec, rate)
    start = 7.3
    rest, expected = whole(path, start), whole(path)[round(start * SAMPLE_RATE) :]
    assert abs(len(rest) - len(expected)) <= 2
    n = min(len(rest), len(expected))
    assert np.corrcoef(rest[:n], expected[:n])[0, 1] > 0.98  # to the sample, but for what rounding shifts


def test_an_hour_takes_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "long.wav", np.zeros(1800 * 8000, np.float32), rate=8000)
    tracemalloc.start()
    seconds = sum(len(block) for block in media.blocks(path)) / SAMPLE_RATE
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds == pytest.approx(1800, abs=0.1)
    assert most < 5_000_000


@pytest.mark.parametrize("content", [b"", b"no sound at all" * 100, b"RIFF\x00\x00\x00\x00WAVE", bytes(5000)])
def test_what_is_no_recording_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thing.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=r"thing\.wav") as error:
        list(media.blocks(path))
    assert error.value.hint


def test_a_name_that_ffmpeg_would_take_for_an_address_is_a_file_that_is_missing() -> None:
    for name in ("http://example.org/a.mp3", "tcp://127.0.0.1:9", "concat:a|b"):
        with pytest.raises(AudioError, match="does not exist"):
            media.probe(Path(name))


def test_a_list_of_addresses_inside_a_file_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n", "utf-8")
    with pytest.raises(AudioError):
        list(media.blocks(path))


def test_a_video_without_sound_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="is a folder"):
        media.probe(tmp_path)
    mute_video(tmp_path / "mute.mp4")
    with pytest.raises(AudioError, match="has no sound"):
        media.probe(tmp_path / "mute.mp4")


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = encoded(tmp_path / "a.mp3", recording("jfk"), "libmp3lame", 44_100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    heard = whole(path)
    assert 4 < len(heard) / SAMPLE_RATE < 7


def test_damage_in_the_middle_is_skipped(tmp_path: Path) -> None:
    path = encoded(tmp_path / "a.mp3", recording("jfk"), "libmp3lame", 44_100)
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 2000] = b"\xff\x00" * 1000
    path.write_bytes(raw)
    heard = whole(path)
    assert len(heard) / SAMPLE_RATE > 9
    assert level_dbfs(heard) > -30


def float_wav(path: Path, samples: Audio) -> Path:
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", 36 + samples.nbytes, b"WAVE", b"fmt ", 16, 3, 1, 16_000, 64_000, 4, 32
    )
    path.write_bytes(head + struct.pack("<4sI", b"data", samples.nbytes) + samples.astype("<f4").tobytes())
    return path


def test_samples_that_are_no_numbers_are_silence(tmp_path: Path) -> None:
    spoken = recording("austen880").copy()
    good = np.concatenate(list(media.blocks(float_wav(tmp_path / "good.wav", spoken))))
    for value in (np.nan, np.inf, -np.inf, 1e30, -3e38):
        broken = spoken.copy()
        broken[[1000, 20_000, 20_001]] = value
        heard = np.concatenate(list(media.blocks(float_wav(tmp_path / "bad.wav", broken))))
        assert np.isfinite(heard).all()
        assert np.abs(heard - good).max() < 0.2
        assert np.abs(heard - good).mean() < 1e-4


@pytest.mark.parametrize("scale", [2.0**15, 2.0**23, 2.0**31])
def test_a_floating_point_file_on_the_scale_of_whole_numbers_is_heard(tmp_path: Path, scale: float) -> None:
    spoken = recording("austen880")
    stored = spoken * np.float32(scale)
    stored[::5000] = np.nan
    heard = np.concatenate(list(media.blocks(float_wav(tmp_path / "a.wav", stored))))
    assert np.abs(heard).max() <= 1.1
    assert likeness(heard, spoken) > 0.95
