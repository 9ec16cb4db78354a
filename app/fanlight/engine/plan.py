"""What goes where, before anything is loaded: how many layers a graphics card takes, and whether the rest has room."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.domain.errors import OutOfMemory
from fanlight.engine.devices import ComputeDevice
from fanlight.gguf.check import Checked
from fanlight.gguf.header import Header

_BYTES_A_NUMBER = 2  # the cache holds half-precision floats
_MARGIN = 2**30
"""Left free on a graphics card: for what is computed there, and for the desktop."""


def cache_bytes(model: Header, tokens: int) -> int:
    """The KV cache's size with all layers keeping all tokens: an upper bound for windowed and recurrent layers."""
    arch = model.architecture
    layers = _number(model, f"{arch}.block_count", 0)
    heads = _number(model, f"{arch}.attention.head_count", 1)
    width = _number(model, f"{arch}.embedding_length", 0)
    key = _number(model, f"{arch}.attention.key_length", width // max(heads, 1))
    value = _number(model, f"{arch}.attention.value_length", width // max(heads, 1))
    shared = model.metadata.get(f"{arch}.attention.head_count_kv", heads)
    pairs = sum(int(n) for n in shared if isinstance(n, int)) if isinstance(shared, tuple) else layers * _whole(shared)
    return pairs * (key + value) * _BYTES_A_NUMBER * tokens


def layers_that_fit(checked: Checked, tokens: int, cards: Sequence[ComputeDevice]) -> int:
    """How many layers to put on the graphics cards; -1 is all of them, 0 none."""
    free = sum(max(0, card.free_bytes - _MARGIN) for card in cards)
    layers = _number(checked.model, f"{checked.model.architecture}.block_count", 1)
    weights = sum(tensor.bytes for tensor in checked.model.tensors)
    eye = checked.projector.file_bytes if checked.projector is not None else 0
    need = weights + cache_bytes(checked.model, tokens)
    if need + eye <= free:
        return -1
    return max(0, int((free - eye) * layers // max(need, 1)))


def check_room(checked: Checked, tokens: int, free_bytes: int) -> None:
    """The system would rather end the program than say no later. Raises OutOfMemory.

    Weights are mapped from the file and can be dropped again; the cache and the projector cannot.
    """
    need = cache_bytes(checked.model, tokens) + (checked.projector.file_bytes if checked.projector else 0)
    if need > free_bytes:
        raise OutOfMemory(
            f"A context of {tokens:,} tokens needs {need / 1e9:.1f} GB, and {free_bytes / 1e9:.1f} GB are free."
        )


def _number(model: Header, key: str, default: int) -> int:
    return _whole(model.metadata.get(key, default))


def _whole(value: object) -> int:
    if isinstance(value, tuple):
        return max((int(n) for n in value if isinstance(n, int)), default=0)
    return int(value) if isinstance(value, (int, float)) else 0
