"""How much memory a model will take, from its files' headers alone.

Weights are counted to the byte, the KV cache to the cell; what computing takes is an estimate after llama.cpp's own
buffers (16-bit cache, batches of 512, no flash attention: what the engine uses on a processor). Held against loads of
a random-weight model of SmolVLM-256M's shape: 436 MB told, 460 MB taken with 2,048 tokens of context; 703 told, 606
taken with 8,192, of which half were used. The practice model's load is a test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from fanlight.gguf.check import Checked
from fanlight.gguf.header import Header
from fanlight.gguf.vision import EncoderShape, check_vision

USUAL_CONTEXT = 8192
BATCH = 512
LONGEST_SIDE = 1536
CACHE_BYTES = 2  # f16
BESIDES_BYTES, TOKEN_BYTES = 16 << 20, 300  # libraries at work; a token in the vocabulary's three tables

# Every how many layers one looks at everything, the others at the sliding window, when the file does not say.
WINDOW_PATTERNS = {
    "gemma2": 2, "gemma3": 6, "gemma3n": 5, "gpt-oss": 2, "cohere2": 4, "cohere2moe": 4, "exaone4": 4, "llama4": 4,
    "olmo2": 4, "plamo3": 8, "smallthinker": 4,
}  # fmt: skip
# Every how many layers one has a KV cache; the others carry a small state.
FULL_ATTENTION = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4, "qwen4exp": 4, "minimax-01": 8}


@dataclass(frozen=True, slots=True)
class Memory:
    """In bytes. `encoder` is the projector's weights with the peak of one picture's encoding."""

    weights: int
    cache: int
    computing: int
    encoder: int

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.computing + self.encoder


def needed(checked: Checked, context_tokens: int = 0) -> Memory:
    """`context_tokens` 0 is what the engine would choose."""
    model = checked.model
    cells = _padded(context_tokens or min(model.own("context_length", USUAL_CONTEXT), USUAL_CONTEXT))
    encoder = picture = 0
    if checked.projector is not None:
        encoder = checked.projector.tensor_bytes + _encoding(checked.projector, cells)
        picture = model.own("embedding_length", 0) * 4 * BATCH
    return Memory(model.tensor_bytes, _cache(model, cells), _computing(model, cells) + picture, encoder)


def _padded(cells: int) -> int:
    return -(-cells // 256) * 256


def _layered(model: Header, key: str, layers: int, default: int) -> list[int]:
    value = model.metadata.get(f"{model.architecture}.{key}", default)
    values = list(value) if isinstance(value, tuple) else [value] * layers
    numbers = [int(number) if isinstance(number, (int, float)) else default for number in values]
    return (numbers + [default] * layers)[:layers]


def _cache(model: Header, cells: int) -> int:
    """Keys and values of every layer that has them, for as many cells as the layer keeps."""
    layers = model.own("block_count", 0)
    heads = _layered(model, "attention.head_count", layers, 0)
    pairs = _layered(model, "attention.head_count_kv", layers, heads[0] if heads else 0)
    size = model.own("embedding_length", 0) // max(1, next((head for head in heads if head), 1))
    key, value = model.own("attention.key_length", size), model.own("attention.value_length", size)
    window = _padded(min(cells, model.own("attention.sliding_window", 0) + BATCH))
    windowed, stateful = _windowed(model, layers), _stateful(model, layers)
    total = 0
    for layer in range(layers):
        if stateful[layer] or not pairs[layer]:
            total += _state(model)
        else:
            total += (window if windowed[layer] else cells) * pairs[layer] * (key + value) * CACHE_BYTES
    return total


def _windowed(model: Header, layers: int) -> list[bool]:
    """Which layers look back only as far as the sliding window."""
    if not model.own("attention.sliding_window", 0):
        return [False] * layers
    pattern = model.metadata.get(f"{model.architecture}.attention.sliding_window_pattern")
    if isinstance(pattern, tuple):
        return ([bool(flag) for flag in pattern] + [False] * layers)[:layers]
    every = pattern if isinstance(pattern, int) else WINDOW_PATTERNS.get(model.architecture, 1)
    return [every > 1 and layer % every < every - 1 for layer in range(layers)]


def _stateful(model: Header, layers: int) -> list[bool]:
    """Which layers carry a state of fixed size instead of a cache."""
    every = model.own("full_attention_interval", FULL_ATTENTION.get(model.architecture, 0))
    return [every > 1 and layer % every < every - 1 for layer in range(layers)]


def _state(model: Header) -> int:
    """One recurrent layer's state (32-bit): tiny beside a cache."""
    inner, state = model.own("ssm.inner_size", 0), model.own("ssm.state_size", 0)
    kernel = model.own("ssm.conv_kernel", 0) or model.own("shortconv.l_cache", 0)
    return 4 * (inner * state + kernel * (inner or model.own("embedding_length", 0)))


def _computing(model: Header, cells: int) -> int:
    """llama.cpp's compute buffer: the widest moment of one batch, which is attention's scores or the feed-forward,
    and the logits of one token; with the vocabulary and what else is in memory beside weights."""
    layers = model.own("block_count", 1)
    width = model.own("embedding_length", 0)
    heads = max(_layered(model, "attention.head_count", layers, 0), default=0)
    inner = max(_layered(model, "feed_forward_length", layers, 0), default=0)
    experts = max(_layered(model, "expert_used_count", layers, 0), default=0)
    inner = max(inner, experts * model.own("expert_feed_forward_length", 0))
    scores = heads * cells * BATCH
    tokens = model.length("tokenizer.ggml.tokens") or 0
    numbers = max(scores + 4 * width * BATCH, (2 * inner + 3 * width) * BATCH) + cells * BATCH + 2 * tokens
    return 4 * numbers + BESIDES_BYTES + TOKEN_BYTES * tokens


def _encoding(projector: Header, cells: int) -> int:
    """The peak of encoding one picture, or one of its tiles, with flash attention: the widest layer."""
    eye = check_vision(projector)
    patches = _patches(projector, eye, cells)
    inner = max(projector.get("clip.vision.feed_forward_length", 0), 3 * eye.width)
    return 4 * (2 * inner + 2 * eye.width) * patches


_DYNAMIC_TOKENS = {
    "qwen2vl_merger": 4096, "qwen2.5vl_merger": 4096, "qwen2.5o": 4096, "qwen3vl_merger": 4096, "ling3vl": 4096,
    "pixtral": 1024, "lightonocr": 2048, "kimivl": 1024, "kimik25": 4096, "lfm2": 256, "gemma4v": 1120,
    "gemma4uv": 1120, "glm4v": 4096, "glm5v": 4096, "minimax_m3": 576, "hunyuanvl": 16384, "youtuvl": 62500,
    "muse-glimmer": 4096, "deepseek4v": 384,
}  # fmt: skip


def _patches(projector: Header, eye: EncoderShape, cells: int) -> int:
    """Patches of the largest picture that is encoded at once; families without a fixed size take what the engine
    sends, up to their limit and to what the context has room for."""
    limit = _DYNAMIC_TOKENS.get(eye.type)
    if limit is None:
        return max(1, eye.patches)
    pixels = projector.get("clip.vision.image_max_pixels", 0)
    most = pixels // eye.patch**2 or limit * eye.merge**2
    return min(math.ceil(LONGEST_SIDE / eye.patch) ** 2, most, cells * eye.merge**2)
