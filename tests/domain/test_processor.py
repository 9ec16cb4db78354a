"""An old processor is told in a sentence, where the libraries would end the process."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fanlight.domain import processor
from fanlight.domain.errors import ProcessorTooOld

APP = Path(__file__).parents[2] / "app"
EMULATOR = shutil.which("qemu-x86_64")
emulated = pytest.mark.skipif(
    EMULATOR is None or platform.machine() != "x86_64", reason="needs qemu-x86_64 (Debian's qemu-user)"
)


def test_this_processor_runs_what_is_installed_here() -> None:
    assert processor.missing_instructions() == []
    processor.check_processor()


@pytest.mark.parametrize(
    ("register", "missing"),
    [(0x00002001, ["SSSE3", "SSE4.1", "SSE4.2", "POPCNT"]), (0x00082201, ["SSE4.2", "POPCNT"]), (0x0098220D, [])],
)
def test_what_an_old_processor_lacks_is_named(
    monkeypatch: pytest.MonkeyPatch, register: int, missing: list[str]
) -> None:
    monkeypatch.setattr(processor, "_leaf_1", lambda: register)
    assert processor.missing_instructions() == missing
    if missing:
        with pytest.raises(ProcessorTooOld, match=", ".join(missing)) as caught:
            processor.check_processor()
        assert "virtual machine" in caught.value.hint


class OtherLibrary:
    """A C library that is not glibc."""

    def __getitem__(self, name: str) -> object:
        raise AttributeError(name)


def test_a_processor_that_cannot_be_asked_is_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert processor.missing_instructions() == []
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr("ctypes.CDLL", lambda _name: OtherLibrary())
    assert processor.missing_instructions() == []
    assert processor.withheld_instructions() == set()


@pytest.mark.parametrize(
    ("given", "active", "withheld"),
    [({"AVX", "AVX512F"}, {"AVX", "AVX512F"}, set()), ({"AVX", "AVX512F"}, {"AVX"}, {"AVX512F"}),
     ({"AVX", "AVX512F"}, set(), {"AVX", "AVX512F"}), (set(), set(), set())],
)  # fmt: skip
def test_what_the_system_withholds_is_told_from_what_the_processor_lacks(
    monkeypatch: pytest.MonkeyPatch, given: set[str], active: set[str], withheld: set[str]
) -> None:
    def leaf(number: int) -> processor._Leaf:
        made = processor._Leaf()
        for name, (at, register, bit) in processor.WITHHOLDABLE.items():
            made.given[register] |= (at == number and name in given) << bit
            made.active[register] |= (at == number and name in active) << bit
        return made

    monkeypatch.setattr(processor, "_leaf", leaf)
    assert processor.withheld_instructions() == withheld


def on_processor(name: str, tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    assert EMULATOR
    env = {**os.environ, "PYTHONPATH": str(APP), "FANLIGHT_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    command = [EMULATOR, "-cpu", name, sys.executable, *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)


@emulated
def test_fanlight_ends_with_a_sentence_on_a_processor_that_is_too_old(tmp_path: Path) -> None:
    ended = on_processor("Conroe", tmp_path, "-m", "fanlight", "doctor")
    assert (ended.returncode, ended.stdout) == (1, ""), ended
    assert "have: SSE4.1, SSE4.2, POPCNT." in ended.stderr
    assert ended.stderr.count("\n") == 2


@emulated
@pytest.mark.parametrize(("name", "withheld"), [("Haswell", "set()"), ("Haswell,-xsave", "{'AVX'}")])
def test_a_system_that_keeps_no_wide_registers_is_noticed(name: str, withheld: str, tmp_path: Path) -> None:
    asking = "from fanlight.domain.processor import withheld_instructions as ask; print(ask())"
    assert on_processor(name, tmp_path, "-c", asking).stdout == f"{withheld}\n"
