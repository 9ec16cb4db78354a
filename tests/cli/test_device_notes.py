"""What `fanlight doctor` says of cameras, and of hearing what is played: without opening either."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.audio import loopback
from fanlight.audio.loopback.backend import Loopback, LoopbackBackend, OnLoopback
from fanlight.cli import device_notes, doctor_checks
from fanlight.video import cameras
from fanlight.video.cameras import Camera


class Heard:
    name = "pulse"
    needs = "A server."

    def is_available(self) -> bool:
        return True

    def open(self, on_loopback: OnLoopback) -> Loopback:
        raise AssertionError("no stream is opened")


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Camera]:
    (tmp_path / "video0").write_bytes(b"")
    found = [Camera(str(tmp_path / "video0"), "Front"), Camera(str(tmp_path / "gone"), "Back")]
    monkeypatch.setattr(cameras, "linux_cameras", lambda: list(found))
    return found


def report() -> doctor_checks.DoctorReport:
    made = doctor_checks.DoctorReport()
    doctor_checks._devices(made)
    assert doctor_checks._devices in doctor_checks.CHECKS
    return made


def test_cameras_are_named_and_one_that_may_not_be_used_is_noted(there: list[Camera]) -> None:
    found = report()
    assert found.paths["cameras"] == f"{there[0].path} (Front), {there[1].path} (Back)"
    assert "cameras" not in found.versions, "which a file for strangers has"
    assert [note for note in found.notes if "may not use “Back”" in note]
    assert not any("“Front”" in note for note in found.notes)
    there.clear()
    assert "cameras" not in report().paths
    assert found.missing == []


def test_without_what_reads_them_nothing_is_said_of_cameras(
    there: list[Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cameras, "is_available", lambda: False)
    assert "cameras" not in report().paths


@pytest.mark.parametrize("backend", [Heard(), None])
def test_whether_what_is_played_can_be_heard_is_said(
    backend: LoopbackBackend | None, there: list[Camera], monkeypatch: pytest.MonkeyPatch
) -> None:
    there.clear()
    monkeypatch.setattr(loopback, "pick", lambda: backend)
    monkeypatch.setattr(loopback, "wanted", lambda _platform: Heard())
    found = report()
    if backend is not None:
        assert found.versions["captions heard by"] == "pulse"
        assert found.notes == []
        return
    assert "captions heard by" not in found.versions
    (note,) = found.notes
    assert "cannot hear what this computer plays" in note
    assert "A server." in note
    monkeypatch.setattr(device_notes, "is_left_out", lambda _part: True)
    assert report().notes == []
