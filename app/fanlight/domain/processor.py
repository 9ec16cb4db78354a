"""Whether this processor has the instructions that Fanlight's libraries are compiled for. Without them the process ends
by SIGILL while NumPy or Qt is loaded, before anything could be said: so this comes first."""

from __future__ import annotations

import ctypes
import platform

from fanlight.domain.errors import ProcessorTooOld
from fanlight.i18n import _

NEEDED = {"SSSE3": 9, "SSE4.1": 19, "SSE4.2": 20, "POPCNT": 23}
"""Bits of ECX of CPUID's leaf 1. They, with what any processor of 64 bits with Linux or Windows has, are x86-64-v2; the
wheels of NumPy, PySide6, onnxruntime, OpenCV, and soxr were tried on emulated processors with and without them."""
WITHHOLDABLE = {"AVX": (0, 2, 28), "AVX512F": (1, 1, 16)}
"""Leaf, register, and bit of what needs a system that keeps its registers (XSAVE). Some virtual machines do not, nor
kernels that are told not to, and the processor says that it has them all the same."""
_ASKED = {"AVX2": (1, 1, 5), "AVX512F": WITHHOLDABLE["AVX512F"]}
_ECX = 2


class _Leaf(ctypes.Structure):
    """`struct cpuid_feature` of <sys/platform/x86.h>: EAX, EBX, ECX, EDX as CPUID gives them, and those in use."""

    _fields_ = (("given", ctypes.c_uint * 4), ("active", ctypes.c_uint * 4))


def check_processor() -> None:
    """Raises ProcessorTooOld. Where the processor cannot be asked, nothing is refused."""
    if missing := missing_instructions():
        text = _("Fanlight needs instructions that this processor does not have: {names}.")
        raise ProcessorTooOld(text.format(names=", ".join(missing)))


def missing_instructions() -> list[str]:
    register = _leaf_1()
    return [] if register is None else [name for name, bit in NEEDED.items() if not register >> bit & 1]


def withheld_instructions() -> set[str]:
    """Of WITHHOLDABLE, those that the processor has and the system does not let programs use: they end a process by
    SIGILL."""
    found = set()
    for name, (number, register, bit) in WITHHOLDABLE.items():
        leaf = _leaf(number)
        if leaf is not None and leaf.given[register] >> bit & 1 and not leaf.active[register] >> bit & 1:
            found.add(name)
    return found


def has_instructions(name: str) -> bool:
    """Whether programs can use AVX2 or AVX512F here; True where that cannot be asked."""
    number, register, bit = _ASKED[name]
    leaf = _leaf(number)
    return leaf is None or bool(leaf.active[register] >> bit & 1)


def _leaf_1() -> int | None:
    """ECX of CPUID's leaf 1; None where it cannot be asked."""
    leaf = _leaf(0)
    return None if leaf is None else int(leaf.given[_ECX])


def _leaf(number: int) -> _Leaf | None:
    """Of CPUID, by glibc's number: 0 is leaf 1, 1 is leaf 7. From glibc 2.33 or newer; None elsewhere, and on
    processors of another kind. The file /proc/cpuinfo would tell of the processor outside of an emulator."""
    if platform.machine() != "x86_64":
        return None
    try:
        ask = ctypes.CDLL(None)["__x86_get_cpuid_feature_leaf"]
    except (OSError, AttributeError, TypeError):
        return None
    ask.restype, ask.argtypes = ctypes.POINTER(_Leaf), (ctypes.c_uint,)
    found = ask(number)
    return found.contents if found else None
