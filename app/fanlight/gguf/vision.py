"""Checks of a projector's file: clip.cpp checks hardly any shape, and a wrong one aborts the process.

llama.cpp loads a truncated projector without an error; `header.read` refuses it before.
"""

from __future__ import annotations

import math
from dataclasses import replace

from fanlight.domain.errors import ModelBroken, ProjectorMismatch
from fanlight.gguf import projectors as known
from fanlight.gguf.convnext import check_stages
from fanlight.gguf.encoder_shape import EncoderShape, V, encoder_shape
from fanlight.gguf.header import Header, Tensor
from fanlight.gguf.preprocessing import check_preprocessing
from fanlight.gguf.refusal import (
    check_floats,
    expect,
    misfit,
    missing,
    needed,
    text,
    unusable,
    wrong_storage,
    wrong_type,
)
from fanlight.i18n import N_, _, format_number

NO_WEIGHTS = frozenset(("i8", "i16", "i32", "i64", "f64", "q8_1", "q8_K"))


def check_vision(header: Header) -> EncoderShape:
    """Raises ModelBroken, or ProjectorMismatch when the file is a language model."""
    kind = projector_type(header)
    for key, found in header.kinds.items():
        wanted = "u32" if key in known.NUMBERS else known.KINDS.get(key, found)
        if found != wanted:
            raise wrong_type(header, key)
    check_floats(header, "clip.")
    shape = encoder_shape(header, kind)
    check_preprocessing(header, shape)
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
