"""Scanners by `scanimage`: a script in its place for what goes wrong, and SANE's own test scanner where it is."""

from __future__ import annotations

import io
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from fanlight.desktop import scanners
from fanlight.desktop.scanners import Scanner
from fanlight.domain.desktop_errors import ScanError
from fanlight.domain.stop import StopFlag

Program = Callable[[str], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A script that is called `scanimage`; its options are noted in a file beside it."""

    def made(script: str) -> Path:
        path = tmp_path / "bin" / "scanimage"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n{script}\n')
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
        return tmp_path / "asked"

    return made


def test_scanners_have_the_names_of_their_makers(program: Program) -> None:
    program(r"printf 'epson2:libusb:001:004\tEpson  Perfection V39\nnonsense\ntest:0\t\n\tnameless\n'")
    assert scanners.list_scanners() == [
        Scanner("epson2:libusb:001:004", "Epson Perfection V39"),
        Scanner("test:0", "test:0"),
    ]


def test_a_scanner_without_that_mode_scans_as_it_does_by_itself(program: Program) -> None:
    asked = program(
        'case "$*" in *--mode*) echo "scanimage: unrecognized option \'--mode\'" >&2; exit 1;; esac; echo page'
    )
    assert scanners.scan("x", 300, color=True) == b"page\n"
    assert asked.read_text().splitlines() == [
        "-d x --format=png --mode Color --resolution 300",
        "-d x --format=png --resolution 300",
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("scanimage: open of device x failed: Device busy", "in use by another program"),
        ("scanimage: sane_start: Document feeder out of documents", "no paper"),
        ("scanimage: sane_read: Document feeder jammed", "jammed"),
        ("scanimage: sane_start: Scanner cover is open", "cover is open"),
        ("scanimage: open of device x failed: Access to resource has been denied", "may not use"),
        ("scanimage: open of device x failed: Invalid argument", "Invalid argument"),
        ("", "no reason given"),
    ],
)
def test_what_goes_wrong_is_a_sentence(program: Program, said: str, sentence: str) -> None:
    program(f'echo "{said}" >&2; exit 7')
    with pytest.raises(ScanError) as caught:
        scanners.scan("x", 200, color=False)
    assert sentence in caught.value.message
    assert caught.value.hint


def test_without_the_program_that_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not scanners.is_available()
    with pytest.raises(ScanError, match="no program for scanners"):
        scanners.list_scanners()


def test_a_scan_that_is_stopped_leaves_no_process(program: Program, tmp_path: Path) -> None:
    program(f"echo $$ > {tmp_path}/number; exec sleep 60")
    flag, found = StopFlag(), list[bytes]()
    thread = threading.Thread(target=lambda: found.append(scanners.scan("x", 200, color=True, stop=flag)))
    thread.start()
    number = tmp_path / "number"
    while not (number.exists() and number.read_text().strip()):
        thread.join(0.01)
    flag.set()
    thread.join(10)
    assert found == [b""]
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


def test_one_that_never_ends_and_one_that_writes_without_end_are_ended(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanners, "_SCAN_SECONDS", 0.3)
    program("exec sleep 60")
    with pytest.raises(ScanError, match="does not come to an end"):
        scanners.scan("x", 200, color=True)
    monkeypatch.setattr(scanners, "_SCAN_SECONDS", 60)
    monkeypatch.setattr(scanners, "_MOST_BYTES", 10_000)
    program("exec cat /dev/zero")
    with pytest.raises(ScanError, match="does not come to an end"):
        scanners.scan("x", 200, color=True)


@pytest.mark.skipif(shutil.which("scanimage") is None, reason="SANE is not installed")
def test_the_test_scanner_of_sane_gives_a_page() -> None:
    with Image.open(io.BytesIO(scanners.scan("test", 100, color=True))) as page:
        assert (page.format, page.mode) == ("PNG", "RGB")
        assert page.width > 100
    with Image.open(io.BytesIO(scanners.scan("test", 50, color=False))) as page:
        assert page.mode == "L"
    with pytest.raises(ScanError):
        scanners.scan("nothing:9", 100, color=True)
