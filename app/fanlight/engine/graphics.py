"""The graphics devices that llama.cpp can use. One that it cannot (an old card, a broken driver) ends the process at
its first use, or when drivers are listed: so each is tried once in a child process. What was found out is kept until
llama.cpp, a driver, or the choice of devices changes."""

from __future__ import annotations

import json
import logging
import os
import subprocess  # noqa: TID251 - a crash must not be ours
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fanlight.engine import devices
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.driver_key import driver_key, graphics_libraries
from fanlight.files import replace_file
from fanlight.i18n import _, format_number

log = logging.getLogger(__name__)

_SECONDS = 300
"""For one device: the first time, a driver compiles llama.cpp's shaders."""
_LISTING = ""
"""The key under which it is kept whether devices can be listed at all."""
_HIDES_ALL = {
    "VK_DRIVER_FILES": os.devnull, "VK_ICD_FILENAMES": os.devnull, "GGML_DISABLE_VULKAN": "1",
    "CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1", "ROCR_VISIBLE_DEVICES": "-1",
}  # fmt: skip

_NO_ROOM = 75
"""`device_probe.NO_ROOM`."""
PROBE = ("-m", "fanlight.engine.device_probe")
Try = Callable[[Sequence[str]], str | None]
"""Tries the named device, or lists all of them, in a child process: why that is not possible; "" where it is, None
where other programs have its memory."""


@dataclass(frozen=True, slots=True)
class TriedDevice:
    """`reason`: why llama.cpp cannot use it; "" where it can. A whole sentence or an exit status, as the child said."""

    device: ComputeDevice
    reason: str


@dataclass(frozen=True, slots=True)
class GraphicsFound:
    """`listing_failed`: why no device can be asked for, not even by listing them; then they are hidden from this
    process."""

    tried: tuple[TriedDevice, ...] = ()
    listing_failed: str = ""

    @property
    def usable(self) -> list[ComputeDevice]:
        return [one.device for one in self.tried if not one.reason]


def find_graphics(folder: Path, attempt: Try | None = None) -> GraphicsFound:
    """Call it before llama.cpp is used in this process: it may be that its drivers must not be touched. `folder` keeps
    what was found out; the first time that may take a minute for each device."""
    if not graphics_libraries():
        return GraphicsFound()
    if reason := hide_where_listing_fails(folder, attempt):
        return GraphicsFound((), reason)
    probes = _Probes(folder / "devices.json", attempt or try_in_child)
    found = devices.graphics()
    return GraphicsFound(tuple(TriedDevice(one, probes.reason(_identity(one), (one.name,))) for one in found))


def hide_where_listing_fails(folder: Path, attempt: Try | None = None) -> str:
    """Why the devices of this computer cannot even be listed; "" where they can. llama.cpp lists them however little it
    is to use them: so this comes first also where the processor alone computes."""
    if not graphics_libraries():
        return ""
    if reason := _Probes(folder / "devices.json", attempt or try_in_child).reason(_LISTING, ()):
        log.warning("the graphics devices cannot be listed, and are hidden: %s", reason)
        os.environ.update(_HIDES_ALL)
    return reason


def _identity(device: ComputeDevice) -> str:
    return f"{device.name}|{device.description}|{device.total_bytes}"


class _Probes:
    """What is known under the key in force, by device; what is not is tried and kept."""

    def __init__(self, path: Path, attempt: Try) -> None:
        self._path, self._attempt, self._key = path, attempt, driver_key()
        self._known: dict[str, str] = {}
        try:
            stored = json.loads(path.read_text("utf-8"))
            if stored["key"] == self._key:
                self._known = {str(name): str(reason) for name, reason in stored["devices"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            log.debug("nothing is known of the graphics devices")

    def reason(self, identity: str, names: Sequence[str]) -> str:
        if identity not in self._known:
            reason = self._attempt(names)
            if reason is None:
                return ""
            self._known[identity] = reason
            self._store()
        return self._known[identity]

    def _store(self) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._path, json.dumps({"key": self._key, "devices": self._known}).encode())
        except OSError as error:
            log.warning("what was found out about the graphics devices cannot be kept: %s", error)


def try_in_child(names: Sequence[str], seconds: float = _SECONDS) -> str | None:
    """As `Try`."""
    command = [sys.executable, "-P", *PROBE, *names]
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH", "")]))
    try:
        ran = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=seconds,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _("no answer within {seconds} s").format(seconds=format_number(round(seconds)))
    except OSError as error:
        return _("it cannot be tried: {reason}").format(reason=error)
    if ran.returncode in (0, _NO_ROOM):
        return None if ran.returncode else ""
    lines = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
    status = _("exit status {number}").format(number=ran.returncode)
    return f"{status}: {lines[-1][:300]}" if lines else status
