"""Video files become frames with exact times, in a parsing process."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fanlight.domain.clip_errors import ClipError, NoMovingPictures
from fanlight.domain.clips import FRAME_SIDE
from fanlight.domain.stop import StopFlag
from fanlight.parsing.channel import Packet
from fanlight.video import clip_reading, files
from fanlight.video.clip_pictures import read_pictures
from fanlight.video.files import ClipRange, probe_clip, read_clip
from fanlight.video.frames import opened_video
from support.clips import Frame, Shot, scene, timeline, video_file
from support.media_files import encoded, mute_video
from support.recordings import recording

SHOTS = [Shot(scene(1), 2), Shot(scene(2), 2), Shot(scene(3), 2)]


def counting(number: int) -> Frame:
    """A frame that says which one it is: blocks for the bits of its number."""
    frame = np.full((64, 160, 3), 128, np.uint8)
    for bit in range(10):
        frame[:, 16 * bit : 16 * bit + 16] = 235 if number >> bit & 1 else 20
    return frame


def number_in(jpeg: bytes) -> int:
    pixels = np.asarray(Image.open(BytesIO(jpeg)).convert("L"))
    return sum(int(pixels[20:44, 16 * bit + 4 : 16 * bit + 12].mean() > 128) << bit for bit in range(10))


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libx264"), ("a.mkv", "libx264"), ("a.webm", "libvpx"), ("a.avi", "mpeg4")]
)
def test_frames_have_the_times_at_which_they_are_shown(tmp_path: Path, name: str, codec: str) -> None:
    path = video_file(tmp_path / name, [(n / 25, counting(n)) for n in range(150)], codec)
    read = read_clip(path, 640, 12)
    assert len(read.frames) == 12
    for frame in read.frames:
        assert abs(number_in(frame.jpeg) / 25 - frame.seconds) <= 1 / 25 + 0.001
    assert read.clip.seconds == pytest.approx(6, abs=0.1)


def test_frames_of_uneven_lengths_have_their_own_times(tmp_path: Path) -> None:
    steps = random.Random(3)
    times = np.cumsum([0.0, *(steps.choice([0.02, 0.04, 0.3, 0.9]) for _ in range(90))])
    path = video_file(tmp_path / "phone.mp4", [(float(at), counting(n)) for n, at in enumerate(times)])
    read = read_clip(path, 640, 10)
    assert len(read.frames) == 10
    for frame in read.frames:
        assert times[number_in(frame.jpeg)] == pytest.approx(frame.seconds, abs=0.002)


def test_shots_are_found_and_each_has_a_frame(tmp_path: Path) -> None:
    read = read_clip(video_file(tmp_path / "a.mp4", timeline(SHOTS, 25)), 640, 6)
    assert read.shots == pytest.approx([2, 4], abs=0.05)
    assert {int(frame.seconds // 2) for frame in read.frames} == {0, 1, 2}


def test_a_part_is_read_alone(tmp_path: Path) -> None:
    path = video_file(tmp_path / "a.mp4", timeline(SHOTS, 25), gop=25)
    read = read_clip(path, 640, 6, ClipRange(2.5, 3.5))
    assert all(2.5 <= frame.seconds <= 3.5 for frame in read.frames)
    assert (read.clip.start, read.clip.end) == (2.5, 3.5)
    with pytest.raises(ClipError, match=r"is only 0:06\.0 long"):
        read_clip(path, 640, 6, ClipRange(60))
    with pytest.raises(ClipError, match="ends before it begins"):
        read_clip(path, 640, 6, ClipRange(3, 2))


def test_a_phone_s_upright_video_is_upright(tmp_path: Path) -> None:
    lying = np.zeros((96, 160, 3), np.uint8)
    lying[:, :80] = 255  # white is on the left, and below once it is turned counterclockwise
    read = read_clip(video_file(tmp_path / "a.mov", [(n / 25, lying) for n in range(10)], turned=90), 640, 2)
    upright = Image.open(BytesIO(read.frames[0].jpeg)).convert("L")
    assert upright.size == (96, 160)
    assert (upright.getpixel((48, 20)), upright.getpixel((48, 140))) == (0, 255)


def test_pictures_are_read_again_with_the_same_pixels(tmp_path: Path) -> None:
    from fanlight.core.chat.attachment_reader import read_attachment

    path = video_file(tmp_path / "a.mp4", timeline(SHOTS, 25))
    for one in read_pictures(path, FRAME_SIDE, 3, name="holiday"):
        image = one.picture.image
        assert image.low
        assert read_attachment(one.picture.data, "", 1536, detail=one.picture.detail).image == image
        assert one.picture.name == f"holiday, {one.moment.time}"
        assert one.picture.kind == "jpeg"


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = encoded(tmp_path / "a.m4a", recording("austen880")[:16_000], "aac")
    with pytest.raises(NoMovingPictures, match=r"“a\.m4a” has no moving pictures"):
        read_clip(path, 640, 4)


def test_the_header_says_what_is_in_it(tmp_path: Path) -> None:
    spoken = encoded(tmp_path / "a.mp4", recording("austen880")[:32_000], "aac", video=True)
    assert probe_clip(spoken).has_sound
    assert not probe_clip(mute_video(tmp_path / "b.mp4")).has_sound


def test_what_is_no_video_is_a_sentence(tmp_path: Path) -> None:
    text = tmp_path / "a.mp4"
    text.write_text("no video at all")
    with pytest.raises(ClipError, match=r"“a\.mp4” is not a video that Fanlight can read"):
        read_clip(text, 640, 4)
    text.write_bytes(b"")
    with pytest.raises(ClipError, match=r"“a\.mp4” is empty"):
        read_clip(text, 640, 4)
    with pytest.raises(ClipError):
        read_clip(tmp_path, 640, 4)
    with pytest.raises(ClipError):
        read_clip(tmp_path / "none.mp4", 640, 4)


@pytest.mark.parametrize(
    ("ending", "codec", "least"), [("mkv", "libx264", 3), ("mp4", "libx264", 1), ("avi", "mpeg4", 3)]
)
def test_damage_costs_frames_or_is_a_sentence(tmp_path: Path, ending: str, codec: str, least: int) -> None:
    """`least`: so many of ten are read; an MP4 says at its end where its frames are."""
    whole = video_file(tmp_path / f"a.{ending}", timeline(SHOTS, 25), codec, gop=12).read_bytes()
    chance = random.Random(5)
    read, refusals = 0, []
    for number in range(10):
        data = bytearray(whole[: len(whole) * (number + 1) // 11] if number % 2 else whole)
        for _ in range(number * 20):
            data[chance.randrange(600, len(data))] = chance.randrange(256)
        if number == 8:
            data[:4096] = bytes(4096)
        path = tmp_path / f"{number}.{ending}"
        path.write_bytes(data)
        try:
            read += bool(read_clip(path, 320, 4).frames)
        except ClipError as error:
            refusals.append(error.message)
    assert all(f".{ending}”" in sentence for sentence in refusals)
    assert read + len(refusals) == 10
    assert read >= least


def test_it_can_be_stopped(tmp_path: Path) -> None:
    path = video_file(tmp_path / "a.mp4", timeline(SHOTS, 25))
    stop = StopFlag()
    stop.set()
    with pytest.raises(ClipError, match="was not read to its end"):
        read_clip(path, 640, 4, stop=stop)


def test_a_process_that_a_file_has_taken_over_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = video_file(tmp_path / "a.mp4", timeline(SHOTS[:1], 25))
    for lies in (
        [Packet({"info": [1.0, 64, 64, True]})],
        [Packet({"info": [float("nan"), 64, 64, True]}), Packet({"frame": 0.5}, [b"x"])],
        [Packet({"info": [1.0, -1, 64, True]}), Packet({"frame": 0.5}, [b"x"])],
        [Packet({"info": [1.0, 64, 64, True]}), Packet({"frame": "soon"}, [b"x"])],
        [Packet({"info": [1.0, 64, 64, True]}), *(Packet({"frame": 0.1 * n}, [b"x"]) for n in range(9))],
    ):
        monkeypatch.setattr(files.parser(), "run", lambda *_a, said=lies, **_k: (reply for reply in said))
        with pytest.raises(ClipError):
            read_clip(path, 640, 4)


class Ticking:
    """A clock that goes on by so many seconds each time."""

    def __init__(self, step: float) -> None:
        self._now, self._step = 0.0, step

    def __call__(self) -> float:
        self._now += self._step
        return self._now


@pytest.mark.parametrize(("step", "sparse"), [(0.001, False), (0.4, True), (12.0, True)])
def test_a_slow_file_is_looked_at_by_its_key_frames(tmp_path: Path, step: float, sparse: bool) -> None:
    path = video_file(tmp_path / "a.mkv", timeline(SHOTS, 25), gop=10)
    with path.open("rb") as file, opened_video(file, path.name, "It") as video:
        wanted = clip_reading.Wanted(0.0, 0.0, 8, 320)
        steps = list(clip_reading.read_clip(video, wanted, "It", Ticking(step)))
    frames = [one for one in steps if isinstance(one, clip_reading.FrameFound)]
    (index,) = [one for one in steps if isinstance(one, clip_reading.ClipIndex)]
    assert frames
    assert [frame.seconds for frame in frames] == pytest.approx(index.chosen)
    if sparse:  # key frames alone behind the first seconds
        assert all(round(frame.seconds * 25) % 10 == 0 for frame in frames if frame.seconds > 3)
    assert max(frame.seconds for frame in frames) > 4
