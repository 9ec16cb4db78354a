"""How much memory a model takes, from its files' headers alone: the one plan used by the list of models and the loader.

Weights are counted to the byte, the KV cache to the cell (`kv_cache`); the compute buffers are an estimate of
llama.cpp's own without flash attention, which the engine does not use on a processor. tests/gguf compare cache and
buffers, encoders' too, with what llama.cpp plans for real shapes; the bench (planning) compares the whole with what is
taken.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fanlight.domain.clips import FRAME_SIDE
from fanlight.domain.placement import ALL_LAYERS
from fanlight.gguf.check import Checked
from fanlight.gguf.encoder_shape import EncoderShape
from fanlight.gguf.frame_tokens import MERGES_FRAMES
from fanlight.gguf.header import Header
from fanlight.gguf.hearing import hearing_bytes
from fanlight.gguf.kv_cache import BATCH, STEP, cache_of_layers, layered, padded
from fanlight.gguf.repacking import looked_up_bytes, repacked_bytes, repacked_kinds
from fanlight.gguf.vision import check_vision

USUAL_CONTEXT = 8192
LONGEST_SIDE = 1536
_CARD_MARGIN, _CARD_SHARE = 2**28, 10
DESKTOP_BYTES = 2 * 10**9
"""What the desktop and other programs keep."""
_BESIDES_BYTES, _TOKEN_BYTES = 8 << 20, 300  # libraries at work; a token in the vocabulary's three tables
_ATTENDING = 6.25
"""Numbers for each of an encoder's width while a layer attends: the picture before it, queries, keys and values, the
last two in half precision, too, and what comes of them."""
_GATED = "v.blk.0.ffn_gate.weight"
_FIRST_LAYER = re.compile(r"v\.blk\.0\.\w+\.weight")
_BESIDE_SCORES = 6
"""Bytes for each token of the context and of a batch."""
_PIXEL_BYTES, _COUNTED_PIXEL_BYTES = 18, 10
"""Three numbers of four bytes, with the colors that they are made from, before and after scaling; and what stays with
the allocator since the picture's tokens were counted, measured where it is not cut into tiles."""
_MOST_TILES = {"internvl": 12, "lfm2": 10, "resampler": 9}
_TILE_SIDES = {"lfm2": 512}
_BOTH_WAYS = frozenset(("gemma3", "gemma4uv", "deepseek4v"))  # mtmd_decode_use_non_causal
_CAUSAL_GEMMA4V = (1536, 2560)  # the widths of E2B and E4B; larger ones attend both ways
_BLOCK = re.compile(r"blk\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class LayerMemory:
    """One layer of the language model, in bytes. `repacked`: of the weights, what a processor takes memory for."""

    weights: int
    cache: int
    repacked: int = 0


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """In bytes, for `context_tokens` evaluated `batch_tokens` at a time. `embeddings` are the weights outside the
    layers (`embeddings_repacked` as a layer's), `compute` the buffers of one batch, on a graphics device
    `card_compute`, with flash attention; `encoding` is the peak of encoding one picture, or sound; a picture takes
    up to `picture_tokens` where that can be bounded, 0 where it cannot; `pixels`, and what the processor's kernels make
    of them (`copied_patches`), are in main memory meanwhile."""

    context_tokens: int
    batch_tokens: int
    layers: tuple[LayerMemory, ...]
    embeddings: int
    compute: int
    projector: int = 0
    encoding: int = 0
    card_compute: int = 0
    picture_tokens: int = 0
    pixels: int = 0
    copied_patches: int = 0
    embeddings_repacked: int = 0
    copied_scores: int = 0
    """What the processor's kernels take beside `compute`: the scores in half precision, before they are multiplied, a
    fourth of that, which stays from when there were fewer, and what was measured beside them with 32,768 tokens."""
    embeddings_looked_up: int = 0
    """Of `embeddings_repacked`, what is needed as it is in the file, too: a model without output weights of its own."""

    @property
    def weights(self) -> int:
        return self.embeddings + sum(layer.weights for layer in self.layers)

    @property
    def cache(self) -> int:
        return sum(layer.cache for layer in self.layers)

    @property
    def total(self) -> int:
        computing = self.compute + self.copied_scores + self.encoding + self.pixels + self.copied_patches
        return self.weights + self.embeddings_looked_up + self.cache + self.projector + computing

    @property
    def mapped(self) -> int:
        """Of the weights, what stays in the file where the processor alone computes."""
        return self.weights - self.repacked + self.embeddings_looked_up

    @property
    def unmapped(self) -> int:
        """Bytes that a load on the processor occupies permanently. Other weights are mapped from their file and can be
        evicted; the memory for encoding a picture is temporary."""
        return self.cache + self.compute + self.copied_scores + self.projector + self.repacked

    @property
    def repacked(self) -> int:
        """Of the weights, what llama.cpp lays out anew where the processor alone computes."""
        return self.embeddings_repacked + sum(layer.repacked for layer in self.layers)

    def as_in_file(self) -> MemoryPlan:
        """With all weights as they are in the file: it takes less memory, and more time."""
        layers = tuple(replace(layer, repacked=0) for layer in self.layers)
        return replace(self, layers=layers, embeddings_repacked=0, embeddings_looked_up=0)

    def with_small_cache(self) -> MemoryPlan:
        """The cache as q8_0: 34 bytes for 32 numbers instead of 64."""
        return replace(self, layers=tuple(replace(layer, cache=layer.cache * 17 // 32) for layer in self.layers))

    def layers_on_cards(self, free_bytes: Sequence[int], *, encoder: bool = True) -> int:
        """How many layers, counted from the last, graphics cards with so much free memory take together with the
        buffers of each, and where the `encoder` is there, too, with the projector; `ALL_LAYERS` with the output layer,
        0 none."""
        beside = self.projector + self.encoding if encoder else 0
        room = sum(max(0, free - card_margin(free) - self.card_compute) for free in free_bytes) - beside
        if self.weights + self.cache <= room:
            return ALL_LAYERS
        count = 0
        for layer in reversed(self.layers):
            room -= layer.weights + layer.cache
            if room < 0:
                break
            count += 1
        return count


def fit_together(needed_bytes: Sequence[int], memory_bytes: int) -> bool:
    """Whether models that need so much can be in the memory of this computer at once, beside other programs."""
    return sum(needed_bytes) <= memory_bytes - DESKTOP_BYTES


def plan(checked: Checked, context_tokens: int = 0, *, on_card: bool = False) -> MemoryPlan:
    """`context_tokens` 0 is `usual_context`; `on_card`: a graphics card evaluates, which takes more tokens at once."""
    model, cells = checked.model, padded(context_tokens or usual_context(checked.model))
    batch = _tokens_at_once(checked, cells, BATCH if on_card else STEP)
    weights, repacked, kinds = Counter[int](), Counter[int](), repacked_kinds()
    for tensor in model.tensors:
        block = _BLOCK.match(tensor.name)
        layer = int(block[1]) if block else -1
        weights[layer] += tensor.bytes
        repacked[layer] += repacked_bytes(model, tensor, kinds)
    cache = cache_of_layers(model, cells, batch)
    layers = tuple(LayerMemory(weights[i], taken, repacked[i]) for i, taken in enumerate(cache))
    language = MemoryPlan(
        cells, batch, layers, weights[-1], _compute_bytes(model, cells, batch),
        card_compute=_compute_bytes(model, cells, batch, scores=False),
        copied_scores=(5 * _most_heads(model) + 2 * _BESIDE_SCORES) * cells * batch // 2,
        embeddings_repacked=repacked[-1], embeddings_looked_up=looked_up_bytes(model, kinds),
    )  # fmt: skip
    return language if checked.projector is None else _with_pictures(language, model, checked.projector)


def _with_pictures(language: MemoryPlan, model: Header, projector: Header) -> MemoryPlan:
    pictured = model.own("embedding_length", 0) * 4 * language.batch_tokens
    return replace(
        language,
        compute=language.compute + pictured,
        card_compute=language.card_compute + pictured,
        projector=projector.tensor_bytes,
        encoding=max(_encoding_bytes(projector, language.context_tokens), hearing_bytes(projector)),
        picture_tokens=_DYNAMIC_TOKENS.get(check_vision(projector).type, 0),
        pixels=_pixel_bytes(projector, language.context_tokens),
        copied_patches=_copied_bytes(projector, language.context_tokens),
    )


def card_margin(free_bytes: int) -> int:
    """What is left of a graphics device's free memory for the desktop and the driver."""
    return max(_CARD_MARGIN, free_bytes // _CARD_SHARE)


def usual_context(model: Header) -> int:
    """Tokens of context where the user has not chosen: what the model was trained on, at most 8,192."""
    trained = model.own("context_length", USUAL_CONTEXT)
    return min(trained, USUAL_CONTEXT) if trained > 0 else USUAL_CONTEXT


def _tokens_at_once(checked: Checked, cells: int, least: int) -> int:
    """Tokens of a batch that are evaluated at once: `least`, or a picture that attends to itself both ways."""
    if checked.projector is None:
        return least
    shape, width = check_vision(checked.projector), checked.model.own("embedding_length", 0)
    if shape.type in _BOTH_WAYS or (shape.type == "gemma4v" and width not in _CAUSAL_GEMMA4V):
        return max(least, _patches(checked.projector, shape, cells) // shape.merge**2)
    return least


def _compute_bytes(model: Header, cells: int, batch: int, *, scores: bool = True) -> int:
    """llama.cpp's compute buffer: the larger of attention scores (flash attention has none) and feed-forward of one
    batch, and the logits of one token; with the vocabulary and the libraries' own memory."""
    layers, heads = model.own("block_count", 1), _most_heads(model)
    width = model.own("embedding_length", 0)
    inner = max(layered(model, "feed_forward_length", layers, 0), default=0)
    experts = max(layered(model, "expert_used_count", layers, 0), default=0)
    inner = max(inner, experts * model.own("expert_feed_forward_length", 0))
    tokens = model.length("tokenizer.ggml.tokens") or 0
    widest = max((heads * cells if scores else 0) + 11 * width // 2, 4 * inner + 2 * width)
    numbers = (widest + cells) * batch + 2 * tokens
    return 4 * numbers + _BESIDES_BYTES + _TOKEN_BYTES * tokens


def _most_heads(model: Header) -> int:
    return max(layered(model, "attention.head_count", model.own("block_count", 1), 0), default=0)


def _encoding_bytes(projector: Header, cells: int) -> int:
    """The peak of encoding one picture, or one of its tiles, with flash attention: the widest of a layer's steps beside
    the picture itself. Where patches see only those near them there is a mask for each two of them, too, and before
    the first layer the same in full precision. Within 4 % of llama.cpp's own buffers for five shapes."""
    shape = check_vision(projector)
    patches, width = _patches(projector, shape, cells), shape.width
    inner = projector.get("clip.vision.feed_forward_length", 0)
    forward = 3 * inner + width if _GATED in projector.named else inner + 2 * width
    peak = 4 * max(forward, math.ceil(_ATTENDING * width)) * patches
    if projector.get("clip.vision.n_wa_pattern", 0) or projector.length("clip.vision.wa_layer_indexes"):
        peak = max(peak + 2 * patches**2, 4 * 4 * width * patches + 6 * patches**2)
    return peak + 4 * 3 * shape.patch**2 * (patches + _second_frame(shape, patches))


def _copied_bytes(projector: Header, cells: int) -> int:
    """What goes into the widest product of a layer, as the processor multiplies it with weights of that type: a half
    for halves, 34 bytes for 32 numbers (292 for 256) for most others, themselves for whole numbers."""
    patches = _patches(projector, check_vision(projector), cells)
    layer = (tensor for tensor in projector.tensors if _FIRST_LAYER.match(tensor.name) and len(tensor.shape) == 2)
    return max((math.ceil(tensor.shape[0] * _copied_number(tensor.type)) * patches for tensor in layer), default=0)


def _copied_number(weights: str) -> float:
    """Bytes."""
    if weights in ("f32", "f16", "bf16"):
        return 0 if weights == "f32" else 2
    return 292 / 256 if weights.endswith("_K") else 34 / 32


def _second_frame(shape: EncoderShape, patches: int) -> int:
    """Patches of a frame of a clip that goes into the encoder beside another one, as one picture."""
    return min(patches, math.ceil(FRAME_SIDE / shape.patch) ** 2) if shape.type in MERGES_FRAMES else 0


def _pixel_bytes(projector: Header, cells: int) -> int:
    """The largest picture that the context has room for, brought to the size or cut into the tiles that the encoder
    takes, as mtmd keeps it."""
    shape = check_vision(projector)
    side = _TILE_SIDES.get(shape.type, shape.side)
    tiles = projector.get("clip.vision.preproc_max_tiles", 0) or _MOST_TILES.get(shape.type, 0)
    if shape.type == "idefics3" and side:
        tiles = math.ceil(projector.get("clip.vision.preproc_image_size", 0) / side) ** 2
    if shape.merge > 1 and side:
        tiles = min(tiles, max(0, cells // (side // (shape.patch * shape.merge)) ** 2 - 1))
    tiled = (tiles + 1) * side**2 if tiles else 0
    whole = _patches(projector, shape, cells) * shape.patch**2
    return max(_PIXEL_BYTES * tiled, (_PIXEL_BYTES + _COUNTED_PIXEL_BYTES) * whole)


_DYNAMIC_TOKENS = {
    "qwen2vl_merger": 4096, "qwen2.5vl_merger": 4096, "qwen2.5o": 4096, "qwen3vl_merger": 4096, "ling3vl": 4096,
    "pixtral": 1024, "lightonocr": 2048, "kimivl": 1024, "kimik25": 4096, "lfm2": 256, "gemma4v": 1120,
    "gemma4uv": 1120, "glm4v": 4096, "glm5v": 4096, "minimax_m3": 576, "hunyuanvl": 16384, "youtuvl": 62500,
    "muse-glimmer": 4096, "deepseek4v": 384,
}  # fmt: skip


def _patches(projector: Header, shape: EncoderShape, cells: int) -> int:
    """Patches of the largest picture that is encoded at once; families without a fixed size take what the engine
    sends, up to their limit and to what the context has room for."""
    limit = _DYNAMIC_TOKENS.get(shape.type)
    if limit is None:
        return max(1, shape.patches)
    pixels = projector.get("clip.vision.image_max_pixels", 0)
    most = pixels // shape.patch**2 or limit * shape.merge**2
    return min(math.ceil(LONGEST_SIDE / shape.patch) ** 2, most, cells * shape.merge**2)
