"""The GGUF format's numbers: value kinds, and the tensor types the pinned llama.cpp supports."""

from __future__ import annotations

import struct
from typing import NamedTuple

ALIGNMENT = 32
MAX_DIMENSIONS = 4
MAX_TENSOR_NAME = 63

STRING, ARRAY = 8, 9
KIND_NAMES = ("u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "str", "arr", "u64", "i64", "f64")
SCALARS = {
    kind: struct.Struct("<" + code)
    for kind, code in {
        0: "B",
        1: "b",
        2: "H",
        3: "h",
        4: "I",
        5: "i",
        6: "f",
        7: "B",
        10: "Q",
        11: "q",
        12: "d",
    }.items()
}


class TensorType(NamedTuple):
    """`block` elements of a row take `bytes` bytes. `weight`: llama.cpp can multiply with it on every device."""

    name: str
    block: int
    bytes: int
    weight: bool = True


# From ggml.h and ggml_type_size() of the pinned llama.cpp. A number that is not here is unknown, or was removed.
TENSOR_TYPES: dict[int, TensorType] = {
    0: TensorType("f32", 1, 4),
    1: TensorType("f16", 1, 2),
    2: TensorType("q4_0", 32, 18),
    3: TensorType("q4_1", 32, 20),
    6: TensorType("q5_0", 32, 22),
    7: TensorType("q5_1", 32, 24),
    8: TensorType("q8_0", 32, 34),
    9: TensorType("q8_1", 32, 36, weight=False),
    10: TensorType("q2_K", 256, 84),
    11: TensorType("q3_K", 256, 110),
    12: TensorType("q4_K", 256, 144),
    13: TensorType("q5_K", 256, 176),
    14: TensorType("q6_K", 256, 210),
    15: TensorType("q8_K", 256, 292, weight=False),
    16: TensorType("iq2_xxs", 256, 66),
    17: TensorType("iq2_xs", 256, 74),
    18: TensorType("iq3_xxs", 256, 98),
    19: TensorType("iq1_s", 256, 50),
    20: TensorType("iq4_nl", 32, 18),
    21: TensorType("iq3_s", 256, 110),
    22: TensorType("iq2_s", 256, 82),
    23: TensorType("iq4_xs", 256, 136),
    24: TensorType("i8", 1, 1, weight=False),
    25: TensorType("i16", 1, 2, weight=False),
    26: TensorType("i32", 1, 4, weight=False),
    27: TensorType("i64", 1, 8, weight=False),
    28: TensorType("f64", 1, 8, weight=False),
    29: TensorType("iq1_m", 256, 56),
    30: TensorType("bf16", 1, 2),
    34: TensorType("tq1_0", 256, 54),
    35: TensorType("tq2_0", 256, 66),
    39: TensorType("mxfp4", 32, 17),
    40: TensorType("nvfp4", 64, 36),
    41: TensorType("q1_0", 128, 18),
    42: TensorType("q2_0", 64, 18),
}
