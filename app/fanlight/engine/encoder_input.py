"""What goes into the vision encoder, read from its graph: the very pixels that mtmd has made of a picture, whatever it
does for the family of the model. Nothing is computed for it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from fanlight.engine.devices import ggml_functions

_INPUT = b"inp_raw"
"""The name of the input in all graphs of clip.cpp; a copy on a device has it between others (CUDA0#inp_raw#0)."""
_COLORS, _FLOAT = 3, 0

Pixels = npt.NDArray[np.float32]
"""As they are in the graph: (colors, height, width), normalized."""


class _Tensor(ctypes.Structure):
    """The beginning of `struct ggml_tensor` (ggml.h), up to its name."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("ne", ctypes.c_int64 * 4),
        ("nb", ctypes.c_size_t * 4),
        ("op", ctypes.c_int),
        ("op_params", ctypes.c_int32 * 16),
        ("flags", ctypes.c_int32),
        ("src", ctypes.c_void_p * 10),
        ("view_src", ctypes.c_void_p),
        ("view_offs", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("name", ctypes.c_char * 64),
    )


def input_of(node: int) -> Pixels | None:
    """The pixels, where this node of the graph takes them; it is not computed yet."""
    for source in _at(node).src:
        if source and _INPUT in _name(source).split(b"#"):
            return _pixels(source)
    return None


def colors_of(pixels: Pixels, mean: Sequence[float], deviation: Sequence[float]) -> bytes:
    """Packed RGB of normalized pixels."""
    straight = pixels.transpose(1, 2, 0) * np.asarray(deviation, np.float32) + np.asarray(mean, np.float32)
    return bytes(np.clip(np.rint(straight * 255), 0, 255).astype(np.uint8).tobytes())


def _pixels(tensor: int) -> Pixels | None:
    found = _at(tensor)
    width, height, colors, batch = found.ne
    if found.type != _FLOAT or colors != _COLORS or batch != 1:
        return None
    read = np.empty((colors, height, width), np.float32)
    ggml_functions().ggml_backend_tensor_get(tensor, read.ctypes.data, 0, read.nbytes)
    return read


def _at(tensor: int) -> _Tensor:
    return _Tensor.from_address(tensor)


def _name(tensor: int) -> bytes:
    return bytes(ggml_functions().ggml_get_name(tensor) or b"")


def layout_is_known(tensor: int) -> bool:
    """Whether `struct ggml_tensor` is as above: another llama.cpp may have another one."""
    return bool(_at(tensor).name == _name(tensor))
