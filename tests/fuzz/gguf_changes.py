"""Single changes to a GGUF file taken apart: values, kinds, shapes, types, names, counts. Each says what it did."""

from __future__ import annotations

import copy
import random
import struct
from collections.abc import Callable, Sequence

from support.gguf_drafts import F16, F32, I32, KINDS, Draft, Weights

INTEGERS = (
    0,
    1,
    2,
    3,
    5,
    7,
    31,
    63,
    255,
    511,
    512,
    513,
    4096,
    65_535,
    65_536,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**40,
    2**63 - 1,
)
FLOATS = (0.0, -0.0, -1.0, 1e-30, 1e30, float("nan"), float("inf"), float("-inf"))
TEXTS = (
    b"",
    b"x",
    b"llama",
    b"gemma3",
    b"clip",
    b"gpt2",
    b"qwen2",
    b"\xff\xfe\x00",
    b"a" * 5000,
    "ü→模".encode(),
    b"{{",
)
ARCHITECTURES = (
    "llama", "qwen2", "qwen2vl", "qwen3vl", "gemma2", "gemma3", "lfm2", "mamba", "gpt2", "bert", "phi3", "deepseek2",
    "mixtral", "t5", "rwkv7", "qwen35", "glm4", "granite", "olmo2", "llama4",
)  # fmt: skip
PROJECTORS = (
    "gemma3", "idefics3", "qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger", "lfm2", "mlp", "pixtral", "internvl",
    "resampler", "gemma3nv", "ultravox", "kimivl", "llama4", "ldp", "adapter", "nothing",
)  # fmt: skip
TYPES = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 6: (32, 22), 8: (32, 34), 9: (32, 36), 12: (256, 144), 24: (1, 1), 25: (1, 2),
    26: (1, 4), 27: (1, 8), 28: (1, 8), 30: (1, 2), 4: (1, 4), 43: (1, 4), 99: (1, 4),
}  # fmt: skip
# Keys that llama.cpp reads when they are there; those of a language model stand below its architecture's name.
MORE_KEYS = (
    ("{}.expert_count", "u32"), ("{}.expert_used_count", "u32"), ("{}.attention.key_length", "u32"),
    ("{}.attention.value_length", "u32"), ("{}.attention.sliding_window", "u32"), ("{}.attention.causal", "bool"),
    ("{}.rope.scaling.type", "str"), ("{}.rope.scaling.factor", "f32"), ("{}.pooling_type", "u32"),
    ("{}.nextn_predict_layers", "u32"), ("{}.rope.dimension_sections", "[i32]"), ("{}.logit_scale", "f32"),
    ("{}.attention.clamp_kqv", "f32"), ("{}.n_deepstack_layers", "u32"), ("{}.use_parallel_residual", "bool"),
    ("{}.embedding_length_out", "u32"), ("{}.attention.scale", "f32"), ("{}.attn_logit_softcapping", "f32"),
    ("{}.final_logit_softcapping", "f32"), ("{}.attention.sliding_window_pattern", "u32"),
    ("general.alignment", "u32"), ("general.type", "str"), ("split.count", "u16"),
    ("tokenizer.ggml.add_eos_token", "bool"), ("tokenizer.ggml.eot_token_id", "u32"),
    ("tokenizer.ggml.suppress_tokens", "[i32]"), ("clip.vision.feature_layer", "[i32]"),
    ("clip.vision.image_grid_pinpoints", "[i32]"), ("clip.has_audio_encoder", "bool"), ("clip.use_silu", "bool"),
    ("clip.vision.spatial_merge_size", "u32"), ("clip.vision.n_wa_pattern", "u32"),
    ("clip.vision.image_min_pixels", "u32"), ("clip.vision.image_max_pixels", "u32"),
    ("clip.vision.preproc_image_size", "u32"), ("clip.vision.attention.head_dim", "u32"),
    ("clip.vision.attention.head_count_kv", "u32"),
)  # fmt: skip
MORE_TENSORS = (
    "mm.3.weight", "v.class_embd", "v.pre_ln.weight", "rope_freqs.weight", "v.blk.0.attn_qkv.weight",
    "v.blk.0.ffn_gate.weight", "blk.0.attn_q.scale", "output.weight", "v.blk.0.attn_q_norm.weight",
    "v.blk.0.ls1.weight", "mm.input_norm.weight", "v.deepstack.0.fc1.weight", "mm.0.bias", "blk.0.attn_qkv.weight",
)  # fmt: skip


def _elements(shape: Sequence[int]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


# -- values -----------------------------------------------------------------------------------------------------------


def _odd(dice: random.Random, kind: str, value: object) -> object:
    """Another value of the same kind."""
    if kind.startswith("["):
        return _odd_array(dice, kind, list(value) if isinstance(value, (list, tuple)) else [])
    if kind == "str":
        return dice.choice(TEXTS)
    if kind == "bool":
        return not value
    if kind in ("f32", "f64"):
        return dice.choice(FLOATS)
    near = value if isinstance(value, int) else 0
    chosen = dice.choice((*INTEGERS, near + 1, near - 1, near * 2, near // 2, near * 3, -1))
    bits = struct.calcsize(KINDS[kind][1]) * 8
    chosen %= 1 << bits
    return chosen - (1 << bits) if kind.startswith("i") and chosen >= 1 << (bits - 1) else chosen


def _odd_array(dice: random.Random, kind: str, values: list[object]) -> list[object]:
    inner = kind[1:-1]
    way = dice.randrange(6)
    if not values or way == 0:
        return [] if values else [_odd(dice, inner, 0)] * 3
    at = dice.randrange(len(values))
    if way == 1:
        return values[:at]
    if way == 2:
        return [*values, values[at]]
    if way == 3:
        return [*values, *values[: dice.randrange(1, len(values) + 1)]]
    for _ in range(dice.choice((1, 1, 5))):
        at = dice.randrange(len(values))
        values[at] = values[dice.randrange(len(values))] if way == 4 else _odd(dice, inner, values[at])
    return values


def change_value(dice: random.Random, draft: Draft) -> str:
    entry = dice.choice(draft.entries)
    entry.value = _odd(dice, entry.kind, entry.value)
    return f"{entry.key} = {str(entry.value)[:40]}"


def change_size(dice: random.Random, draft: Draft) -> str:
    """One of the numbers that say how large the model is."""
    entries = [
        entry for entry in draft.entries if entry.kind in ("u32", "f32", "[i32]", "[f32]", "bool") and "." in entry.key
    ]
    entry = dice.choice([entry for entry in entries if not entry.key.startswith("tokenizer.")] or draft.entries)
    entry.value = _odd(dice, entry.kind, entry.value)
    return f"{entry.key} = {str(entry.value)[:40]}"


def change_vocabulary(dice: random.Random, draft: Draft) -> str:
    entries = [entry for entry in draft.entries if entry.key.startswith("tokenizer.")] or draft.entries
    entry = dice.choice(entries)
    entry.value = _odd(dice, entry.kind, entry.value)
    return f"{entry.key} changed"


def change_kind(dice: random.Random, draft: Draft) -> str:
    entry = dice.choice(draft.entries)
    kind = dice.choice(list(KINDS))
    entry.kind = f"[{kind}]" if dice.random() < 0.3 else kind
    sample: object = {"str": b"7", "bool": True, "f32": 1.0, "f64": 1.0}.get(kind, 7)
    entry.value = [sample] * 3 if entry.kind.startswith("[") else sample
    return f"{entry.key} is a {entry.kind}"


def drop_entry(dice: random.Random, draft: Draft) -> str:
    entry = draft.entries.pop(dice.randrange(len(draft.entries)))
    return f"{entry.key} dropped"


def repeat_entry(dice: random.Random, draft: Draft) -> str:
    entry = copy.deepcopy(dice.choice(draft.entries))
    entry.key += dice.choice(("", "", "x"))
    draft.entries.append(entry)
    return f"{entry.key} again"


def add_entry(dice: random.Random, draft: Draft) -> str:
    """A key that llama.cpp reads and this file did not have."""
    arch = next((entry.value for entry in draft.entries if entry.key == "general.architecture"), b"llama")
    start = arch.decode(errors="replace") if isinstance(arch, bytes) else str(arch)
    name, kind = dice.choice(MORE_KEYS)
    key = name.format(start)
    value = _odd(dice, kind, False if kind == "bool" else [1, 2, 3] if kind[0] == "[" else 1)
    draft.set(key, value, kind)
    return f"{key} = {str(value)[:40]} added"


# -- tensors ----------------------------------------------------------------------------------------------------------


def _sized(tensor: Weights, dice: random.Random) -> None:
    """As many bytes as the shape and type say: the damage is no longer in the file's layout."""
    block, size = TYPES.get(tensor.type, (1, 4))
    wanted = min(_elements(tensor.shape) // block * size, 1 << 24)
    tensor.data = (tensor.data * (wanted // max(1, len(tensor.data)) + 1))[:wanted] if tensor.data else bytes(wanted)
    if dice.random() < 0.1:
        tensor.data = tensor.data[: len(tensor.data) // 2]


def reshape(dice: random.Random, draft: Draft) -> str:
    tensor = dice.choice(draft.tensors)
    shape = list(tensor.shape)
    at = dice.randrange(len(shape))
    way = dice.randrange(6)
    if way == 0:
        shape[at] = dice.choice(INTEGERS)
    elif way == 1:
        shape[at] = max(1, shape[at] + dice.choice((-1, 1, 32, -32)))
    elif way == 2:
        shape.reverse()
    elif way == 3:
        shape = [_elements(shape)]
    elif way == 4:
        shape = [*shape, dice.choice((1, 2, 0))][:5]
    else:
        shape[at] = shape[at] * 2
    tensor.shape = tuple(shape)
    if _elements(shape) < 1 << 24 and dice.random() < 0.8:
        _sized(tensor, dice)
    return f"{tensor.name} is {' x '.join(map(str, shape))}"


def retype(dice: random.Random, draft: Draft) -> str:
    tensor = dice.choice(draft.tensors)
    tensor.type = dice.choice(list(TYPES))
    if dice.random() < 0.8:
        _sized(tensor, dice)
    return f"{tensor.name} is of type {tensor.type}"


def drop_tensor(dice: random.Random, draft: Draft) -> str:
    tensor = draft.tensors.pop(dice.randrange(len(draft.tensors)))
    return f"{tensor.name} dropped"


def rename_tensor(dice: random.Random, draft: Draft) -> str:
    tensor = dice.choice(draft.tensors)
    old = tensor.name
    other = dice.choice(draft.tensors).name
    changes = (("weight", "bias"), ("0", "7"), ("attn_q", "attn_qkv"))
    tensor.name = dice.choice((old + "x", other, "", "x" * 70, *(old.replace(*change) for change in changes)))
    return f"{old} is called {tensor.name[:20]}"


def swap_tensors(dice: random.Random, draft: Draft) -> str:
    """Two tensors change places with their shapes: everything is there, under the wrong name."""
    a, b = dice.choice(draft.tensors), dice.choice(draft.tensors)
    a.name, b.name = b.name, a.name
    return f"{a.name} and {b.name} swapped"


def add_tensor(dice: random.Random, draft: Draft) -> str:
    like = copy.deepcopy(dice.choice(draft.tensors))
    here = (like.name.replace("weight", "bias"), like.name.replace("blk.0", "blk.9"))
    like.name = dice.choice((*here, *MORE_TENSORS))
    draft.tensors.append(like)
    return f"{like.name} added"


def move_tensor(dice: random.Random, draft: Draft) -> str:
    tensor = dice.choice(draft.tensors)
    draft.offsets[tensor.name] = dice.choice((0, 1, 32, 2**40, 2**63, len(tensor.data)))
    return f"{tensor.name} lies elsewhere"


def poison_weights(dice: random.Random, draft: Draft) -> str:
    """Numbers that are none, in the weights themselves."""
    tensor = dice.choice(draft.tensors)
    if tensor.type in (F32, F16, I32):
        bad = dice.choice((b"\x00\x00\xc0\x7f", b"\x00\x00\x80\xff", b"\xff\xff\xff\xff", b"\xff\xff\x7f\x7f"))
        count = max(1, len(tensor.data) // 4)
        at = 4 * dice.randrange(count)
        tensor.data = bad * count if dice.random() < 0.3 else tensor.data[:at] + bad + tensor.data[at + 4 :]
    else:
        tensor.data = dice.randbytes(len(tensor.data))
    return f"{tensor.name} holds odd numbers"


# -- the whole --------------------------------------------------------------------------------------------------------


def change_front(dice: random.Random, draft: Draft) -> str:
    way = dice.randrange(5)
    if way == 0:
        draft.magic = dice.choice((b"GGML", b"FUGG", b"\0\0\0\0", b"GGUX", b"<htm"))
    elif way == 1:
        draft.version = dice.choice((0, 1, 2, 4, 0x03000000, 2**32 - 1))
    elif way == 2:
        draft.key_count = dice.choice(
            (0, 1, len(draft.entries) - 1, len(draft.entries) + 1, 2**31, 2**40, 2**63, 2**64 - 1)
        )
    elif way == 3:
        draft.tensor_count = dice.choice(
            (0, 1, len(draft.tensors) - 1, len(draft.tensors) + 1, 2**31, 2**40, 2**64 - 1)
        )
    else:
        draft.alignment = dice.choice((1, 8, 64, 4096))
        draft.set("general.alignment", dice.choice((0, 1, 8, 33, draft.alignment, draft.alignment, 2**31)), "u32")
    return "magic, version, counts or alignment"


def change_architecture(dice: random.Random, draft: Draft) -> str:
    """Another kind of model, with every key renamed to go with it."""
    arch = next((entry for entry in draft.entries if entry.key == "general.architecture"), None)
    if arch is None or arch.value == b"clip":
        chosen = dice.choice(PROJECTORS)
        draft.set("clip.projector_type", chosen, "str")
        return f"a projector of kind {chosen}"
    old = arch.value.decode(errors="replace") if isinstance(arch.value, bytes) else str(arch.value)
    new = dice.choice(ARCHITECTURES)
    arch.value = new
    for entry in draft.entries:
        if entry.key.startswith(old + "."):
            entry.key = new + entry.key[len(old) :]
    return f"{old} called {new}"


CHANGES: tuple[Callable[[random.Random, Draft], str], ...] = (
    change_value, change_value, change_size, change_size, change_size, change_vocabulary, change_kind, drop_entry,
    repeat_entry, add_entry, add_entry, reshape, reshape, reshape, retype, drop_tensor, rename_tensor, swap_tensors,
    add_tensor, move_tensor, poison_weights, change_front, change_architecture,
)  # fmt: skip
