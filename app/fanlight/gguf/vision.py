"""Checks of a projector's file: clip.cpp checks hardly any shape, and a wrong one aborts the process.

llama.cpp loads a truncated projector without an error; `header.read` refuses it before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from fanlight.domain.errors import ModelBroken, ProjectorMismatch
from fanlight.gguf import projectors as known
from fanlight.gguf.convnext import check_stages
from fanlight.gguf.header import Header, Tensor
from fanlight.gguf.refusal import (
    MOST,
    check_floats,
    expect,
    misfit,
    missing,
    needed,
    text,
    unusable,
    whole,
    wrong_storage,
    wrong_type,
)
from fanlight.i18n import N_, _, format_number

V = "clip.vision."
MAX_SIDE, MAX_ENLARGED, MAX_PIXELS = 8192, 1 << 24, 1 << 28
NO_WEIGHTS = frozenset(("i8", "i16", "i32", "i64", "f64", "q8_1", "q8_K"))


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The encoder's sizes; `head`: numbers in one head, `keys`: number of key heads, `merge`: patches a side per
    token."""

    type: str
    width: int
    heads: int
    keys: int
    head: int
    layers: int
    patch: int
    side: int
    merge: int

    @property
    def patches(self) -> int:
        return (self.side // self.patch) ** 2


def check_vision(header: Header) -> EncoderShape:
    """Raises ModelBroken, or ProjectorMismatch when the file is a language model."""
    kind = projector_type(header)
    for key, found in header.kinds.items():
        wanted = "u32" if key in known.NUMBERS else known.KINDS.get(key, found)
        if found != wanted:
            raise wrong_type(header, key)
    check_floats(header, "clip.")
    shape = _encoder_shape(header, kind)
    _check_preprocessing(header, shape)
    for tensor in header.tensors:
        _check_storage(header, tensor, own=kind in known.OWN_ENCODER)
    _check_patches(header, shape)
    if shape.type == "yasa2":
        shape = replace(shape, width=check_stages(header, shape.patch, shape.side))
    if shape.type not in known.OWN_ENCODER:
        for layer in range(shape.layers):
            _check_layer(header, shape, layer)
    _check_projection(header, shape)
    return shape


def projector_type(header: Header) -> str:
    """The type of the vision projector. Raises ModelBroken or ProjectorMismatch."""
    if header.architecture != "clip":
        text_of = (
            N_("{file} is a language model, not a projector (the vision encoder).")
            if header.architecture
            else N_("{file} is not a projector (the vision encoder).")
        )
        raise ProjectorMismatch(_(text_of).format(file=header.path.name))
    if header.metadata.get("clip.has_vision_encoder") is not True:
        raise unusable(header, _("It has no vision encoder."), _("Use the model's vision projector."))
    kind = text(header, "clip.projector_type", "") or text(header, "clip.vision.projector_type")
    if kind not in known.PROJECTORS:
        if kind in known.HEARING:
            raise unusable(header, _("It is an audio projector."), _("Use the model's vision projector."))
        raise unusable(
            header,
            _("Its projector type ({name}) is unknown to this version of Fanlight.").format(name=kind[:40]),
            _("A newer version may know it."),
        )
    return kind


def output_width(header: Header) -> int:
    """Width of one picture token, as llama.cpp computes it. Raises ModelBroken."""
    kind = projector_type(header)
    name, axis = known.PROJECTORS[kind].output
    if kind == "mlp" and "mm.3.weight" in header.named:
        name, axis = "mm.3.bias", 0
    tensor = needed(header, name)
    width = tensor.shape[axis] if axis < len(tensor.shape) else 1
    if kind == "qwen3vl_merger":
        deep = {
            key.split(".")[2] for key in header.named if key.startswith("v.deepstack.") and key.endswith("fc1.weight")
        }
        width *= 1 + len(deep)
    if kind == "granite4_vision":
        width *= header.length(V + "feature_layer") or 1
    return width


def _encoder_shape(header: Header, kind: str) -> EncoderShape:
    heads = whole(header, V + "attention.head_count", 1, 1024)
    width = whole(header, V + "embedding_length", 1, 1 << 16)
    own = kind in known.OWN_ENCODER
    head = whole(header, V + "attention.head_dim", 0, 4096, default=0)
    if not head and width % heads and not own:
        raise unusable(
            header,
            _("A width of {width} cannot be split into {count} heads.").format(width=format_number(width), count=heads),
        )
    head = head or max(width // heads, 1)
    keys = whole(header, V + "attention.head_count_kv", 1, heads, default=heads)
    merge = _merge(header, kind)
    patch = whole(header, V + "patch_size", 1, 1024)
    side = whole(header, V + "image_size", 0, MAX_SIDE)
    if side and side < patch and not own:
        raise unusable(
            header, _("Pictures of {side} pixels have no patch of {patch} pixels.").format(side=side, patch=patch)
        )
    layers = whole(header, V + "block_count", 0 if own else 1, 512)
    whole(header, V + "feed_forward_length", 0, 1 << 20)
    whole(header, V + "projection_dim", 0, 1 << 20)
    if heads % keys or (keys != heads and kind not in known.GROUPED):
        raise unusable(header, _("{heads} attention heads cannot share {keys} keys.").format(heads=heads, keys=keys))
    return EncoderShape(kind, width, heads, keys, head, layers, patch, side, merge)


def _merge(header: Header, kind: str) -> int:
    """How many patches a side are merged into one token."""
    if known.PROJECTORS[kind].output == ("mm.2.bias", 0) and kind.startswith("qwen"):
        return whole(header, V + "spatial_merge_size", 2, 2, default=2)
    low = 2 if kind in ("idefics3", "lfm2", "kimivl", "kimik25") else 1
    usual = {"gemma3": 4, "gemma4v": 3, "gemma4uv": 3, "step3vl": 4, "minicpmv4_6": 4}.get(kind, 1)
    whole(header, V + "spatial_merge_size", 1, 64, default=2)
    return whole(header, V + "projector.scale_factor", low, 64, default=usual)


def _check_preprocessing(header: Header, shape: EncoderShape) -> None:
    """Scaling and tiling of pictures: nothing that would take all memory, no division by zero."""
    for key in ("image_mean", "image_std"):
        values = header.metadata.get(V + key)
        if not isinstance(values, tuple) or len(values) < 3 or (key == "image_std" and min(map(float, values)) <= 0):
            raise unusable(header, _("The list {key} does not have three colors.").format(key=V + key))
    low = whole(header, V + "image_min_pixels", 0, MAX_ENLARGED, default=0)
    whole(header, V + "image_max_pixels", low, MAX_PIXELS, default=MAX_PIXELS)
    least = whole(header, V + "preproc_min_tiles", 0, 256, default=1)
    whole(header, V + "preproc_max_tiles", max(least, 1), 256, default=256)
    smallest = shape.side if shape.type == "idefics3" else shape.patch * shape.merge
    longest = whole(header, V + "preproc_image_size", smallest, MAX_SIDE, default=max(shape.side, smallest))
    if shape.side and longest > 32 * shape.side:
        raise unusable(
            header,
            _("A picture of {side} pixels would be divided into more than a thousand tiles.").format(
                side=format_number(longest)
            ),
        )
    points = header.metadata.get(V + "image_grid_pinpoints", ())
    if not isinstance(points, tuple) or len(points) % 2 or any(not 0 < int(p) <= MAX_SIDE for p in points):
        raise unusable(header, _("The list {key} does not contain sizes.").format(key=V + "image_grid_pinpoints"))
    if V + "window_size" in header.metadata:
        whole(header, V + "window_size", 1, 4096)
    whole(header, V + "n_wa_pattern", 0, 512, default=0)
    if header.get("clip.use_gelu", False) and header.get("clip.use_silu", False):
        raise unusable(header, _("It declares two activation functions."))
    layers = header.metadata.get(V + "feature_layer", ())
    if not isinstance(layers, tuple) or any(not -MOST < int(layer) <= shape.layers for layer in layers):
        raise unusable(header, _("The list {key} names a layer that does not exist.").format(key=V + "feature_layer"))


def _check_storage(header: Header, tensor: Tensor, *, own: bool) -> None:
    """Rows, norms and biases are added as they are, patches are made by a convolution: both need plain numbers."""
    row = tensor.name.endswith(".bias") or all(size == 1 for size in tensor.shape[1:])
    convolves = not own and len(tensor.shape) > 2 and "exps" not in tensor.name
    if (row and tensor.type != "f32") or (convolves and tensor.type not in ("f32", "f16")) or tensor.type in NO_WEIGHTS:
        raise wrong_storage(header, tensor)


def _check_patches(header: Header, shape: EncoderShape) -> None:
    """Patches and positions."""
    if shape.type in known.OWN_ENCODER:
        return
    for name in ("v.patch_embd.weight", "v.patch_embd.weight.1"):
        patch = header.named.get(name)
        if patch is None and (name.endswith("weight") or shape.type.startswith("qwen")):
            raise missing(header, name)
        if patch is not None and shape.type not in known.OTHER_PATCHES:
            expect(header, patch, (shape.patch, shape.patch, 3, shape.width))
    for name in (
        "v.patch_embd.bias",
        "v.class_embd",
        "v.pre_ln.weight",
        "v.pre_ln.bias",
        "v.post_ln.weight",
        "v.post_ln.bias",
    ):
        tensor = header.named.get(name)
        several = shape.type == "nemotron_v2_vl" and name == "v.class_embd"
        if tensor is not None and (
            tensor.shape[0] != shape.width or (max(tensor.shape[1:], default=1) > 1 and not several)
        ):
            raise misfit(header, tensor, shape.width)
    if shape.type == "internvl":
        needed(header, "v.class_embd")
    if shape.type in known.UPRIGHT and "v.class_embd" in header.named:
        raise unusable(header, _("It has a class token, which its type does not use."))
    if shape.type in known.UPRIGHT and ("v.patch_embd.bias" in header.named) != (shape.type == "qwen3vl_merger"):
        raise unusable(header, _("The bias of its patches is missing, or should not exist."))
    _check_positions(header, shape)
    if "merger" in shape.type and shape.head % 4:
        raise unusable(
            header, _("A head of {size} numbers cannot hold positions in two directions.").format(size=shape.head)
        )


def _check_positions(header: Header, shape: EncoderShape) -> None:
    places = header.named.get("v.position_embd.weight")
    fixed = known.PROJECTORS[shape.type].fixed
    if places is None:
        if fixed or shape.type in ("lfm2", "phi4", "qwen3vl_merger", "mlp", "ldp", "ldpv2", "adapter", "resampler"):
            raise missing(header, "v.position_embd.weight")
        return
    if places.shape[0] != shape.width:
        raise misfit(header, places, shape.width)
    count = places.shape[1] if len(places.shape) > 1 else 1
    extra = 1 if "v.class_embd" in header.named else 0
    if fixed:
        if places.type != "f32":
            raise wrong_storage(header, places)
        if count != shape.patches + extra:
            raise _wrong_positions(header, count, shape.patches + extra)
        if shape.side // shape.patch % shape.merge:
            raise unusable(
                header,
                _("{count} patches a side cannot be merged by {merge}.").format(
                    count=shape.side // shape.patch, merge=shape.merge
                ),
            )
    elif shape.type in ("lfm2", "phi4", "qwen3vl_merger"):
        if math.isqrt(count) ** 2 != count:
            raise unusable(
                header, _("The number of its positions ({count}) is not a square.").format(count=format_number(count))
            )
    elif shape.type in ("mlp", "ldp", "ldpv2", "adapter") and count < shape.patches + extra:
        raise _wrong_positions(header, count, shape.patches + extra)


def _check_layer(header: Header, shape: EncoderShape, layer: int) -> None:
    start = f"v.blk.{layer}."
    named, width = header.named, shape.width
    query, key = shape.heads * shape.head, shape.keys * shape.head
    if start + "attn_qkv.weight" in named and shape.type not in known.SEPARATE:
        parts: tuple[tuple[str, int], ...] = (("attn_qkv", query + 2 * key),)
    else:
        parts = (("attn_q", query), ("attn_k", key), ("attn_v", key))
    if shape.type == "qwen3vl_merger":
        needed(header, start + "attn_qkv.weight")
    for name, size in parts:
        expect(header, needed(header, f"{start}{name}.weight"), (width, size))
        if shape.type in known.UPRIGHT:
            needed(header, f"{start}{name}.bias")
    expect(header, needed(header, start + "attn_out.weight"), (query, width))
    if start + "ffn_gate_exps.weight" not in named:
        up, down = needed(header, start + "ffn_up.weight"), needed(header, start + "ffn_down.weight")
        inner = up.shape[1] if up.shape[0] == width and len(up.shape) > 1 else up.shape[0]
        straight = (width, inner), (inner, width)
        if (up.shape, down.shape) not in (straight, straight[::-1]):
            raise unusable(header, _("The tensors of encoder layer {number} do not fit together.").format(number=layer))
        if start + "ffn_gate.weight" in named:
            expect(header, named[start + "ffn_gate.weight"], up.shape)
    for tensor in named.values():
        if tensor.name.startswith(start):
            _check_row(header, shape, tensor)


def _check_row(header: Header, shape: EncoderShape, tensor: Tensor) -> None:
    """A bias has a number for each row of its matrix, a norm one for each channel."""
    part, _dot, last = tensor.name.rpartition(".")
    matrix = header.named.get(part + ".weight")
    if last == "bias" and matrix is not None and len(matrix.shape) == 2:
        expect(header, tensor, (matrix.shape[1],))
    elif last in ("weight", "bias") and part.endswith(("ln1", "ln2", "ls1", "ls2", "post_norm")):
        expect(header, tensor, (shape.width,))
    elif part.endswith(("attn_q_norm", "attn_k_norm")):
        keys = shape.keys if part.endswith("attn_k_norm") else shape.heads
        if tensor.shape not in ((shape.head,), (keys * shape.head,)):
            raise unusable(
                header,
                _("The tensor {tensor} does not fit a head of {size} numbers.").format(
                    tensor=tensor.name, size=shape.head
                ),
            )


def _check_projection(header: Header, shape: EncoderShape) -> None:
    """The projection from merged patches to picture tokens: each matrix takes the output of the one before it."""
    made = known.PROJECTORS[shape.type]
    width = shape.width * (shape.merge**2 if made.merged else 1)
    if shape.type == "gemma3":
        expect(header, needed(header, "mm.soft_emb_norm.weight"), (width,))
        matrix = needed(header, "mm.input_projection.weight")
        if len(matrix.shape) != 2 or matrix.shape[1] != width or matrix.type not in ("f32", "f16"):
            raise misfit(header, matrix, width)
    for name in made.chain:
        matrix = needed(header, name)
        if len(matrix.shape) != 2 or matrix.shape[0] != width:
            raise misfit(header, matrix, width)
        width = matrix.shape[1]
    for tensor in header.tensors:
        if tensor.name.startswith(("mm.", "v.deepstack.")):
            _check_row(header, shape, tensor)
    if shape.type == "mlp":
        needed(header, "mm.0.weight")
        needed(header, "mm.0.bias")
    for name in ("mm.input_norm.weight", "mm.input_norm.bias"):
        if shape.type == "lfm2" and name in header.named:
            expect(header, header.named[name], (shape.width * shape.merge**2,))
    if shape.type == "qwen2.5vl_merger" and header.get(V + "projection_dim", 0) != width:
        raise unusable(
            header,
            _("The value of {key} is not the width of its picture tokens ({width}).").format(
                key=V + "projection_dim", width=format_number(width)
            ),
        )
    output_width(header)


def _wrong_positions(header: Header, positions: int, patches: int) -> ModelBroken:
    return unusable(
        header,
        _("It has {positions} positions for {patches} patches.").format(
            positions=format_number(positions), patches=format_number(patches)
        ),
    )
