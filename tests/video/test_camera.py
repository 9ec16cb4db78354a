"""A camera by a process of its own. Its stand-ins are pictures that FFmpeg makes, opened as a camera is, and the same
process with faults."""

from __future__ import annotations

import errno
import io
import os
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from fanlight.domain.desktop_errors import CameraError
from fanlight.domain.own_python import with_own_modules
from fanlight.video import camera_problems
from fanlight.video.camera import CameraEvent, CameraFailed, CameraFrame, CameraPicture, CameraStream, launched_reader
from fanlight.video.camera_modes import PictureSize, sizes_of, ways_to_open
from fanlight.video.cameras import Camera, linux_cameras
from support.clips import HEIGHT, WIDTH, Shot, scene, timeline, video_file

SECONDS = 60
BARS = "testsrc2=size=1280x720:rate=30,realtime"
FAULTY = "support.camera_child"


class Asked:
    """A stream, and what it has answered."""

    def __init__(self, stream: Callable[[Callable[[CameraEvent], object]], CameraStream]) -> None:
        self.events: queue.SimpleQueue[CameraEvent] = queue.SimpleQueue()
        self.stream = stream(self.events.put)

    def frame(self, width: int = 320, height: int = 320) -> CameraEvent:
        self.stream.ask_for_frame(width, height)
        return self.events.get(timeout=SECONDS)

    def picture(self, *, mirrored: bool = False) -> CameraPicture:
        self.stream.take(mirrored=mirrored)
        event = self.events.get(timeout=SECONDS)
        assert isinstance(event, CameraPicture), event
        return event

    def error(self) -> CameraError:
        event = self.frame()
        while isinstance(event, CameraFrame):
            event = self.frame()
        assert isinstance(event, CameraFailed)
        assert self.stream.wait_closed(SECONDS)
        return event.error


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Asked]]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))  # for the process with faults
    streams: list[CameraStream] = []

    def made(device: str, kind: str = "lavfi", **options: Any) -> Asked:
        asked = Asked(lambda on_event: CameraStream(Camera(device, "The <b>camera</b>", kind), on_event, **options))
        streams.append(asked.stream)
        return asked

    yield made
    for stream in streams:
        stream.close()
        assert stream.wait_closed(SECONDS)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE}


def test_the_preview_is_small_and_the_picture_is_whole(opened: Callable[..., Asked]) -> None:
    before = children()
    camera = opened(BARS)
    frame = camera.frame(320, 320)
    assert isinstance(frame, CameraFrame)
    assert (frame.width, frame.height) == (320, 180)
    again = camera.frame(5000, 100)
    assert isinstance(again, CameraFrame)
    assert (again.width, again.height) == (178, 100)
    assert len(children() - before) == 1
    picture = camera.picture()
    assert camera.stream.wait_closed(SECONDS)
    assert children() == before, "the light is off"
    with Image.open(io.BytesIO(picture.jpeg)) as image:
        assert (image.format, image.size) == ("JPEG", (1280, 720))
        shown = Image.frombytes("RGB", (178, 100), again.pixels, "raw", "BGRX", again.stride)
        small = image.convert("RGB").resize((178, 100), Image.Resampling.BOX)
    differs = sum(abs(a - b) for a, b in zip(shown.tobytes(), small.tobytes(), strict=True)) / (3 * 178 * 100)
    assert differs < 8, "what was seen was taken"


def test_only_a_mirrored_picture_is_mirrored(opened: Callable[..., Asked]) -> None:
    halves = "color=red:s=64x64:r=30,drawbox=x=32:w=32:h=64:color=blue:t=fill,realtime"
    for mirrored, left in ((False, (254, 0, 0)), (True, (0, 0, 254))):
        camera = opened(halves)
        camera.frame()
        with Image.open(io.BytesIO(camera.picture(mirrored=mirrored).jpeg)) as image:
            found = image.getpixel((8, 32))
        assert isinstance(found, tuple)
        assert all(abs(a - b) < 20 for a, b in zip(found, left, strict=True))


def test_closing_it_ends_its_process_whatever_it_does(opened: Callable[..., Asked]) -> None:
    before = children()
    for camera in (opened(BARS), opened("silent", program=FAULTY)):
        camera.stream.ask_for_frame(100, 100)
        camera.stream.close()
        assert camera.stream.wait_closed(SECONDS)
        camera.stream.ask_for_frame(100, 100)
        assert camera.events.empty()
    assert children() == before


def test_nobody_waits_for_its_process_to_start(opened: Callable[..., Asked], monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    starts, may_start = threading.Event(), threading.Event()

    def slow(*given: Any) -> Any:
        starts.set()
        assert may_start.wait(SECONDS)
        return launched_reader(*given)

    monkeypatch.setattr("fanlight.video.camera.launched_reader", slow)
    stream = opened(BARS).stream
    assert starts.wait(SECONDS)

    def use() -> None:
        stream.ask_for_frame(100, 100)
        stream.close()

    used = threading.Thread(target=use, daemon=True)
    used.start()
    used.join(5)
    is_waiting = used.is_alive()
    may_start.set()
    assert not is_waiting
    assert stream.wait_closed(SECONDS)
    assert children() == before


def test_another_one_waits_until_the_camera_is_free(opened: Callable[..., Asked]) -> None:
    first = opened(BARS)
    first.frame()
    first.stream.close()
    second = opened(BARS, after=first.stream)
    assert isinstance(second.frame(), CameraFrame)
    assert first.stream.wait_closed(0)


@pytest.mark.parametrize(
    ("device", "sentence", "hint"),
    [
        ("EBUSY", "in use by another program", "Close that program"),
        ("EACCES", "may not use", "group “video”"),
        ("ENOENT", "does not answer any more", "Plug it in again"),
        ("ENOSPC", "USB connection has no room", "not into a hub"),
        ("EINVAL", "cannot be used: Invalid argument", "another camera"),
        ("nonsense", "cannot be used: Invalid data", "another camera"),
        ("unplugged", "does not answer any more", "Plug it in again"),
        ("dies", "ended unexpectedly", "Try again"),
        ("liar", "ended unexpectedly", "Try again"),
    ],
)
def test_what_goes_wrong_is_a_sentence(opened: Callable[..., Asked], device: str, sentence: str, hint: str) -> None:
    error = opened(device, program=FAULTY).error()
    assert sentence in error.message
    assert "“The <b>camera</b>”" in error.message
    if sys.platform.startswith("linux"):
        assert hint in error.hint


@pytest.mark.parametrize("device", ["silent", "stuck"])
def test_a_camera_that_gives_no_picture_is_given_up(opened: Callable[..., Asked], device: str) -> None:
    before = children()
    ticks = iter(range(10_000))
    camera = opened(device, program=FAULTY, seconds=(15, 15), clock=lambda: float(10 * next(ticks)))
    assert "gives no picture" in camera.error().message
    assert children() == before


@pytest.mark.parametrize("device", ["damaged", "hiccups"])
def test_what_is_damaged_in_between_costs_nothing(opened: Callable[..., Asked], device: str) -> None:
    camera = opened(device, program=FAULTY)
    assert all(isinstance(camera.frame(), CameraFrame) for _ in range(6))
    camera.picture()


def test_one_that_ends_has_ended(opened: Callable[..., Asked]) -> None:
    assert "does not answer any more" in opened("testsrc2=size=64x64:duration=0.2").error().message


def test_black_pictures_at_first_are_left_out_and_a_dark_room_is_shown(opened: Callable[..., Asked]) -> None:
    wakes_up = "color=black:s=64x64:r=30:d=0.2[a];color=white:s=64x64:r=30[b];[a][b]concat,realtime"
    frame = opened(wakes_up).frame()
    assert isinstance(frame, CameraFrame)
    assert max(frame.pixels[:64]) == 255
    assert min(frame.pixels[:64]) > 200
    dark = opened("color=black:s=64x64:r=30").frame()
    assert isinstance(dark, CameraFrame)
    assert max(frame.pixels[:64:4]) > max(dark.pixels[:64:4])


def test_pictures_that_need_those_before_them_come_too(opened: Callable[..., Asked], tmp_path: Path) -> None:
    """A film is over sooner than anybody asks: its last picture is the newest."""
    frame = opened(str(video_file(tmp_path / "film.mkv", timeline([Shot(scene(1), 0.4)], 25))), "matroska").frame()
    assert isinstance(frame, CameraFrame)
    assert (frame.width, frame.height) == (WIDTH, HEIGHT)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone confines it")
def test_the_process_is_confined_but_for_the_camera(tmp_path: Path) -> None:
    """In a process that does as it does: the device alone can be written to, and after it is open nothing."""
    device, other = tmp_path / "video0", tmp_path / "other"
    device.write_bytes(b"")
    other.write_bytes(b"")
    code = f"""
import os
from fanlight.parsing import confinement
print(confinement.confine({str(device)!r}))
def tried(path):
    try:
        os.close(os.open(path, os.O_RDWR))
    except OSError as error:
        return error.errno
    return 0
print([tried({str(device)!r}), tried({str(other)!r})])
confinement.confine_opened()
print([tried({str(device)!r}), tried({str(other)!r})])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], env=with_own_modules(os.environ), capture_output=True, text=True, check=True
    )
    on, before, after = map(eval, ran.stdout.splitlines())
    if not any(name.startswith("Landlock") for name in on) or "seccomp" not in on:
        pytest.skip("this kernel has not both")
    assert before == [0, errno.EACCES]
    assert after == [errno.EPERM, errno.EPERM]


# Which there are.


def device(folder: Path, number: int, name: str, index: int = 0, capabilities: str | None = None) -> None:
    node = folder / "sys" / f"video{number}"
    node.mkdir(parents=True)
    (node / "name").write_text(f"{name}\n")
    (node / "index").write_text(f"{index}\n")
    (node / "dev").write_text(f"81:{number}\n")
    if capabilities is not None:
        (folder / "udev").mkdir(exist_ok=True)
        (folder / "udev" / f"c81:{number}").write_text(
            f"I:1\nE:ID_V4L_CAPABILITIES={capabilities}\nE:ID_V4L_VERSION=2\n"
        )


def test_only_devices_that_capture_are_cameras(tmp_path: Path) -> None:
    assert linux_cameras(tmp_path / "sys", tmp_path / "udev") == []
    device(tmp_path, 0, "FHD WebCam: FHD WebCam", 0, ":capture:")
    device(tmp_path, 1, "FHD WebCam: FHD WebCam", 1, ":")
    device(tmp_path, 2, "FHD WebCam: IR Camera", 0)
    device(tmp_path, 3, "FHD WebCam: IR Camera", 1)
    device(tmp_path, 10, "bcm2835-codec-decode", 0, ":video_output:")
    device(tmp_path, 4, "A\x1b[31m cam\n era", 0)
    device(tmp_path, 5, "Integrated Camera: Integrated C", 0)
    device(tmp_path, 6, "Integrated Camera: Integrated C", 0)
    (tmp_path / "sys" / "v4l-subdev0").mkdir()
    assert [(one.device, one.name) for one in linux_cameras(tmp_path / "sys", tmp_path / "udev")] == [
        ("/dev/video0", "FHD WebCam"),
        ("/dev/video2", "FHD WebCam: IR Camera"),
        ("/dev/video4", "A[31m cam era"),
        ("/dev/video5", "Integrated Camera (video5)"),
        ("/dev/video6", "Integrated Camera (video6)"),
    ]


def test_a_camera_that_a_sandbox_hides_is_one_that_may_not_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device(tmp_path, 0, "Camera")
    monkeypatch.setattr(camera_problems, "_KNOWN_DEVICES", tmp_path / "sys")
    monkeypatch.setattr(camera_problems, "_FLATPAK", tmp_path)
    error = camera_problems.camera_problem("ENOENT", Camera("/dev/video0", "Camera"))
    assert "may not use" in error.message
    assert "flatpak override --user --device=all" in error.hint
    assert "does not answer" in camera_problems.camera_problem("ENOENT", Camera("/dev/video9", "Camera")).message


def driver(formats: dict[bytes, list[tuple[int, ...]]]) -> Callable[[int, bytes], bytes]:
    """Answers as a Video4Linux driver does: two numbers are a size, six a range."""

    def control(number: int, given: bytes) -> bytes:
        (index,) = struct.unpack_from("=I", given)
        try:
            if number & 0xFF == 2:
                assert len(given) == 64
                code: bytes = list(formats)[index]
                return given[:44] + code + given[48:]
            assert len(given) == 44
            numbers = formats[given[4:8]][index]
            kind = 1 if len(numbers) == 2 else 3
            return given[:8] + struct.pack("=I", kind) + struct.pack(f"={len(numbers)}I", *numbers).ljust(32, b"\0")
        except IndexError:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None

    return control


def test_the_largest_picture_as_jpeg_is_asked_for_and_smaller_ones_where_there_is_no_room() -> None:
    sizes = sizes_of(
        driver(
            {
                b"YUYV": [(640, 480), (2592, 1944)],
                b"MJPG": [(640, 480), (1280, 720), (3840, 2160), (1920, 1080), (100_000, 100_000)],
            }
        )
    )
    assert max(sizes) == PictureSize(True, 3840 * 2160, 3840, 2160)
    assert [way.get("video_size") for way in ways_to_open("v4l2", sizes)] == [
        "3840x2160", "1920x1080", "1280x720", "640x480", None,
    ]  # fmt: skip
    assert next(ways_to_open("v4l2", sizes))["input_format"] == "mjpeg"
    ranged = sizes_of(driver({b"YUYV": [(48, 1600, 2, 32, 1200, 2)]}))
    assert list(ways_to_open("v4l2", ranged)) == [{"video_size": "1600x1200"}, {}]
    assert list(ways_to_open("v4l2", sizes_of(driver({})))) == [{}]
