"""Processor or graphics card for speech. A card is tried in a child process first: a broken CUDA library ends its
process without an exception. The verdict is kept until the driver, CTranslate2 or the model changes."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import logging
import subprocess  # noqa: TID251 - a crash must not be ours
import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from fanlight.files import replace_file

log = logging.getLogger(__name__)

_SECONDS = 120
"""A first start of CUDA compiles kernels."""
_DRIVER = Path("/proc/driver/nvidia/version")
_LIBRARIES = ("libcublasLt.so.12", "libcublas.so.12")


@dataclass(frozen=True, slots=True)
class DeviceVerdict:
    """`why` the card cannot be used; empty when it can."""

    key: str
    why: str


def chosen(wanted: str, folder: Path, cache: Path) -> str:
    """ "cpu" or "cuda" for the model in `folder`; `wanted` is "cpu", or "auto" for the card where it works. The first
    time the latter may take a minute."""
    if wanted == "cpu":
        return "cpu"
    if why := verdict(folder, cache).why:
        log.info("speech stays on the processor: %s", why)
        return "cpu"
    preload()
    return "cuda"


def verdict(folder: Path, cache: Path) -> DeviceVerdict:
    """The kept one, or that of a probe now."""
    key = _key(folder)
    kept = cache / "speech" / "device.json"
    try:
        said = DeviceVerdict(**json.loads(kept.read_text("utf-8")))
        if said.key == key:
            return said
    except (OSError, ValueError, TypeError, RecursionError):
        log.debug("no verdict about the card is kept")
    found = DeviceVerdict(key, _probe(folder))
    try:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(kept, json.dumps(asdict(found)).encode())
    except OSError as error:
        log.warning("the verdict about the card cannot be kept: %s", error)
    return found


def forget(cache: Path) -> None:
    """The next start probes again: the card failed later, or the user asks."""
    (cache / "speech" / "device.json").unlink(missing_ok=True)


def preload() -> None:
    """cuBLAS from the package nvidia-cublas-cu12, for CTranslate2 to find: it looks in the system's folders only."""
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
    """Why not, or nothing."""
    if sys.platform.startswith("linux") and not Path("/dev/nvidiactl").exists():
        return "there is no NVIDIA card"
    if sys.platform == "darwin":
        return "CTranslate2 uses no graphics card on a Mac"
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "fanlight.speech.cuda_probe", str(folder)],
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
    size = (folder / "model.bin").stat().st_size if (folder / "model.bin").is_file() else 0
    about = [driver, metadata.version("ctranslate2"), str(folder), size]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]
