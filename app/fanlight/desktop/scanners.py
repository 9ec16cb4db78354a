"""Scanners, by SANE's own program `scanimage`: which there are, and a page of one as PNG. It runs as a process of its
own, with bounds of time and size, and is ended with what asked for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess  # noqa: TID251 - SANE's drivers are loaded by its own program
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass

from fanlight.domain.desktop_errors import ScanError
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _

PROGRAM = "scanimage"
RESOLUTIONS = (100, 150, 200, 300, 600)
"""Dots an inch."""
_LIST_SECONDS, _SCAN_SECONDS, _LOOK_SECONDS = 30.0, 300.0, 0.1
_MOST_BYTES = 512 * 2**20
_MOST_SCANNERS = 50
_FORMAT = "%d%t%v %m%n"
_REFUSED_OPTION = ("unrecognized option", "invalid option", "option --", "setting of option", "value for --")


@dataclass(frozen=True, slots=True)
class Scanner:
    """`device` is SANE's name of it."""

    device: str
    name: str


def is_available() -> bool:
    return shutil.which(PROGRAM) is not None


def list_scanners(stop: StopFlag | None = None) -> list[Scanner]:
    """Those that SANE is configured for, scanners in the network included. Takes seconds; any thread. Raises
    ScanError."""
    found = []
    for line in _run(["-f", _FORMAT], _LIST_SECONDS, stop).decode("utf-8", "replace").splitlines():
        device, tab, name = line.partition("\t")
        if tab and device.strip():
            found.append(Scanner(device.strip(), " ".join(name.split()) or device.strip()))
    return found[:_MOST_SCANNERS]


def scan(device: str, resolution: int, *, color: bool, stop: StopFlag | None = None) -> bytes:
    """One page as PNG. A scanner that has no such mode, or no such resolution, scans as it does by itself. Takes up to
    minutes; any thread. Raises ScanError, and returns b"" when it was stopped."""
    asked = ["-d", device, "--format=png"]
    ways: tuple[list[str], ...] = (
        ["--mode", "Color" if color else "Gray", "--resolution", str(resolution)],
        ["--resolution", str(resolution)],
        [],
    )
    for way in ways[:-1]:
        try:
            return _run([*asked, *way], _SCAN_SECONDS, stop)
        except ScanError as error:
            if not any(words in error.message for words in _REFUSED_OPTION):
                raise
    return _run([*asked, *ways[-1]], _SCAN_SECONDS, stop)


def _run(options: Sequence[str], seconds: float, stop: StopFlag | None) -> bytes:
    """What it writes. Raises ScanError."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise ScanError(
            _("There is no program for scanners on this computer."),
            _("Install the package “sane-utils”, or scan with another program and attach the file."),
        )
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [program, *options], stdin=subprocess.DEVNULL, stdout=output, stderr=errors, start_new_session=True
        )
        try:
            if not _ended(process, output.fileno(), seconds, stop):
                return b""
        finally:
            _end(process)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise _error(errors.read(10_000).decode("utf-8", "replace"))
        return output.read(_MOST_BYTES)


def _ended(process: subprocess.Popen[bytes], output: int, seconds: float, stop: StopFlag | None) -> bool:
    """False where it was stopped. Raises ScanError."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
            return True
        if stop is not None and stop.is_set():
            return False
        if time.monotonic() > until or os.fstat(output).st_size > _MOST_BYTES:
            raise ScanError(_("The scanner does not come to an end."), _("Switch it off and on, and try again."))


def _end(process: subprocess.Popen[bytes]) -> None:
    """It puts the scanner's head back when it is asked to end."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _error(said: str) -> ScanError:
    lines = [line.removeprefix(f"{PROGRAM}: ").strip() for line in said.splitlines() if line.strip()]
    reason = lines[-1] if lines else ""
    low = said.lower()
    if "busy" in low:
        return ScanError(_("The scanner is in use by another program."), _("Close that program and try again."))
    if "jammed" in low:
        return ScanError(_("The paper is jammed in the scanner."), _("Take it out and try again."))
    if "out of documents" in low:
        return ScanError(_("There is no paper in the scanner’s feeder."), _("Put some in and try again."))
    if "cover" in low:
        return ScanError(_("The scanner’s cover is open."), _("Close it and try again."))
    if "access" in low or "permission" in low:
        return ScanError(
            _("You may not use this scanner."), _("Add yourself to the group “scanner”, and log in once more.")
        )
    return ScanError(
        _("The scanner has answered: {reason}").format(reason=(reason or _("no reason given")).rstrip(".") + "."),
        _("See that it is switched on and connected."),
    )
