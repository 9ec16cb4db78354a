"""ggml's compute devices with their memory, and the versions in use.

The bindings lack ggml's device functions; they are called through ctypes on the libraries of the bindings.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import psutil

Kind = Literal["cpu", "gpu", "igpu", "accelerator"]
_KINDS: tuple[Kind, ...] = ("cpu", "gpu", "igpu", "accelerator")
_TRIAL_BYTES = 2**28
_SOFTWARE = ("llvmpipe", "lavapipe", "swiftshader", "microsoft basic render")


@dataclass(frozen=True, slots=True)
class ComputeDevice:
    """`free_bytes` and `total_bytes`: the device's own memory; main memory for the processor."""

    name: str
    description: str
    kind: Kind
    free_bytes: int
    total_bytes: int
    bus_id: str = ""
    """Where the card sits; "" where that is not known."""

    @property
    def is_software(self) -> bool:
        """A driver that computes on the processor, in the memory of the program that uses it."""
        return any(name in self.description.lower() for name in _SOFTWARE)


def devices() -> list[ComputeDevice]:
    """The processor last. Loads llama.cpp's libraries at the first call."""
    from fanlight.engine import backend

    backend.start()
    ggml = ggml_functions()
    found = [_device(ggml, ggml.ggml_backend_dev_get(i)) for i in range(ggml.ggml_backend_dev_count())]
    return sorted(found, key=lambda device: device.kind == "cpu")


def graphics() -> list[ComputeDevice]:
    """Devices that can hold layers."""
    return [device for device in devices() if device.kind in ("gpu", "igpu")]


def versions() -> dict[str, str]:
    """Names and versions of the engine's libraries, for `fanlight doctor`."""
    from fanlight.engine import backend

    backend.start()
    version = backend.llama.llama_version()
    return {
        "llama-cpp-python": metadata.version("llama-cpp-python"),
        "llama.cpp": version.decode("utf-8", "replace") if version else "unknown",
        "system": backend.llama.llama_print_system_info().decode("utf-8", "replace").strip(" |\n"),
    }


def _device(ggml: Any, handle: int) -> ComputeDevice:
    kind = _KINDS[min(ggml.ggml_backend_dev_type(handle), len(_KINDS) - 1)]
    free, total = ctypes.c_size_t(), ctypes.c_size_t()
    ggml.ggml_backend_dev_memory(handle, ctypes.byref(free), ctypes.byref(total))
    free_bytes, total_bytes = free.value, total.value
    if kind == "cpu":  # ggml reports all main memory as free
        memory = psutil.virtual_memory()
        free_bytes, total_bytes = memory.available, memory.total
    name = ggml.ggml_backend_dev_name(handle).decode("utf-8", "replace")
    description = ggml.ggml_backend_dev_description(handle).decode("utf-8", "replace").strip()
    return ComputeDevice(name, description or name, kind, free_bytes, total_bytes, _bus_id(ggml, handle))


_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "ggml_backend_dev_count": (ctypes.c_size_t, []),
    "ggml_backend_dev_get": (ctypes.c_void_p, [ctypes.c_size_t]),
    "ggml_backend_dev_name": (ctypes.c_char_p, [ctypes.c_void_p]),
    "ggml_backend_dev_description": (ctypes.c_char_p, [ctypes.c_void_p]),
    "ggml_backend_dev_type": (ctypes.c_int, [ctypes.c_void_p]),
    "ggml_backend_dev_memory": (
        None,
        [ctypes.c_void_p, ctypes.POINTER(ctypes.c_size_t), ctypes.POINTER(ctypes.c_size_t)],
    ),
    "ggml_backend_dev_get_props": (None, [ctypes.c_void_p, ctypes.c_void_p]),
    "ggml_backend_dev_buffer_type": (ctypes.c_void_p, [ctypes.c_void_p]),
    "ggml_backend_buft_get_max_size": (ctypes.c_size_t, [ctypes.c_void_p]),
    "ggml_backend_buft_alloc_buffer": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_size_t]),
    "ggml_backend_buffer_free": (None, [ctypes.c_void_p]),
    "ggml_get_name": (ctypes.c_char_p, [ctypes.c_void_p]),
    "ggml_backend_tensor_get": (None, [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]),
}


def handle_of(name: str) -> int:
    """ggml's device of that name. Raises LookupError: it is gone."""
    ggml = ggml_functions()
    for i in range(ggml.ggml_backend_dev_count()):
        handle = ggml.ggml_backend_dev_get(i)
        if ggml.ggml_backend_dev_name(handle).decode("utf-8", "replace") == name:
            return int(handle)
    raise LookupError(name)


def has_room(handle: int, size: int) -> bool:
    """Whether the device really gives so many bytes now: they are allocated and freed."""
    ggml = ggml_functions()
    kind = ggml.ggml_backend_dev_buffer_type(handle)
    largest = min(ggml.ggml_backend_buft_get_max_size(kind), _TRIAL_BYTES)
    buffers = []
    try:
        while size > 0:
            buffer = ggml.ggml_backend_buft_alloc_buffer(kind, min(size, largest))
            if not buffer:
                return False
            buffers.append(buffer)
            size -= largest
        return True
    finally:
        for buffer in buffers:
            ggml.ggml_backend_buffer_free(buffer)


def distinct(found: Sequence[ComputeDevice]) -> list[ComputeDevice]:
    """One for each card: two drivers may list the same one. A processor's own graphics only where there is no card:
    llama.cpp would give it a share of the layers, and all would wait for it."""
    cards: dict[str, ComputeDevice] = {}
    for device in found:
        cards.setdefault(device.bus_id or device.name, device)
    apart = [device for device in cards.values() if device.kind == "gpu"]
    return apart or list(cards.values())[:1]


class _Properties(ctypes.Structure):
    """ggml_backend_dev_props; what follows is not used, and may grow."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
        ("memory_free", ctypes.c_size_t),
        ("memory_total", ctypes.c_size_t),
        ("type", ctypes.c_int),
        ("device_id", ctypes.c_char_p),
        ("rest", ctypes.c_char * 256),
    )


def _bus_id(ggml: Any, handle: int) -> str:
    properties = _Properties()
    ggml.ggml_backend_dev_get_props(handle, ctypes.byref(properties))
    return (properties.device_id or b"").decode("utf-8", "replace")


class _Ggml:
    """ggml's functions, each from the library that exports it."""

    def __init__(self, libraries: list[ctypes.CDLL]) -> None:
        for name, (result, arguments) in _SIGNATURES.items():
            function = next(getattr(library, name) for library in libraries if hasattr(library, name))
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


_loaded: list[_Ggml] = []


def ggml_functions() -> _Ggml:
    """Those of `_SIGNATURES`."""
    if not _loaded:
        from llama_cpp import _ctypes_extensions as bindings
        from llama_cpp import llama_cpp

        # On Linux llama.cpp's own ggml is asked, which knows the backends that were loaded: libggml.so may be a second
        # copy of it, with a registry of its own. Windows finds no functions of a library's libraries.
        libraries = [llama_cpp._lib]
        if not hasattr(llama_cpp._lib, "ggml_backend_dev_count"):
            folder = Path(llama_cpp._base_path)
            libraries += [bindings.load_shared_library(name, folder) for name in ("ggml", "ggml-base")]
        _loaded.append(_Ggml(libraries))
    return _loaded[0]
