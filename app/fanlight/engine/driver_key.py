"""What decides which graphics devices llama.cpp finds and can use: its own libraries, the drivers, the environment.
Read from files alone, since to ask a driver is to run it."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

_BACKENDS = ("vulkan", "cuda", "hip", "metal", "sycl", "musa", "opencl", "cann", "hexagon", "openvino")
_NVIDIA = Path("/proc/driver/nvidia/version")
_DRIVER_FOLDERS = (Path("/etc/vulkan"), Path("/usr/share/vulkan"), Path("/usr/local/share/vulkan"))
_CHOSEN = ("VK_DRIVER_FILES", "VK_ICD_FILENAMES")
VULKAN_CHOICE = "GGML_VK_VISIBLE_DEVICES"
"""llama.cpp's variable: the numbers of Vulkan's devices that it may see."""
VULKAN_CHOICE_BEFORE = "FANLIGHT_VULKAN_CHOICE_BEFORE"
"""What that was before Fanlight changed it, for itself and its child processes."""
_VARIABLES = ("GGML_", "VK_", "CUDA_", "HIP_", "ROCR_", "HSA_", "MESA_", "ZE_", "ONEAPI_")


def loadable_libraries() -> list[Path]:
    """As `graphics_libraries`, without that for Vulkan where the system has no loader of its drivers: ggml cannot load
    it then, and leaves it out. The loader by itself touches no driver."""
    found = graphics_libraries()
    if any("ggml-vulkan" in path.name for path in found) and not _has_vulkan_loader():
        return [path for path in found if "ggml-vulkan" not in path.name]
    return found


def _has_vulkan_loader() -> bool:
    name = {"linux": "libvulkan.so.1", "win32": "vulkan-1.dll"}.get(sys.platform)
    try:
        if name is not None:
            ctypes.CDLL(name)
    except OSError:
        return False
    return True


def graphics_libraries() -> list[Path]:
    """llama.cpp's backends for graphics devices, by their files: nothing is loaded."""
    found = importlib.util.find_spec("llama_cpp")
    folders = found.submodule_search_locations if found is not None else None
    return sorted(
        path
        for folder in folders or ()
        for backend in _BACKENDS
        for path in (Path(folder) / "lib").glob(f"*ggml-{backend}.*")
    )


def driver_key() -> str:
    """A digest that is another one after an update of llama.cpp, of a driver or of the system, and for another choice
    of devices by environment variables."""
    about: list[object] = [metadata.version("llama-cpp-python"), platform.release()]
    about += [_stamp(path) for path in graphics_libraries()]
    about += [_text(_NVIDIA), [_stamp(path) for path in _driver_files()]]
    given = dict(os.environ)
    if (before := given.pop(VULKAN_CHOICE_BEFORE, None)) is not None:
        given[VULKAN_CHOICE] = before
    about.append(sorted((name, value) for name, value in given.items() if value and name.startswith(_VARIABLES)))
    return hashlib.sha256(json.dumps(about).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _driver_files() -> Iterator[Path]:
    """Vulkan's drivers, and the layers that other programs put between them and every program (counters of frames do):
    each description, and the library that it names by a path or beside the system's."""
    own = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "vulkan"
    folders = [*_DRIVER_FOLDERS, own]
    chosen = next((os.environ[name] for name in _CHOSEN if os.environ.get(name)), None)
    if chosen is not None:
        places = [Path(part) for part in chosen.split(os.pathsep) if part]
        descriptions = [path for place in places for path in (place.glob("*.json") if place.is_dir() else [place])]
    else:
        descriptions = [path for folder in folders for path in (folder / "icd.d").glob("*.json")]
    layers = [path for folder in folders for path in (folder / "implicit_layer.d").glob("*.json")]
    for path in sorted([*descriptions, *layers]):
        yield path
        try:
            about = json.loads(path.read_text("utf-8"))
            library = (about.get("ICD") or about["layer"])["library_path"]
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
        if isinstance(library, str):
            yield from _libraries(path.parent, library)


def _libraries(folder: Path, name: str) -> Iterator[Path]:
    if os.sep in name:
        yield folder / name
        return
    machine = platform.machine()
    for place in ("/usr/lib64", "/usr/lib", f"/usr/lib/{machine}-linux-gnu"):
        yield Path(place) / name


def _stamp(path: Path) -> tuple[str, int, int]:
    """A file's size and time tell an update, without reading 150 MB of a driver."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return str(path), -1, -1
    return str(path), found.st_size, found.st_mtime_ns


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
