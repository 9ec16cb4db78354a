"""What the figures were measured on; no names, no paths."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

import psutil

_PACKAGES = (
    "fanlight", "llama-cpp-python", "PySide6-Essentials", "numpy", "Pillow", "markdown-it-py", "Pygments", "Jinja2",
    "faster-whisper", "ctranslate2", "onnxruntime",
)  # fmt: skip


def machine() -> dict[str, object]:
    return {
        "cpu": _cpu(),
        "cores": psutil.cpu_count(logical=False) or 0,
        "logical_cores": psutil.cpu_count() or 0,
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "os": _system(),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def load_average() -> float:
    """Processes that wanted to run, the last minute's mean; 0 where the system does not count them."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, kernel {platform.release()}"
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
