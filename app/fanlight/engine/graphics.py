"""The graphics devices that llama.cpp can use. One that it cannot (an old card, a broken driver) ends the process at
its first use, or when drivers are listed: so each is tried once in a child process. What was found out is kept until
llama.cpp, a driver, or the choice of devices changes."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fanlight.engine import devices
from fanlight.engine.device_trials import Attempt, HiddenDevices, TriedDevice, hidden_devices, try_in_child
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.driver_key import VULKAN_CHOICE, VULKAN_CHOICE_BEFORE, driver_key, loadable_libraries
from fanlight.files import replace_file

log = logging.getLogger(__name__)

_LISTING = ""
"""The key under which it is kept whether devices can be listed at all."""
_HIDES_ALL = {
    "VK_DRIVER_FILES": os.devnull, "VK_ICD_FILENAMES": os.devnull, "GGML_DISABLE_VULKAN": "1",
    "CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1", "ROCR_VISIBLE_DEVICES": "-1",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GraphicsFound:
    """`listing_failed`: why no device can be asked for, not even by listing them; then they are hidden from this
    process."""

    tried: tuple[TriedDevice, ...] = ()
    listing_failed: str = ""

    @property
    def usable(self) -> list[ComputeDevice]:
        return [one.device for one in self.tried if not one.reason]


def find_graphics(folder: Path, attempt: Attempt | None = None) -> GraphicsFound:
    """Call it before llama.cpp is used in this process: it may be that its drivers must not be touched. `folder` keeps
    what was found out; the first time that may take a minute for each device."""
    if not loadable_libraries():
        return GraphicsFound()
    if reason := hide_where_listing_fails(folder, attempt):
        return GraphicsFound((), reason)
    probes = _Probes(folder / "devices.json", attempt or try_in_child)
    hidden = probes.hidden()
    if hidden.visible and VULKAN_CHOICE_BEFORE not in os.environ:
        os.environ[VULKAN_CHOICE_BEFORE] = os.environ.get(VULKAN_CHOICE, "")
        os.environ[VULKAN_CHOICE] = hidden.visible
    tried = (TriedDevice(one, probes.reason(_identity(one), (one.name,))) for one in devices.graphics())
    return GraphicsFound((*tried, *hidden.left_out))


def hide_where_listing_fails(folder: Path, attempt: Attempt | None = None) -> str:
    """Why the devices of this computer cannot even be listed; "" where they can. llama.cpp lists them however little it
    is to use them: so this comes first also where the processor alone computes."""
    if not loadable_libraries():
        return ""
    if reason := _Probes(folder / "devices.json", attempt or try_in_child).reason(_LISTING, ()):
        log.warning("the graphics devices cannot be listed, and are hidden: %s", reason)
        os.environ.update(_HIDES_ALL)
    return reason


def _identity(device: ComputeDevice) -> str:
    return f"{device.name}|{device.description}|{device.total_bytes}"


class _Probes:
    """What is known under the key in force, by device; what is not is tried and kept."""

    def __init__(self, path: Path, attempt: Attempt) -> None:
        self._path, self._attempt, self._key = path, attempt, driver_key()
        self._known: dict[str, str] = {}
        self._hidden: HiddenDevices | None = None
        try:
            stored = json.loads(path.read_text("utf-8"))
            if stored["key"] == self._key:
                self._known = {str(name): str(reason) for name, reason in stored["devices"].items()}
                self._hidden = _stored_hidden(stored["hidden"])
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            log.debug("nothing is known of the graphics devices")

    def hidden(self) -> HiddenDevices:
        if self._hidden is None:
            self._hidden = hidden_devices(self._attempt)
            self._store()
        return self._hidden

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
            values = {"key": self._key, "devices": self._known, "hidden": self._hidden and asdict(self._hidden)}
            replace_file(self._path, json.dumps(values).encode())
        except OSError as error:
            log.warning("what was found out about the graphics devices cannot be kept: %s", error)


def _stored_hidden(values: Any) -> HiddenDevices | None:
    """Raises LookupError, TypeError, AttributeError."""
    if values is None:
        return None
    left_out = [TriedDevice(ComputeDevice(**one["device"]), str(one["reason"])) for one in values["left_out"]]
    return HiddenDevices(str(values["visible"]), tuple(left_out))
