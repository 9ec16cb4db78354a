"""The device for speech: processor or graphics card. A card is probed in a child process first, since a broken CUDA
library ends its process without an exception. The result is stored until the driver, CTranslate2 or the model
changes."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import logging
import os
import subprocess  # noqa: TID251 - a crash must not be ours
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from fanlight.domain.own_python import with_own_modules
from fanlight.domain.path_kinds import look_at
from fanlight.files import replace_file
from fanlight.speech.card_transcriber import take_card_deaths

log = logging.getLogger(__name__)

_SECONDS = 120
"""For the probe: the first start of CUDA compiles kernels."""
_TOO_OFTEN = 2
_DRIVER = Path("/proc/driver/nvidia/version")
_LIBRARIES = ("libcublasLt.so.12", "libcublas.so.12")


@dataclass(frozen=True, slots=True)
class DeviceProbe:
    """`key` is a digest of driver, CTranslate2 and model; `unavailable_reason` is empty where the card can be used.
    `deaths`: of processes while the card computed for them."""

    key: str
    unavailable_reason: str
    deaths: int = 0


def choose_device(wanted: str, folder: Path, cache: Path) -> str:
    """ "cpu" or "cuda" for the model in `folder`. `wanted` is "cpu", or "auto" for the card where it works: the first
    time that may take a minute."""
    if wanted == "cpu":
        return "cpu"
    if reason := probe_result(folder, cache).unavailable_reason:
        log.info("speech stays on the processor: %s", reason)
        return "cpu"
    preload()
    return "cuda"


def probe_result(folder: Path, cache: Path) -> DeviceProbe:
    """The stored result, or that of a new probe, which is stored. After a death the card is probed again; one that has
    ended Fanlight twice is not used any more."""
    key, stored_file = _key(folder), cache / "speech" / "device.json"
    stored, died = _stored(stored_file, key), take_card_deaths(stored_file.parent)
    if stored is not None and not died:
        return stored
    deaths = died + (stored.deaths if stored is not None else 0)
    reason = _probe(folder) if deaths < _TOO_OFTEN else "Fanlight has ended twice while it computed"
    found = DeviceProbe(key, reason, deaths)
    try:
        stored_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(stored_file, json.dumps(asdict(found)).encode())
    except OSError as error:
        log.warning("the probe of the card cannot be stored: %s", error)
    return found


def _stored(file: Path, key: str) -> DeviceProbe | None:
    try:
        stored = DeviceProbe(**json.loads(file.read_text("utf-8")))
        return stored if stored.key == key and stored.deaths >= 0 else None
    except (OSError, ValueError, TypeError, RecursionError):
        log.debug("there is no stored probe of the card")
        return None


def preload() -> None:
    """Loads cuBLAS from the package nvidia-cublas-cu12: CTranslate2 itself searches the system's folders only."""
    found = importlib.util.find_spec("nvidia") if sys.platform.startswith("linux") else None
    for place in (found.submodule_search_locations or ()) if found else ():
        for name in _LIBRARIES:
            library = Path(place) / "cublas" / "lib" / name
            if library.is_file():
                try:
                    ctypes.CDLL(str(library), ctypes.RTLD_GLOBAL)
                except OSError as error:
                    log.info("%s cannot be loaded: %s", name, error)


def _probe(folder: Path) -> str:
    """Why the card cannot be used; "" where it can."""
    if sys.platform.startswith("linux") and not Path("/dev/nvidiactl").exists():
        return "there is no NVIDIA card"
    if sys.platform == "darwin":
        return "CTranslate2 uses no graphics card on a Mac"
    try:
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "fanlight.speech.cuda_probe", str(folder)],
            env=with_own_modules(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"the card did not answer within {_SECONDS} s"
    except OSError as error:
        return f"the card could not be tried: {error}"
    if ran.returncode == 0:
        return ""
    lines = [line.strip() for line in ran.stderr.splitlines() if line.strip()]
    return f"exit {ran.returncode}: {lines[-1][:300] if lines else 'no words'}"


def _key(folder: Path) -> str:
    try:
        driver = _DRIVER.read_text("utf-8", "replace")
    except OSError:
        driver = ""
    size = look_at(folder / "model.bin").size
    about = [driver, metadata.version("ctranslate2"), str(folder), size]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]
