"""GGUF files as something that can be changed anywhere and written again, right or wrong.

Written apart from `fanlight.gguf`, so that the reader is not tested with itself.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = {
    "u8": (0, "B"), "i8": (1, "b"), "u16": (2, "H"), "i16": (3, "h"), "u32": (4, "I"), "i32": (5, "i"),
    "f32": (6, "f"), "bool": (7, "?"), "str": (8, ""), "u64": (10, "Q"), "i64": (11, "q"), "f64": (12, "d"),
}  # fmt: skip
NAMES = {number: name for name, (number, _) in KINDS.items()}
F32, F16, Q8_0, I32 = 0, 1, 8, 26


@dataclass
class Entry:
    """`kind` "[u32]" is an array of u32."""

    key: str
    kind: str
    value: object


@dataclass
class Weights:
    name: str
    shape: tuple[int, ...]
    type: int
    data: bytes


@dataclass
class Draft:
    """What `write` takes from here it takes on trust: counts, magic and offsets can be overruled."""

    entries: list[Entry] = field(default_factory=list)
    tensors: list[Weights] = field(default_factory=list)
    magic: bytes = b"GGUF"
    version: int = 3
    alignment: int = 32
    key_count: int | None = None
    tensor_count: int | None = None
    offsets: dict[str, int] = field(default_factory=dict)

    def set(self, key: str, value: object, kind: str | None = None) -> Draft:
        """Change an entry, or add one."""
        for entry in self.entries:
            if entry.key == key:
                entry.value, entry.kind = value, kind or entry.kind
                return self
        self.entries.append(Entry(key, kind or _kind(value), value))
        return self

    def drop(self, *keys: str) -> Draft:
        self.entries = [entry for entry in self.entries if entry.key not in keys]
        return self

    def value(self, key: str) -> object:
        return next(entry.value for entry in self.entries if entry.key == key)

    def tensor(self, name: str) -> Weights:
        return next(tensor for tensor in self.tensors if tensor.name == name)

    def drop_tensors(self, *starts: str) -> Draft:
        self.tensors = [tensor for tensor in self.tensors if not tensor.name.startswith(starts)]
        return self

    def reshape(self, name: str, *shape: int) -> Draft:
        """Another shape, with as many zero bytes as it needs (F32)."""
        tensor = self.tensor(name)
        count = 1
        for size in shape:
            count *= size
        tensor.shape, tensor.type, tensor.data = shape, F32, bytes(4 * count)
        return self

    def bytes(self) -> bytes:
        head = bytearray(self.magic)
        head += struct.pack("<I", self.version)
        head += struct.pack("<Q", len(self.tensors) if self.tensor_count is None else self.tensor_count)
        head += struct.pack("<Q", len(self.entries) if self.key_count is None else self.key_count)
        for entry in self.entries:
            head += _text(entry.key) + _value(entry.kind, entry.value)
        body = bytearray()
        for tensor in self.tensors:
            head += _text(tensor.name) + struct.pack("<I", len(tensor.shape))
            head += struct.pack(f"<{len(tensor.shape)}Q", *tensor.shape)
            head += struct.pack("<IQ", tensor.type, self.offsets.get(tensor.name, len(body)))
            body += tensor.data + bytes(-len(tensor.data) % self.alignment)
        return bytes(head) + bytes(-len(head) % self.alignment) + bytes(body)

    def write(self, path: Path) -> Path:
        path.write_bytes(self.bytes())
        return path

    @classmethod
    def of(cls, path: Path) -> Draft:
        """A sound file, taken apart."""
        return _Reader(path.read_bytes()).draft()


def _kind(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"[{_kind(value[0])}]"
    return {bool: "bool", int: "u32", float: "f32", str: "str"}[type(value)]


def _text(text: str | bytes) -> bytes:
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack("<Q", len(data)) + data


def _value(kind: str, value: object) -> bytes:
    if kind.startswith("["):
        assert isinstance(value, (list, tuple))
        number = KINDS[kind[1:-1]][0]
        return struct.pack("<IIQ", 9, number, len(value)) + b"".join(_bare(kind[1:-1], item) for item in value)
    return struct.pack("<I", KINDS[kind][0]) + _bare(kind, value)


def _bare(kind: str, value: object) -> bytes:
    if kind == "str":
        assert isinstance(value, (str, bytes))
        return _text(value)
    return struct.pack("<" + KINDS[kind][1], value)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 4

    def take(self, code: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return values

    def text(self) -> bytes:
        (length,) = self.take("Q")
        self.at += length
        return self.data[self.at - length : self.at]

    def bare(self, kind: str) -> object:
        return self.text() if kind == "str" else self.take(KINDS[kind][1])[0]

    def value(self) -> tuple[str, object]:
        (number,) = self.take("I")
        if number != 9:
            return NAMES[number], self.bare(NAMES[number])
        inner, count = self.take("IQ")
        return f"[{NAMES[inner]}]", [self.bare(NAMES[inner]) for _ in range(count)]

    def draft(self) -> Draft:
        version, tensors, keys = self.take("IQQ")
        draft = Draft(version=version)
        for _ in range(keys):
            key = self.text().decode()
            draft.entries.append(Entry(key, *self.value()))
        infos = []
        for _ in range(tensors):
            name, (dimensions,) = self.text().decode(), self.take("I")
            shape = self.take(f"{dimensions}Q")
            kind, offset = self.take("IQ")
            infos.append((Weights(name, shape, kind, b""), offset))
        start = -(-self.at // 32) * 32
        ends = [offset for _, offset in infos[1:]] + [len(self.data) - start]
        for (tensor, offset), end in zip(infos, ends, strict=True):
            tensor.data = self.data[start + offset : start + end]
            draft.tensors.append(tensor)
        return draft


# -- two small files that llama.cpp takes -----------------------------------------------------------------------------

TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{% if m['content'] is string %}{{ m['content'] }}{% else %}"
    "{% for p in m['content'] %}{{ p['text'] if p['type'] == 'text' else '' }}{% endfor %}{% endif %}{{ '<|end|>' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)
SPECIALS = ("<|bos|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>", "<start_of_image>", "<end_of_image>")


def _byte_letters() -> list[str]:
    """GPT-2's letters for the 256 bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = iter(range(256, 512))
    return [chr(byte) if byte in plain else chr(next(rest)) for byte in range(256)]


def _weights(shapes: Iterable[tuple[str, tuple[int, ...]]], seed: int) -> list[Weights]:
    dice = random.Random(seed)
    made = []
    for name, shape in shapes:
        count = 1
        for size in shape:
            count *= size
        norm = len(shape) == 1 and name.endswith("weight")
        values = [1.0] * count if norm else [dice.gauss(0, 0.1) for _ in range(count)]
        made.append(Weights(name, shape, F32, struct.pack(f"<{count}f", *values)))
    return made


def text_model(width: int = 32, layers: int = 2, heads: int = 4, inner: int = 64) -> Draft:
    """A llama with random weights that speaks bytes."""
    tokens = [*_byte_letters(), *SPECIALS]
    draft = Draft()
    for key, value in {
        "general.architecture": "llama", "general.name": "Tiny", "llama.block_count": layers,
        "llama.context_length": 512, "llama.embedding_length": width, "llama.feed_forward_length": inner,
        "llama.attention.head_count": heads, "llama.attention.head_count_kv": heads // 2,
        "llama.attention.layer_norm_rms_epsilon": 1e-5, "llama.rope.dimension_count": width // heads,
        "llama.rope.freq_base": 10000.0, "llama.vocab_size": len(tokens),
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "gpt-2",
    }.items():  # fmt: skip
        draft.set(key, value)
    draft.set("tokenizer.ggml.tokens", tokens)
    draft.set("tokenizer.ggml.token_type", [1] * 256 + [3] * len(SPECIALS), "[i32]")
    draft.set("tokenizer.ggml.merges", ["Ġ a", "t h"])
    draft.set("tokenizer.ggml.bos_token_id", 256)
    draft.set("tokenizer.ggml.eos_token_id", 257)
    draft.set("tokenizer.ggml.add_bos_token", True)
    draft.set("tokenizer.chat_template", TEMPLATE)
    shared = width // heads * (heads // 2)
    shapes: list[tuple[str, tuple[int, ...]]] = [("token_embd.weight", (width, len(tokens)))]
    for layer in range(layers):
        start = f"blk.{layer}."
        shapes += [
            (start + "attn_norm.weight", (width,)), (start + "attn_q.weight", (width, width)),
            (start + "attn_k.weight", (width, shared)), (start + "attn_v.weight", (width, shared)),
            (start + "attn_output.weight", (width, width)), (start + "ffn_norm.weight", (width,)),
            (start + "ffn_gate.weight", (width, inner)), (start + "ffn_up.weight", (width, inner)),
            (start + "ffn_down.weight", (inner, width)),
        ]  # fmt: skip
    shapes += [("output_norm.weight", (width,)), ("output.weight", (width, len(tokens)))]
    draft.tensors = _weights(shapes, 1)
    return draft


def projector(text_width: int = 32, width: int = 24, layers: int = 2, heads: int = 3, side: int = 32) -> Draft:
    """A gemma3 projector with random weights: patches of 8 pixels, four of which become one token."""
    patch, inner, merge = 8, 48, 2
    draft = Draft()
    for key, value in {
        "general.architecture": "clip", "general.type": "mmproj", "general.name": "Tiny",
        "clip.has_vision_encoder": True, "clip.projector_type": "gemma3", "clip.use_gelu": True,
        "clip.vision.image_size": side, "clip.vision.patch_size": patch, "clip.vision.embedding_length": width,
        "clip.vision.feed_forward_length": inner, "clip.vision.block_count": layers,
        "clip.vision.projection_dim": text_width, "clip.vision.attention.head_count": heads,
        "clip.vision.attention.layer_norm_epsilon": 1e-6, "clip.vision.projector.scale_factor": merge,
        "clip.vision.image_mean": [0.5, 0.5, 0.5], "clip.vision.image_std": [0.5, 0.5, 0.5],
    }.items():  # fmt: skip
        draft.set(key, value)
    shapes: list[tuple[str, tuple[int, ...]]] = [
        ("v.patch_embd.weight", (patch, patch, 3, width)), ("v.patch_embd.bias", (width,)),
        ("v.position_embd.weight", (width, (side // patch) ** 2)),
    ]  # fmt: skip
    for layer in range(layers):
        start = f"v.blk.{layer}."
        for norm in ("ln1", "ln2"):
            shapes += [(f"{start}{norm}.weight", (width,)), (f"{start}{norm}.bias", (width,))]
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            shapes += [(f"{start}{name}.weight", (width, width)), (f"{start}{name}.bias", (width,))]
        shapes += [(start + "ffn_up.weight", (width, inner)), (start + "ffn_up.bias", (inner,))]
        shapes += [(start + "ffn_down.weight", (inner, width)), (start + "ffn_down.bias", (width,))]
    shapes += [("v.post_ln.weight", (width,)), ("v.post_ln.bias", (width,))]
    shapes += [("mm.soft_emb_norm.weight", (width,)), ("mm.input_projection.weight", (text_width, width))]
    draft.tensors = _weights(shapes, 2)
    return draft
