"""A file that says what this process does with a model: written before it is loaded, removed when it is closed. Where
the process is ended by llama.cpp, a driver or the system, the file stays, and says at the next start what happened."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from fanlight.domain.placement import Placement

log = logging.getLogger(__name__)

_LOADING, _IDLE, _COMPUTING = b"L", b"I", b"C"
_numbers = itertools.count(1)
_markers: list[RunMarker] = []


@dataclass(frozen=True, slots=True)
class ProcessDeath:
    """A process has ended while it loaded a model, or else computed with it. `driver` is the `driver_key` then;
    `told`: a person knows."""

    model: str
    driver: str
    separate: bool
    loading: bool
    placement: Placement
    told: bool = False


class RunMarker:
    """Of one model in this process. No method raises: without a marker, only a death goes unexplained."""

    def __init__(self, folder: Path, model: str, driver: str, *, separate: bool) -> None:
        self._about = {"model": model, "driver": driver, "separate": separate}
        self._path = folder / f"running-{os.getpid()}-{next(_numbers)}.json"
        self._descriptor = -1
        _markers.append(self)

    def loading(self, placement: Placement) -> None:
        """On the disk before this returns: the system itself may go down with a driver."""
        self.remove()
        own = psutil.Process()
        about = self._about | {
            "pid": own.pid, "began": own.create_time(), "booted": psutil.boot_time(), "placement": placement.as_values()
        }  # fmt: skip
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            os.write(self._descriptor, _LOADING + json.dumps(about).encode())
            os.fsync(self._descriptor)
        except OSError as error:
            log.warning("the marker of a load cannot be written: %s", error)

    def computing(self) -> None:
        self._write(_COMPUTING)

    def idle(self) -> None:
        self._write(_IDLE)

    def _write(self, state: bytes) -> None:
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, state)

    def remove(self) -> None:
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            with contextlib.suppress(OSError):
                os.close(descriptor)
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)

    def forget(self) -> None:
        """As `remove`, for good."""
        self.remove()
        if self in _markers:
            _markers.remove(self)


@atexit.register
def remove_all() -> None:
    """This process ends in an orderly way."""
    for marker in tuple(_markers):
        marker.remove()


def take_deaths(folder: Path) -> Iterator[ProcessDeath]:
    """What the markers of processes that are gone say; the markers are removed."""
    for path in sorted(folder.glob("running-*.json")):
        try:
            raw = path.read_bytes()
            about = json.loads(raw[1:])
            if _is_running(about):
                continue
            death = _death(raw[:1], about)
        except (OSError, ValueError, LookupError, TypeError, RecursionError):
            death = None  # torn by a power cut, or being written: a living process writes it again
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        if death is not None:
            yield death


def _is_running(about: dict[str, Any]) -> bool:
    try:
        return bool(abs(psutil.Process(about["pid"]).create_time() - about["began"]) < 1)
    except psutil.Error:
        return False


def _death(state: bytes, about: dict[str, Any]) -> ProcessDeath | None:
    """None where it ended while nothing was computed, or together with the system and without a graphics device."""
    placement = Placement(**about["placement"] | {"devices": tuple(about["placement"]["devices"])})
    rebooted = abs(psutil.boot_time() - about["booted"]) > 60
    if state == _IDLE or (rebooted and not placement.on_card):
        return None
    return ProcessDeath(
        str(about["model"]), str(about["driver"]), bool(about["separate"]), state == _LOADING, placement
    )
