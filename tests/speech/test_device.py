"""The graphics card is tried in a child process, once; whatever happens there, speech goes on on the processor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fanlight.speech import device

Ran = subprocess.CompletedProcess


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A card that works; the probes that were made."""
    probes: list[list[str]] = []

    def run(command: list[str], **more: Any) -> Ran[str]:
        probes.append(command)
        return Ran(command, 0, "", "")

    monkeypatch.setattr(sys, "platform", "win32")  # where no device file says that there is none
    monkeypatch.setattr(subprocess, "run", run)
    return probes


def test_the_processor_is_not_probed(card: list[list[str]], tmp_path: Path) -> None:
    assert device.choose_device("cpu", tmp_path, tmp_path) == "cpu"
    assert card == []


def test_a_card_that_works_is_used_and_probed_once(card: list[list[str]], tmp_path: Path) -> None:
    assert [device.choose_device("auto", tmp_path, tmp_path) for _ in range(3)] == ["cuda"] * 3
    assert len(card) == 1


@pytest.mark.parametrize(
    ("code", "said", "why"),
    [(-6, "Unable to load libcudnn\nInvalid handle", "exit -6: Invalid handle"), (1, "", "exit 1: no words")],
)
def test_a_probe_that_crashes_leaves_speech_on_the_processor(
    card: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str, why: str
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **more: Ran(command, code, "", said))
    assert device.choose_device("auto", tmp_path, tmp_path) == "cpu"
    assert device.probe_result(tmp_path, tmp_path).unavailable_reason == why


def test_a_probe_that_hangs_is_given_up(card: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **more: Any) -> Ran[str]:
        raise subprocess.TimeoutExpired(command, 120)

    monkeypatch.setattr(subprocess, "run", run)
    assert "did not answer" in device.probe_result(tmp_path, tmp_path).unavailable_reason


def test_another_model_or_a_damaged_verdict_is_probed_anew(card: list[list[str]], tmp_path: Path) -> None:
    device.probe_result(tmp_path, tmp_path)
    (tmp_path / "model.bin").write_bytes(b"other")
    device.probe_result(tmp_path, tmp_path)
    (tmp_path / "speech" / "device.json").write_text("[]", "utf-8")
    device.probe_result(tmp_path, tmp_path)
    assert len(card) == 3


@pytest.mark.skipif(Path("/dev/nvidiactl").exists() or not sys.platform.startswith("linux"), reason="there is a card")
def test_a_computer_without_a_card_is_known_without_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a child was started"))
    assert device.choose_device("auto", tmp_path, tmp_path) == "cpu"
