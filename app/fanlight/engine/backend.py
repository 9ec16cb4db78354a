"""llama.cpp in this process: the environment is set before the libraries are loaded, the log goes to Python's.

All other modules of the engine import `llama` and `mtmd`, the low-level bindings, from here.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import threading
from pathlib import Path
from typing import Any

from fanlight import openmp

openmp.wait_shortly()
# WORKAROUND ggml's abort handler starts a debugger for a backtrace. Remove when GGML_NO_BACKTRACE is the default.
os.environ.setdefault("GGML_NO_BACKTRACE", "1")

from llama_cpp import llama_cpp as llama
from llama_cpp import mtmd_cpp as mtmd

from fanlight.domain.processor import withheld_instructions
from fanlight.engine import logs

__all__ = ["LOGITS", "STOP_PROBE", "built_with_amx", "has_gpu", "llama", "mtmd", "start"]


def _libc() -> ctypes.CDLL:
    if sys.platform == "win32":
        return ctypes.CDLL("msvcrt")
    return ctypes.CDLL(ctypes.util.find_library("c") if sys.platform == "darwin" else None)


def _stop_probe() -> Any:
    """`strlen` as llama.cpp's abort callback: it reads a `StopFlag` without the GIL."""
    return ctypes.cast(_libc().strlen, llama.ggml_abort_callback)


def _logits() -> Any:
    """`llama_get_logits_ith` returning an address: ctypes would create a typed pointer for each token."""
    function = llama._lib["llama_get_logits_ith"]
    function.argtypes, function.restype = (ctypes.c_void_p, ctypes.c_int32), ctypes.c_void_p
    return function


STOP_PROBE = _stop_probe()
LOGITS = _logits()
_started = False
_starting = threading.Lock()


def start() -> None:
    """Initialize llama.cpp once per process, and install the log callback at each call: importing the bindings installs
    their own."""
    global _started
    logs.install(llama, mtmd)
    with _starting:  # devices are also listed beside a load
        if not _started:
            _load_variants(Path(llama.__file__).parent / "lib")
            llama.llama_backend_init()
            _started = True


def _load_variants(folder: Path) -> None:
    """In a build for every processor (GGML_BACKEND_DL) the kernels are libraries beside llama.cpp: ggml takes the
    variant with the most features of those that run here, and each backend whose driver is there."""
    if not any(folder.glob("*ggml-cpu-*")):
        return
    if withheld := withheld_instructions():
        # WORKAROUND ggml asks the processor alone, not whether the system lets programs use what it has: SIGILL at the
        # first computation (llama.cpp #28328). Remove when its score looks at XCR0.
        _load_each(folder, "sse42" if "AVX" in withheld else "haswell")
        return
    load = llama._lib["ggml_backend_load_all_from_path"]
    load.argtypes, load.restype = (ctypes.c_char_p,), None
    load(os.fsencode(folder))


def _load_each(folder: Path, variant: str) -> None:
    """The processor's `variant`, and the backends of all devices."""
    load = llama._lib["ggml_backend_load"]
    load.argtypes, load.restype = (ctypes.c_char_p,), ctypes.c_void_p
    for path in sorted(folder.glob("libggml-*.so")):
        kind, _dash, name = path.stem.removeprefix("libggml-").partition("-")
        if kind != "base" and name in ("", variant):
            load(os.fsencode(path))


def has_gpu() -> bool:
    return bool(llama.llama_supports_gpu_offload())


def built_with_amx() -> bool:
    """Whether llama.cpp would multiply in Intel's AMX tiles, which it keeps in an extra buffer type."""
    # WORKAROUND GCC before 12.4 and 13.3 drops the stores into the tile configuration (GCC PR 114098), and llama.cpp
    # asks for the tiles on its main thread alone: the first token ends the process by SIGSEGV (llama.cpp #20824,
    # ollama #17006), until llama.cpp #26954 is released. Our own build leaves AMX out (Makefile); this is for others.
    return b"AMX_INT8 = 1" in llama.llama_print_system_info()
