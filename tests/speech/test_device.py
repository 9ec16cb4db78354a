"""The graphics card is tried in a child process, once; whatever happens there, speech goes on on the processor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import Decoded, SpeechInfo, TranscriptionOptions
from fanlight.speech import device
from fanlight.speech.audio import silence
from fanlight.speech.card_transcriber import CardTranscriber, card_in_use

SILENCE = silence(1)
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


def left_by_a_dead_process(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "card-1.json").write_text('{"pid": 4194304, "began": 5.0}', "utf-8")


def test_a_card_that_ends_fanlight_is_probed_again_and_after_the_second_time_not_used(
    card: list[list[str]], tmp_path: Path
) -> None:
    assert device.choose_device("auto", tmp_path, tmp_path) == "cuda"
    left_by_a_dead_process(tmp_path / "speech")
    assert device.choose_device("auto", tmp_path, tmp_path) == "cuda"
    assert len(card) == 2
    left_by_a_dead_process(tmp_path / "speech")
    assert [device.choose_device("auto", tmp_path, tmp_path) for _ in range(2)] == ["cpu"] * 2
    assert len(card) == 2
    assert "ended twice" in device.probe_result(tmp_path, tmp_path).unavailable_reason


def test_a_process_that_computes_or_left_a_torn_file_is_no_death(card: list[list[str]], tmp_path: Path) -> None:
    device.probe_result(tmp_path, tmp_path)
    with card_in_use(tmp_path / "speech"):
        assert len(list((tmp_path / "speech").glob("card-*"))) == 1
        (tmp_path / "speech" / "card-2.json").write_text("{", "utf-8")
        assert device.probe_result(tmp_path, tmp_path).deaths == 0
    assert not list((tmp_path / "speech").glob("card-*"))
    assert len(card) == 1


class Scripted:
    """A transcriber on a device with room for so many decodes."""

    def __init__(self, where: str, decodes: int, diary: list[str]) -> None:
        self.info, self._left, self._diary = SpeechInfo("tiny", where, ("en",)), decodes, diary
        diary.append(f"load {where}")

    def decode(self, *_what: Any, **_how: Any) -> Decoded:
        self._left -= 1
        if self._left < 0:
            raise SpeechModelError("CUDA failed with error out of memory")
        return Decoded((), self.info.device)

    def languages(self, *_what: Any, **_how: Any) -> tuple[str, ...]:
        return (self.decode().language,)

    def close(self) -> None:
        self._diary.append(f"close {self.info.device}")


def on_card(folder: Path, diary: list[str], *, decodes: int = 1, loads: bool = True) -> CardTranscriber:
    def load(where: str) -> Scripted:
        if where == "cuda" and not loads:
            raise SpeechModelError("CUDA failed with error out of memory")
        return Scripted(where, decodes if where == "cuda" else 99, diary)

    return CardTranscriber(load, folder)


def test_where_the_card_has_no_memory_left_the_same_speech_is_decoded_by_the_processor(tmp_path: Path) -> None:
    diary: list[str] = []
    transcriber = on_card(tmp_path, diary)
    english = TranscriptionOptions("en")
    assert [transcriber.decode(SILENCE, english).language for _ in range(3)] == ["cuda", "cpu", "cpu"]
    assert transcriber.info.device == "cpu"
    assert diary == ["load cuda", "close cuda", "load cpu"]
    assert list(transcriber.languages(SILENCE, [(0, 1)], english)) == ["cpu"]


def test_where_the_model_does_not_fit_on_the_card_it_is_loaded_on_the_processor(tmp_path: Path) -> None:
    diary: list[str] = []
    assert on_card(tmp_path, diary, loads=False).info.device == "cpu"
    assert diary == ["load cpu"]
    assert not list(tmp_path.glob("card-*"))
