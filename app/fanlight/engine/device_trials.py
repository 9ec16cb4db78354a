"""Graphics devices are listed and tried in child processes, which a driver may end.

llama.cpp's Vulkan backend takes memory for transfers from its first device, whichever computes: one that it cannot use
spoils the others. So where there are several, each is tried alone, and bad ones are hidden from llama.cpp.
"""

from __future__ import annotations

import json
import os
import subprocess  # noqa: TID251 - a crash must not be ours
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import psutil

from fanlight.domain.own_python import with_own_modules
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.driver_key import VULKAN_CHOICE
from fanlight.i18n import _, format_number

PROBE = ("-m", "fanlight.engine.device_probe")
NO_ROOM = 75
"""Exit status of a probe: other programs have the device's memory, so that nothing was found out."""
_SECONDS = 300
"""For one device: the first time, a driver compiles llama.cpp's shaders. Where other programs keep the processor busy,
a child that is at work may take `_PATIENCE` times as long."""
_PATIENCE, _AT_WORK = 3, 0.05
_MOST_DEVICES = 16


class Attempt(Protocol):
    def __call__(self, names: Sequence[str], visible: str = "") -> str | None:
        """Tries the named device, or lists all of them, in a child process in which Vulkan has the devices `visible`,
        by their numbers, or those that llama.cpp chooses: why that is not possible; "" where it is, None where other
        programs have its memory."""


@dataclass(frozen=True, slots=True)
class TriedDevice:
    """`reason`: why llama.cpp cannot use it; "" where it can. A whole sentence or an exit status, as the child said."""

    device: ComputeDevice
    reason: str


@dataclass(frozen=True, slots=True)
class HiddenDevices:
    """`visible`: the numbers of Vulkan's devices that llama.cpp may see, as it expects them; "": as it chooses."""

    visible: str = ""
    left_out: tuple[TriedDevice, ...] = ()


def hidden_devices(attempt: Attempt) -> HiddenDevices:
    """Nothing is hidden where all can be used, or none, or there is one alone."""
    chosen = [device for device in listed_in_child() if device.name.startswith("Vulkan")]
    if len(chosen) < 2:
        return HiddenDevices()
    good: list[str] = []
    bad: list[TriedDevice] = []
    for number, device in _apart():
        if not any(_is_same(device, one) for one in chosen):
            continue
        if reason := attempt((device.name,), number):
            bad.append(TriedDevice(device, reason))
        else:
            good.append(number)
    return HiddenDevices(",".join(good), tuple(bad)) if good and bad else HiddenDevices()


def _apart() -> Iterator[tuple[str, ComputeDevice]]:
    """Vulkan's devices, by their numbers there."""
    given = os.environ.get(VULKAN_CHOICE, "")
    for number in given.split(",") if given else map(str, range(_MOST_DEVICES)):
        vulkan = [device for device in listed_in_child(number) if device.name.startswith("Vulkan")]
        if not vulkan:
            return
        yield number, vulkan[0]


def _is_same(device: ComputeDevice, other: ComputeDevice) -> bool:
    """Their names are counted anew."""
    return all(getattr(device, name) == getattr(other, name) for name in ("description", "total_bytes", "bus_id"))


def listed_in_child(visible: str = "") -> list[ComputeDevice]:
    """Empty where they cannot be listed. `visible` as for an `Attempt`."""
    try:
        ran = _run((), _SECONDS, visible)
        return [ComputeDevice(**values) for values in json.loads(ran.stdout)] if ran.returncode == 0 else []
    except (OSError, subprocess.TimeoutExpired, ValueError, TypeError):
        return []


def try_in_child(names: Sequence[str], visible: str = "", *, seconds: float = _SECONDS) -> str | None:
    """An `Attempt`."""
    try:
        ran = _run(names, seconds, visible)
    except subprocess.TimeoutExpired:
        return _("no answer within {seconds} s").format(seconds=format_number(round(seconds)))
    except OSError as error:
        return _("it cannot be tried: {reason}").format(reason=error)
    if ran.returncode in (0, NO_ROOM):
        return None if ran.returncode else ""
    lines = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
    status = _("exit status {number}").format(number=ran.returncode)
    return f"{status}: {lines[-1][:300]}" if lines else status


def _run(names: Sequence[str], seconds: float, visible: str) -> subprocess.CompletedProcess[str]:
    """Raises OSError and TimeoutExpired."""
    command = [sys.executable, "-P", *PROBE, *names]
    environment = with_own_modules(os.environ) | ({VULKAN_CHOICE: visible} if visible else {})
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
        env=environment,
    ) as process:  # fmt: skip
        try:
            said, complained = _communicate(process, seconds)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said, complained)


def _communicate(process: subprocess.Popen[str], seconds: float) -> tuple[str, str]:
    """What it writes until it ends. Raises TimeoutExpired."""
    worked = 0.0
    for _again in range(_PATIENCE - 1):
        try:
            return process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            before, worked = worked, _processor_seconds(process.pid)
            if worked - before < _AT_WORK * seconds or worked >= seconds:  # it waits for the driver, or goes in circles
                raise
    return process.communicate(timeout=seconds)


def _processor_seconds(pid: int) -> float:
    """Of a process that runs; 0 where that cannot be found out."""
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
