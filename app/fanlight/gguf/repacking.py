"""Which weights llama.cpp lays out anew for the processor. They stand in memory of their own, while all others stay in
their file, out of which the system can take them again. Beside graphics devices it does not: what is left to the
processor then stays in the file, too."""

from __future__ import annotations

import platform

from fanlight.domain.processor import has_instructions
from fanlight.gguf.header import Header, Tensor

_X86 = {"AVX2": ("q4_0", "q4_K", "iq4_nl", "mxfp4"), "AVX512F": ("q2_K",)}
_ARM = ("q1_0", "q4_0", "q4_K", "q5_K", "q6_K", "q8_0", "iq4_nl", "mxfp4")
_ARM_MACHINES = ("arm64", "aarch64")
_EMBEDDINGS = "token_embd.weight"
_LOOKED_UP = (_EMBEDDINGS, "per_layer_token_embd.weight")
"""Rows of these are taken one by one, and nothing is multiplied by them."""
_OUTPUT = "output.weight"


def repacked_kinds() -> frozenset[str]:
    """The types that are laid out anew on this processor; where it cannot be asked, those that may be."""
    machine = platform.machine()
    if machine in _ARM_MACHINES:
        return frozenset(_ARM)
    if machine not in ("x86_64", "AMD64"):
        return frozenset()
    return frozenset(kind for name, kinds in _X86.items() if has_instructions(name) for kind in kinds)


def repacked_bytes(model: Header, tensor: Tensor, kinds: frozenset[str]) -> int:
    """Of that memory for one of the weights: as many as it has, or none."""
    rows_together = 4 if platform.machine() in _ARM_MACHINES else 8
    if tensor.type not in kinds or len(tensor.shape) < 2 or tensor.shape[1] % rows_together:
        return 0
    if tensor.name in _LOOKED_UP and (tensor.name != _EMBEDDINGS or _OUTPUT in model.named):
        return 0
    return tensor.bytes


def looked_up_bytes(model: Header, kinds: frozenset[str]) -> int:
    """Of that memory, for what is needed as it is in the file, too."""
    embeddings = model.named.get(_EMBEDDINGS)
    return repacked_bytes(model, embeddings, kinds) if embeddings is not None else 0
