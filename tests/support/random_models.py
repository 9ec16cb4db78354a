"""Models that know nothing: GGUF pairs with random weights, one for each kind of memory and projector.

    plain    llama + idefics3       a plain cache; a large picture is cut into tiles
    mrope    qwen2vl + qwen2vl      positions in three directions; a picture takes more cells than positions
    window   gemma3 + gemma3        a sliding window; a picture looks at itself both ways
    hybrid   lfm2 + lfm2            short convolutions, whose state cannot go back

Each is written in well under a second, the same bytes every time, and kept in the folder given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import gguf
from fanlight.domain.models import ModelSpec
from support.random_ear import EarShape, write_ear
from support.tensor_writer import TensorWriter

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{{ part['text'] }}{% endfor %}{% endif %}"
    "{{ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
THINKING_TEMPLATE = TEMPLATE + "{# <think></think> #}"

_SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<pad>",
    "<fake_token_around_image>", "<global-img>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<start_of_image>", "<end_of_image>", "<|image_start|>", "<|image_end|>", "<|img_thumbnail|>",
    *(f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)),
    *(f"<|img_row_{row}_col_{column}|>" for row in range(1, 11) for column in range(1, 11)),
)  # fmt: skip
_SHOWN = ("<think>", "</think>")
_MERGES = ("Ċ Ċ", "t h", "th e", "Ġ the", "i n", "Ġ i", "e r", "Ġ a", "o u", "y ou", "h e", "l l", "he ll", "hell o")
_SECTIONED = ("qwen2vl", "qwen3vl")
_BOS, _EOS, _PAD = "<|endoftext|>", "<|im_end|>", "<pad>"


@dataclass(frozen=True)
class TextShape:
    architecture: str
    width: int = 64
    layers: int = 2
    heads: int = 4
    keys: int = 2
    inner: int = 128
    context: int = 2048
    extra_tokens: int = 0
    quantised: bool = False
    tied: bool = False
    head: int = 0
    window: int = 32
    sparse: bool = False
    bits: int = 8
    recommended: tuple[tuple[str, float], ...] = ()
    special: tuple[str, ...] = ()
    """Control tokens beside the usual ones."""
    deep: int = 0
    """Layers that are given what inner layers of the vision encoder make of a picture."""

    @property
    def head_size(self) -> int:
        return self.head or self.width // self.heads


@dataclass(frozen=True)
class EyeShape:
    projector: str
    width: int = 48
    layers: int = 2
    heads: int = 4
    inner: int = 96
    side: int = 64
    patch: int = 8
    merge: int = 2
    longest: int = 128
    quantised: bool = False
    ear: EarShape | None = None
    deep: tuple[int, ...] = ()
    """Layers whose outputs the language model is given, too."""

    @property
    def is_gated(self) -> bool:
        """Qwen2.5-VL's: most layers see what is near alone, norms have no biases, and feed-forward has a gate."""
        return self.projector == "qwen2.5vl_merger"

    @property
    def merges(self) -> bool:
        return self.projector in ("qwen2vl_merger", "qwen2.5vl_merger", "qwen3vl_merger")

    @property
    def is_third(self) -> bool:
        """Qwen3-VL's: positions are learned, and there is one matrix for queries, keys, and values."""
        return self.projector == "qwen3vl_merger"


def plain(
    folder: Path, template: str = TEMPLATE, name: str = "plain", recommended: Mapping[str, float] = MappingProxyType({})
) -> ModelSpec:
    """`recommended`: what the file says of sampling, by the names of llama.cpp's keys."""
    return write_pair(
        folder, name, TextShape("llama", recommended=tuple(recommended.items())), EyeShape("idefics3"), template
    )


def mrope(folder: Path) -> ModelSpec:
    return write_pair(folder, "mrope", TextShape("qwen2vl"), EyeShape("qwen2vl_merger"), TEMPLATE)


def qwen3(folder: Path) -> ModelSpec:
    """Qwen3-VL's shape, with one layer deep in the language model that sees pictures, too."""
    eye = EyeShape("qwen3vl_merger", deep=(0,))
    return write_pair(folder, "qwen3", TextShape("qwen3vl", deep=1), eye, TEMPLATE)


def window(folder: Path) -> ModelSpec:
    return write_pair(folder, "window", TextShape("gemma3", layers=6), EyeShape("gemma3"), TEMPLATE)


def hybrid(folder: Path) -> ModelSpec:
    return write_pair(folder, "hybrid", TextShape("lfm2", layers=4), EyeShape("lfm2", side=128), TEMPLATE)


KINDS: Mapping[str, Callable[[Path], ModelSpec]] = {"plain": plain, "mrope": mrope, "window": window, "hybrid": hybrid}


def hearing(folder: Path, projector: str = "voxtral") -> ModelSpec:
    """A plain model whose projector hears, too."""
    ear = EarShape(projector, stack=2 if projector == "voxtral" else 4)
    text = TextShape("llama", special=("[BEGIN_AUDIO]",))
    return write_pair(folder, f"hearing-{projector}", text, EyeShape("idefics3", ear=ear), TEMPLATE)


def thinking(folder: Path) -> ModelSpec:
    """A plain model whose template speaks of thinking tags."""
    return plain(folder, THINKING_TEMPLATE, "thinking")


def smolvlm_256m_shape(folder: Path) -> ModelSpec:
    """SmolVLM-256M's shapes, eight bits a weight: a picture is brought to 2,048 pixels and cut into tiles of 512, 64
    tokens each, with one for the whole. Written in about ten seconds, 250 MB."""
    text = TextShape(
        "llama", width=576, layers=30, heads=9, keys=3, inner=1536, context=8192, extra_tokens=48_800,
        quantised=True, tied=True,
    )  # fmt: skip
    eye = EyeShape(
        "idefics3", width=768, layers=12, heads=12, inner=3072, side=512, patch=16, merge=4, longest=2048,
        quantised=True,
    )  # fmt: skip
    return write_pair(folder, "smolvlm-256m-shape", text, eye, TEMPLATE)


# Shapes of real language models, in eight bits, with a smaller vocabulary.
_SHAPES = {
    "llama-8b": TextShape("llama", width=4096, layers=32, heads=32, keys=8, inner=14336, context=131_072),
    "qwen2vl-7b": TextShape("qwen2vl", width=3584, layers=28, heads=28, keys=4, inner=18944, context=32_768),
    "gemma3-4b": TextShape(
        "gemma3", width=2560, layers=34, heads=8, keys=4, head=256, inner=10240, window=1024, context=131_072
    ),
    "gemma3-12b": TextShape(
        "gemma3", width=3840, layers=48, heads=16, keys=8, head=256, inner=15360, window=1024, context=131_072
    ),
    "lfm2-1b": TextShape("lfm2", width=2048, layers=16, heads=32, keys=8, inner=8192, context=128_000),
}
SHAPES = tuple(_SHAPES)


def shape_only(folder: Path, name: str) -> Path:
    """A language model's file with sound headers and the size it should have, whose weights are a hole: of `SHAPES`.
    llama.cpp can plan with it (`no_alloc`), not compute."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.gguf"
    text = replace(_SHAPES[name], extra_tokens=32_000, quantised=True, sparse=True)
    replace_file(path, lambda draft: write_text(draft, name, text, TEMPLATE))
    return path


def write_pair(folder: Path, name: str, text: TextShape, eye: EyeShape, template: str) -> ModelSpec:
    folder.mkdir(parents=True, exist_ok=True)
    model, projector = folder / f"{name}.gguf", folder / f"{name}-mmproj.gguf"
    if not model.exists():
        replace_file(model, lambda path: write_text(path, name, text, template))
    if not projector.exists():
        replace_file(projector, lambda path: _write_eye(path, name, eye, text.width))
    return ModelSpec.of_files(name, model, projector)


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    draft = path.with_suffix(".new")
    write(draft)
    draft.replace(path)


def _byte_letters() -> list[str]:
    """GPT-2's letters for the 256 bytes, in the order of the bytes."""
    plain_bytes = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain_bytes}
    letters.update({byte: chr(256 + i) for i, byte in enumerate(b for b in range(256) if b not in letters)})
    return [letters[byte] for byte in range(256)]


def _vocabulary(extra: int, special: tuple[str, ...]) -> tuple[list[str], list[int]]:
    merged = [merge.replace(" ", "") for merge in _MERGES]
    filler = [f"w{i:05d}" for i in range(extra)]
    tokens = [*_byte_letters(), *merged, *filler, *_SPECIAL, *special, *_SHOWN]
    normal, control, shown = gguf.TokenType.NORMAL, gguf.TokenType.CONTROL, gguf.TokenType.USER_DEFINED
    types = [normal] * (256 + len(merged) + extra) + [control] * len((*_SPECIAL, *special)) + [shown] * len(_SHOWN)
    return tokens, [int(kind) for kind in types]


def write_text(path: Path, name: str, shape: TextShape, template: str) -> None:
    writer = TensorWriter(
        path, shape.architecture, seed=1, quantised=shape.quantised, sparse=shape.sparse, bits=shape.bits
    )
    file = writer.file
    tokens, types = _vocabulary(shape.extra_tokens, shape.special)
    file.add_name(name)
    file.add_context_length(shape.context)
    file.add_embedding_length(shape.width)
    file.add_block_count(shape.layers)
    file.add_feed_forward_length(shape.inner)
    file.add_head_count(shape.heads)
    file.add_layer_norm_rms_eps(1e-5)
    file.add_layer_norm_eps(1e-5)
    file.add_rope_freq_base(10000.0)
    file.add_vocab_size(len(tokens))
    file.add_tokenizer_model("gpt2")
    file.add_tokenizer_pre("gpt-2")
    file.add_token_list(tokens)
    file.add_token_types(types)
    file.add_token_merges(list(_MERGES))
    file.add_bos_token_id(tokens.index(_BOS))
    file.add_eos_token_id(tokens.index(_EOS))
    file.add_pad_token_id(tokens.index(_PAD))
    file.add_add_bos_token(shape.architecture not in _SECTIONED)
    file.add_chat_template(template)
    for key, value in shape.recommended:
        add = file.add_int32 if isinstance(value, int) else file.add_float32
        add(f"general.sampling.{key}", value)
    head = shape.head_size
    recurrent = _recurrent(shape)
    if shape.architecture == "lfm2":
        file.add_head_count_kv([0 if i in recurrent else shape.keys for i in range(shape.layers)])
        file.add_shortconv_l_cache(3)
    else:
        file.add_head_count_kv(shape.keys)
    file.add_key_length(head)
    file.add_value_length(head)
    file.add_rope_dimension_count(head)
    if shape.deep:
        file.add_uint32(f"{shape.architecture}.n_deepstack_layers", shape.deep)
    if shape.architecture in _SECTIONED:
        quarter = head // 8
        file.add_rope_dimension_sections(
            [head // 2 - 3 * quarter - quarter // 2, 2 * quarter, quarter + quarter // 2, 0]
        )
    if shape.architecture == "gemma3":
        file.add_sliding_window(shape.window)
    # The gain makes the next token hang on what was before it, and not on the last token alone.
    writer.matrix("token_embd.weight", len(tokens), shape.width, gain=1.0 if shape.tied else shape.width**0.5)
    if not shape.tied:
        writer.matrix("output.weight", len(tokens), shape.width, gain=3.0)
    writer.ones("token_embd_norm.weight" if shape.architecture == "lfm2" else "output_norm.weight", shape.width)
    for layer in range(shape.layers):
        _text_layer(writer, shape, layer, head, recurrent=layer in recurrent)
    writer.close()


def _recurrent(shape: TextShape) -> frozenset[int]:
    return frozenset(range(0, shape.layers, 2)) if shape.architecture == "lfm2" else frozenset()


def _text_layer(writer: TensorWriter, shape: TextShape, layer: int, head: int, *, recurrent: bool) -> None:
    at = f"blk.{layer}."
    width, kv = shape.width, shape.keys * head
    writer.ones(at + "attn_norm.weight", width)
    writer.ones(at + "ffn_norm.weight", width)
    writer.matrix(at + "ffn_gate.weight", shape.inner, width, 2.0)
    writer.matrix(at + "ffn_up.weight", shape.inner, width, 2.0)
    writer.matrix(at + "ffn_down.weight", width, shape.inner, 2.0)
    if recurrent:
        writer.draw(at + "shortconv.conv.weight", (width, 3), 0.6)
        writer.matrix(at + "shortconv.in_proj.weight", 3 * width, width, 2.0)
        writer.matrix(at + "shortconv.out_proj.weight", width, width, 2.0)
        return
    writer.matrix(at + "attn_q.weight", shape.heads * head, width, 2.0)
    writer.matrix(at + "attn_k.weight", kv, width, 2.0)
    writer.matrix(at + "attn_v.weight", kv, width, 2.0)
    writer.matrix(at + "attn_output.weight", width, shape.heads * head, 2.0)
    if shape.architecture == "qwen2vl":
        for part, size in (("q", shape.heads * head), ("k", kv), ("v", kv)):
            writer.draw(f"{at}attn_{part}.bias", (size,), 0.1)
    if shape.architecture in ("gemma3", "lfm2", "qwen3vl"):
        writer.ones(at + "attn_q_norm.weight", head)
        writer.ones(at + "attn_k_norm.weight", head)
    if shape.architecture == "gemma3":
        writer.ones(at + "post_attention_norm.weight", width)
        writer.ones(at + "post_ffw_norm.weight", width)


def _write_eye(path: Path, name: str, eye: EyeShape, text_width: int) -> None:
    writer = TensorWriter(path, "clip", seed=2, quantised=eye.quantised)
    file = writer.file
    file.add_type("mmproj")
    file.add_name(f"{name} projector")
    file.add_bool("clip.has_vision_encoder", True)
    file.add_string("clip.vision.projector_type" if eye.ear else "clip.projector_type", eye.projector)
    file.add_bool("clip.use_gelu", True)
    for key, value in (
        ("image_size", eye.side), ("patch_size", eye.patch), ("embedding_length", eye.width),
        ("feed_forward_length", eye.inner), ("block_count", eye.layers), ("projection_dim", text_width),
        ("attention.head_count", eye.heads),
    ):  # fmt: skip
        file.add_uint32(f"clip.vision.{key}", value)
    if eye.is_gated:
        file.add_uint32("clip.vision.n_wa_pattern", 2)
    if eye.is_third:
        file.add_array("clip.vision.is_deepstack_layers", [layer in eye.deep for layer in range(eye.layers)])
    if not eye.merges:
        file.add_uint32("clip.vision.projector.scale_factor", eye.merge)
    if eye.projector == "idefics3":
        file.add_uint32("clip.vision.preproc_image_size", eye.longest)
    file.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    file.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    file.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    _front(writer, eye)
    for layer in range(eye.layers):
        _eye_layer(writer, eye, layer)
    _way_out(writer, eye, text_width)
    if eye.ear is not None:
        write_ear(writer, eye.ear, text_width)
    writer.close()


def _front(writer: TensorWriter, eye: EyeShape) -> None:
    gain = 1.0 / (3 * eye.patch**2) ** 0.5
    writer.draw("v.patch_embd.weight", (eye.width, 3, eye.patch, eye.patch), gain, half=True)
    if eye.merges:
        writer.draw("v.patch_embd.weight.1", (eye.width, 3, eye.patch, eye.patch), gain, half=True)
    if not eye.merges or eye.is_third:
        writer.zeros("v.patch_embd.bias", eye.width)
        writer.draw("v.position_embd.weight", ((eye.side // eye.patch) ** 2, eye.width), 0.3)
    _norm(writer, eye, "v.post_ln")


def _norm(writer: TensorWriter, eye: EyeShape, name: str) -> None:
    writer.ones(f"{name}.weight", eye.width)
    if not eye.is_gated:
        writer.zeros(f"{name}.bias", eye.width)


def _eye_layer(writer: TensorWriter, eye: EyeShape, layer: int) -> None:
    at = f"v.blk.{layer}."
    for norm in ("ln1", "ln2"):
        _norm(writer, eye, at + norm)
    for part in ("attn_out",) if eye.is_third else ("attn_q", "attn_k", "attn_v", "attn_out"):
        _linear(writer, at + part, eye.width, eye.width)
    if eye.is_third:
        _linear(writer, at + "attn_qkv", 3 * eye.width, eye.width)
    for part in ("ffn_up", "ffn_gate") if eye.is_gated else ("ffn_up",):
        _linear(writer, at + part, eye.inner, eye.width)
    _linear(writer, at + "ffn_down", eye.width, eye.inner)


def _way_out(writer: TensorWriter, eye: EyeShape, text_width: int) -> None:
    """A gain that gives picture tokens the size of text tokens, so that pictures count."""
    merged = eye.width * eye.merge**2
    if eye.projector == "idefics3":
        writer.matrix("mm.model.fc.weight", text_width, merged)
    elif eye.projector == "gemma3":
        writer.ones("mm.soft_emb_norm.weight", eye.width)
        writer.draw("mm.input_projection.weight", (eye.width, text_width), eye.width**-0.5)
    elif eye.merges:
        _linear(writer, "mm.0", merged, merged)
        _linear(writer, "mm.2", text_width, merged)
        for layer in eye.deep:
            writer.ones(f"v.deepstack.{layer}.norm.weight", merged)
            writer.zeros(f"v.deepstack.{layer}.norm.bias", merged)
            _linear(writer, f"v.deepstack.{layer}.fc1", merged, merged)
            _linear(writer, f"v.deepstack.{layer}.fc2", text_width, merged)
    else:
        _linear(writer, "mm.1", merged, merged)
        _linear(writer, "mm.2", text_width, merged)


def _linear(writer: TensorWriter, name: str, out: int, into: int) -> None:
    writer.matrix(f"{name}.weight", out, into)
    writer.zeros(f"{name}.bias", out)
