"""The KV cache and the recurrent state of each layer, in bytes, from a model's header.

Mirrors llama_kv_cache, llama_kv_cache_iswa and llama_memory_recurrent of the pinned llama.cpp for one sequence, a
half-precision cache and no flash attention; tests compare it with what llama.cpp logs.
"""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.gguf.header import Header

CELLS = 256
"""llama.cpp pads the context, and the sliding window's cache, to a multiple of it."""
BATCH = 512
"""Tokens given to llama.cpp at a time."""
STEP = 128
"""Of these, what a processor evaluates at once: larger steps are no faster there, and their buffers grow with them."""
_HALF, _SINGLE = 2, 4


@dataclass(frozen=True, slots=True)
class _Window:
    """Which layers use a sliding window, when the file has no list of them: of each group of `every` all but the last,
    or but the first (`dense_first`); 0 is all layers, 1 none. `tokens` is the window where the file does not say, and
    overrides the file where it is `fixed`."""

    every: int
    dense_first: bool = False
    tokens: int = 0
    fixed: bool = False


# From load_arch_hparams in src/models/*.cpp. Other architectures ignore attention.sliding_window.
_WINDOWS = {
    "afmoe": _Window(4), "cohere2": _Window(4), "cohere2moe": _Window(4, dense_first=True), "dots3note": _Window(1),
    "exaone-moe": _Window(4, tokens=128), "exaone4": _Window(4, tokens=4096), "gemma2": _Window(2, tokens=4096),
    "gemma3": _Window(6), "gemma3n": _Window(5), "gemma4": _Window(1), "gpt-oss": _Window(2),
    "granite_swa": _Window(1), "laguna": _Window(4, dense_first=True), "lfm2": _Window(0),
    "llama4": _Window(4, tokens=8192, fixed=True), "maple": _Window(1), "mellum": _Window(4), "mimo2": _Window(1),
    "muse-glimmer": _Window(4), "olmo2": _Window(4), "plamo3": _Window(8),
    "smallthinker": _Window(4, dense_first=True, tokens=4096), "spark2_5": _Window(1), "step35": _Window(1),
}  # fmt: skip
_LAYERS_OF_EXAONE4_32B = 64  # smaller ones have no sliding window

_ALL_RECURRENT = frozenset(("mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"))
_RECURRENT_WITHOUT_KEYS = frozenset((
    "bailingmoe3", "glm5-next", "granitehybrid", "jamba", "kimi-k3", "kimi-linear", "lfm2", "lfm2moe", "nemotron_h",
    "nemotron_h_moe", "plamo2",
))  # fmt: skip
_FULL_ATTENTION_INTERVAL = {"minimax-01": 8, "qwen35": 4, "qwen35moe": 4, "qwen3next": 4, "qwen4exp": 4}
_BOTH_IN_EACH_LAYER = "falcon-h1"
_LAYERS_WITH_CACHE = {"gemma3n": 20}  # the later ones use those of earlier ones


def padded(cells: int) -> int:
    """As llama.cpp pads the cache; it does not pad a batch with it, and a prompt between the two would abort."""
    return -(-cells // CELLS) * CELLS


def cache_of_layers(model: Header, cells: int, batch: int = BATCH) -> list[int]:
    """Bytes of each layer's cache or recurrent state for a context of `cells` tokens, evaluated `batch` at a time."""
    layers, total = _trunk(model), padded(cells)
    pairs = _key_heads(model, layers)
    recurrent = recurrent_layers(model)
    slides = sliding_layers(model)
    window = padded(min(total, _window_tokens(model) + batch))
    values = max((_value_width(model, pairs[i], slides=slides[i]) for i in range(layers)), default=0)
    state = _state_bytes(model, max(layered(model, "attention.head_count", layers, 0), default=0))
    sizes = []
    for layer in range(layers):
        held = window if slides[layer] else total
        keys = pairs[layer] * _head(model, "key", slides=slides[layer])
        cache = held * (keys + values) * _HALF if _has_cache(model, layer, recurrent=recurrent[layer]) else 0
        sizes.append(cache + (state if recurrent[layer] else 0))
    return sizes + [0] * (model.own("block_count", 0) - layers)


def sliding_layers(model: Header) -> list[bool]:
    """Which layers attend only to a window of the last tokens."""
    layers = _trunk(model)
    window = _WINDOWS.get(model.architecture)
    if window is None or not _window_tokens(model):
        return [False] * layers
    listed = model.metadata.get(f"{model.architecture}.attention.sliding_window_pattern")
    if isinstance(listed, tuple):
        return ([bool(flag) for flag in listed] + [False] * layers)[:layers]
    every = listed if isinstance(listed, int) else window.every
    dense = 0 if window.dense_first else every - 1
    return [not every or layer % every != dense for layer in range(layers)]


def recurrent_layers(model: Header) -> list[bool]:
    """Which layers carry a state of fixed size from token to token."""
    layers, kind = _trunk(model), model.architecture
    if kind in _ALL_RECURRENT or kind == _BOTH_IN_EACH_LAYER:
        return [True] * layers
    listed = model.metadata.get(f"{kind}.attention.recurrent_layers")
    if isinstance(listed, tuple):
        return ([bool(flag) for flag in listed] + [False] * layers)[:layers]
    if kind in _FULL_ATTENTION_INTERVAL:
        every = max(1, model.own("full_attention_interval", _FULL_ATTENTION_INTERVAL[kind]))
        return [(layer + 1) % every != 0 for layer in range(layers)]
    if kind not in _RECURRENT_WITHOUT_KEYS:
        return [False] * layers
    inner = layered(model, "feed_forward_length", layers, 0)
    only_inner = kind.startswith("nemotron_h")
    return [
        not pair and not (only_inner and width) for pair, width in zip(_key_heads(model, layers), inner, strict=True)
    ]


def layered(model: Header, key: str, layers: int, default: int) -> list[int]:
    """A value for each layer, from an array or one number for all; `default` where there is none."""
    value = model.metadata.get(f"{model.architecture}.{key}", default)
    values = list(value) if isinstance(value, tuple) else [value] * layers
    numbers = [int(number) if isinstance(number, (int, float)) else default for number in values]
    return (numbers + [default] * layers)[:layers]


def _trunk(model: Header) -> int:
    """Number of layers without those that only draft tokens (MTP), which are not evaluated."""
    return max(0, model.own("block_count", 0) - model.own("nextn_predict_layers", 0))


def _window_tokens(model: Header) -> int:
    window = _WINDOWS.get(model.architecture, _Window(1))
    if model.architecture == "exaone4" and model.own("block_count", 0) != _LAYERS_OF_EXAONE4_32B:
        return 0
    stated = model.own("attention.sliding_window", window.tokens)
    return window.tokens if window.fixed and stated else stated


def _key_heads(model: Header, layers: int) -> list[int]:
    heads = layered(model, "attention.head_count", layers, 0)
    return layered(model, "attention.head_count_kv", layers, heads[0] if heads else 0)


def _head(model: Header, kind: str, *, slides: bool) -> int:
    """Numbers of one head's keys or values."""
    heads = next((head for head in layered(model, "attention.head_count", _trunk(model), 0) if head), 1)
    size = model.own(f"attention.{kind}_length", model.own("embedding_length", 0) // heads)
    return model.own(f"attention.{kind}_length_swa", size) if slides else size


def _value_width(model: Header, pairs: int, *, slides: bool) -> int:
    """Values of one token in one layer; none with latent attention, which computes them from the keys."""
    latent = model.own("attention.key_length_mla", 0) and model.own("attention.value_length_mla", 0)
    return 0 if latent else pairs * _head(model, "value", slides=slides)


def _has_cache(model: Header, layer: int, *, recurrent: bool) -> bool:
    kind = model.architecture
    if kind.startswith("nemotron_h") and layered(model, "feed_forward_length", layer + 1, 0)[layer]:
        return False
    shared = model.own("attention.shared_kv_layers", 0)
    cached = _LAYERS_WITH_CACHE.get(kind, model.own("block_count", 0) - shared)
    return layer < cached and (not recurrent or kind == _BOTH_IN_EACH_LAYER)


def _state_bytes(model: Header, heads: int) -> int:
    """One recurrent layer's state: n_embd_r and n_embd_s of llama-hparams.cpp."""
    width, kernel = model.own("embedding_length", 0), max(0, model.own("ssm.conv_kernel", 0) - 1)
    if mixed := model.own("wkv.head_size", 0):
        return _SINGLE * width * (model.own("token_shift_count", 2) + mixed)
    if short := model.own("shortconv.l_cache", 0):
        return _SINGLE * width * (short - 1)
    if delta := model.own("kda.head_dim", 0):
        return _SINGLE * heads * delta * (3 * (kernel or 3) + delta)
    inner, state, groups = (model.own(f"ssm.{key}", 0) for key in ("inner_size", "state_size", "group_count"))
    return _SINGLE * (kernel * (inner + 2 * groups * state) + inner * state)
