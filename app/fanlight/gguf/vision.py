"""What must hold of a projector's file: clip.cpp checks hardly a shape, and a wrong one stops the process.

A truncated projector loads without a word in llama.cpp; `header.read` has found that before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from fanlight.domain.errors import ProjectorMismatch
from fanlight.gguf import projectors as known
from fanlight.gguf.convnext import check_stages
from fanlight.gguf.header import Header, Tensor
from fanlight.gguf.say import MOST, check_floats, expect, text, unusable, whole
from fanlight.i18n import _, format_number

V = "clip.vision."
MAX_SIDE, MAX_ENLARGED, MAX_PIXELS = 8192, 1 << 24, 1 << 28
NO_WEIGHTS = frozenset(("i8", "i16", "i32", "i64", "f64", "q8_1", "q8_K"))


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """The encoder's sizes; `head` is one head's length, `keys` how many heads the keys have."""

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
    """Raises ModelBroken, or ProjectorMismatch for a language model in a projector's place."""
    kind = projector_type(header)
    for key, found in header.kinds.items():
        wanted = "u32" if key in known.NUMBERS else known.KINDS.get(key, found)
        if found != wanted:
            raise unusable(header, _("{key} is of the wrong type").format(key=key))
    check_floats(header, "clip.")
    eye = _eye(header, kind)
    _check_pictures(header, eye)
    for tensor in header.tensors:
        _check_storage(header, tensor, own=kind in known.OWN_ENCODER)
    _check_front(header, eye)
    if eye.type == "yasa2":
        eye = replace(eye, width=check_stages(header, eye.patch, eye.side))
    if eye.type not in known.OWN_ENCODER:
        for layer in range(eye.layers):
            _check_layer(header, eye, layer)
    _check_way_out(header, eye)
    return eye


def projector_type(header: Header) -> str:
    """The type of the part that sees. Raises ModelBroken or ProjectorMismatch."""
    if header.architecture != "clip":
        if header.architecture:
            wrong = _("{file} is a language model, not a projector (the part that encodes pictures).")
        else:
            wrong = _("{file} is not a projector (the part that encodes pictures).")
        raise ProjectorMismatch(wrong.format(file=header.path.name))
    if header.metadata.get("clip.has_vision_encoder") is not True:
        raise unusable(header, _("it has no vision encoder"), _("Use the model's vision projector."))
    kind = text(header, "clip.projector_type", "") or text(header, "clip.vision.projector_type")
    if kind not in known.PROJECTORS:
        hears = kind in known.HEARING
        raise unusable(
            header,
            _("it is for sound, not for pictures")
            if hears
            else _('its projector type ("{kind}") is unknown to this version of Fanlight').format(kind=kind[:40]),
            _("Use the model's vision projector.") if hears else _("A newer Fanlight may know it."),
        )
    return kind


def output_width(header: Header) -> int:
    """Numbers in one picture token, as llama.cpp will count them. Raises ModelBroken."""
    kind = projector_type(header)
    name, axis = known.PROJECTORS[kind].output
    if kind == "mlp" and "mm.3.weight" in header.named:
        name, axis = "mm.3.bias", 0
    tensor = _need(header, name)
    width = tensor.shape[axis] if axis < len(tensor.shape) else 1
    if kind == "qwen3vl_merger":
        deep = {
            key.split(".")[2] for key in header.named if key.startswith("v.deepstack.") and key.endswith("fc1.weight")
        }
        width *= 1 + len(deep)
    if kind == "granite4_vision":
        width *= header.length(V + "feature_layer") or 1
    return width


def _eye(header: Header, kind: str) -> EncoderShape:
    heads = whole(header, V + "attention.head_count", 1, 1024)
    width = whole(header, V + "embedding_length", 1, 1 << 16)
    own = kind in known.OWN_ENCODER
    head = whole(header, V + "attention.head_dim", 0, 4096, default=0)
    if not head and width % heads and not own:
        raise unusable(
            header,
            _("an encoder {width} wide cannot be split into {heads} heads").format(
                width=format_number(width), heads=heads
            ),
        )
    head = head or max(width // heads, 1)
    keys = whole(header, V + "attention.head_count_kv", 1, heads, default=heads)
    merge = _merge(header, kind)
    patch = whole(header, V + "patch_size", 1, 1024)
    side = whole(header, V + "image_size", 0, MAX_SIDE)
    if side and side < patch and not own:
        raise unusable(header, _("pictures of {side} pixels have no patch of {patch}").format(side=side, patch=patch))
    layers = whole(header, V + "block_count", 0 if own else 1, 512)
    whole(header, V + "feed_forward_length", 0, 1 << 20)
    whole(header, V + "projection_dim", 0, 1 << 20)
    if heads % keys or (keys != heads and kind not in known.GROUPED):
        raise unusable(header, _("{heads} attention heads cannot share {keys} keys").format(heads=heads, keys=keys))
    return EncoderShape(kind, width, heads, keys, head, layers, patch, side, merge)


def _merge(header: Header, kind: str) -> int:
    """How many patches a side become one token."""
    if known.PROJECTORS[kind].output == ("mm.2.bias", 0) and kind.startswith("qwen"):
        return whole(header, V + "spatial_merge_size", 2, 2, default=2)
    low = 2 if kind in ("idefics3", "lfm2", "kimivl", "kimik25") else 1
    usual = {"gemma3": 4, "gemma4v": 3, "gemma4uv": 3, "step3vl": 4, "minicpmv4_6": 4}.get(kind, 1)
    whole(header, V + "spatial_merge_size", 1, 64, default=2)
    return whole(header, V + "projector.scale_factor", low, 64, default=usual)


def _check_pictures(header: Header, eye: EncoderShape) -> None:
    """How pictures are cut and scaled: nothing that would take all memory, nothing divided by zero."""
    for key in ("image_mean", "image_std"):
        values = header.metadata.get(V + key)
        if not isinstance(values, tuple) or len(values) < 3 or (key == "image_std" and min(map(float, values)) <= 0):
            raise unusable(header, _("{key} does not give three colors").format(key=V + key))
    low = whole(header, V + "image_min_pixels", 0, MAX_ENLARGED, default=0)
    whole(header, V + "image_max_pixels", low, MAX_PIXELS, default=MAX_PIXELS)
    least = whole(header, V + "preproc_min_tiles", 0, 256, default=1)
    whole(header, V + "preproc_max_tiles", max(least, 1), 256, default=256)
    smallest = eye.side if eye.type == "idefics3" else eye.patch * eye.merge
    longest = whole(header, V + "preproc_image_size", smallest, MAX_SIDE, default=max(eye.side, smallest))
    if eye.side and longest > 32 * eye.side:
        raise unusable(
            header,
            _("a picture of {longest} pixels would be cut into more than a thousand tiles").format(
                longest=format_number(longest)
            ),
        )
    points = header.metadata.get(V + "image_grid_pinpoints", ())
    if not isinstance(points, tuple) or len(points) % 2 or any(not 0 < int(p) <= MAX_SIDE for p in points):
        raise unusable(header, _("{key} gives no sizes").format(key=V + "image_grid_pinpoints"))
    if V + "window_size" in header.metadata:
        whole(header, V + "window_size", 1, 4096)
    whole(header, V + "n_wa_pattern", 0, 512, default=0)
    if header.get("clip.use_gelu", False) and header.get("clip.use_silu", False):
        raise unusable(header, _("it claims two activations at once"))
    layers = header.metadata.get(V + "feature_layer", ())
    if not isinstance(layers, tuple) or any(not -MOST < int(layer) <= eye.layers for layer in layers):
        raise unusable(header, _("{key} names a missing layer").format(key=V + "feature_layer"))


def _check_storage(header: Header, tensor: Tensor, *, own: bool) -> None:
    """Rows, norms and biases are added as they are, patches are cut by a convolution: both need plain numbers."""
    row = tensor.name.endswith(".bias") or all(size == 1 for size in tensor.shape[1:])
    convolves = not own and len(tensor.shape) > 2 and "exps" not in tensor.name
    if (row and tensor.type != "f32") or (convolves and tensor.type not in ("f32", "f16")) or tensor.type in NO_WEIGHTS:
        raise unusable(
            header, _("the tensor {tensor} is stored as {type}").format(tensor=tensor.name, type=tensor.type)
        )


def _check_front(header: Header, eye: EncoderShape) -> None:
    """Patches and positions."""
    if eye.type in known.OWN_ENCODER:
        return
    for name in ("v.patch_embd.weight", "v.patch_embd.weight.1"):
        patch = header.named.get(name)
        if patch is None and (name.endswith("weight") or eye.type.startswith("qwen")):
            raise unusable(header, _("the tensor {tensor} is missing").format(tensor=name))
        if patch is not None and eye.type not in known.OTHER_PATCHES:
            expect(header, patch, (eye.patch, eye.patch, 3, eye.width))
    for name in (
        "v.patch_embd.bias",
        "v.class_embd",
        "v.pre_ln.weight",
        "v.pre_ln.bias",
        "v.post_ln.weight",
        "v.post_ln.bias",
    ):
        tensor = header.named.get(name)
        several = eye.type == "nemotron_v2_vl" and name == "v.class_embd"
        if tensor is not None and (
            tensor.shape[0] != eye.width or (max(tensor.shape[1:], default=1) > 1 and not several)
        ):
            raise unusable(
                header,
                _("the tensor {tensor} does not fit an encoder {width} wide").format(
                    tensor=name, width=format_number(eye.width)
                ),
            )
    if eye.type == "internvl":
        _need(header, "v.class_embd")
    if eye.type in known.UPRIGHT and "v.class_embd" in header.named:
        raise unusable(header, _("it has a class token, for which its kind has no place"))
    if eye.type in known.UPRIGHT and ("v.patch_embd.bias" in header.named) != (eye.type == "qwen3vl_merger"):
        raise unusable(header, _("the bias of its patches is missing, or should not be there"))
    _check_positions(header, eye)
    if "merger" in eye.type and eye.head % 4:
        raise unusable(
            header, _("a head of {head} numbers cannot hold positions in two directions").format(head=eye.head)
        )


def _check_positions(header: Header, eye: EncoderShape) -> None:
    places = header.named.get("v.position_embd.weight")
    fixed = known.PROJECTORS[eye.type].fixed
    if places is None:
        if fixed or eye.type in ("lfm2", "phi4", "qwen3vl_merger", "mlp", "ldp", "ldpv2", "adapter", "resampler"):
            raise unusable(header, _("the tensor v.position_embd.weight is missing"))
        return
    if places.shape[0] != eye.width:
        raise unusable(
            header,
            _("the tensor {tensor} does not fit an encoder {width} wide").format(
                tensor=places.name, width=format_number(eye.width)
            ),
        )
    count = places.shape[1] if len(places.shape) > 1 else 1
    extra = 1 if "v.class_embd" in header.named else 0
    if fixed:
        if places.type != "f32":
            raise unusable(
                header, _("the tensor {tensor} is stored as {type}").format(tensor=places.name, type=places.type)
            )
        if count != eye.patches + extra:
            raise unusable(
                header,
                _("it has {count} positions for {patches} patches").format(
                    count=format_number(count), patches=format_number(eye.patches + extra)
                ),
            )
        if eye.side // eye.patch % eye.merge:
            raise unusable(
                header,
                _("{side} patches a side cannot be merged by {merge}").format(
                    side=eye.side // eye.patch, merge=eye.merge
                ),
            )
    elif eye.type in ("lfm2", "phi4", "qwen3vl_merger"):
        if math.isqrt(count) ** 2 != count:
            raise unusable(header, _("its {count} positions are not a square").format(count=format_number(count)))
    elif eye.type in ("mlp", "ldp", "ldpv2", "adapter") and count < eye.patches + extra:
        raise unusable(
            header,
            _("it has {count} positions for {patches} patches").format(
                count=format_number(count), patches=format_number(eye.patches + extra)
            ),
        )


def _check_layer(header: Header, eye: EncoderShape, layer: int) -> None:
    start = f"v.blk.{layer}."
    named, width = header.named, eye.width
    query, key = eye.heads * eye.head, eye.keys * eye.head
    if start + "attn_qkv.weight" in named and eye.type not in known.SEPARATE:
        parts: tuple[tuple[str, int], ...] = (("attn_qkv", query + 2 * key),)
    else:
        parts = (("attn_q", query), ("attn_k", key), ("attn_v", key))
    if eye.type == "qwen3vl_merger":
        _need(header, start + "attn_qkv.weight")
    for name, size in parts:
        expect(header, _need(header, f"{start}{name}.weight"), (width, size))
        if eye.type in known.UPRIGHT:
            _need(header, f"{start}{name}.bias")
    expect(header, _need(header, start + "attn_out.weight"), (query, width))
    if start + "ffn_gate_exps.weight" not in named:
        up, down = _need(header, start + "ffn_up.weight"), _need(header, start + "ffn_down.weight")
        inner = up.shape[1] if up.shape[0] == width and len(up.shape) > 1 else up.shape[0]
        straight = (width, inner), (inner, width)
        if (up.shape, down.shape) not in (straight, straight[::-1]):
            raise unusable(header, _("layer {layer} of the encoder does not fit together").format(layer=layer))
        if start + "ffn_gate.weight" in named:
            expect(header, named[start + "ffn_gate.weight"], up.shape)
    for tensor in named.values():
        if tensor.name.startswith(start):
            _check_row(header, eye, tensor)


def _check_row(header: Header, eye: EncoderShape, tensor: Tensor) -> None:
    """A bias is as long as its matrix is high; a norm is as long as what it goes over."""
    part, _unused, last = tensor.name.rpartition(".")
    matrix = header.named.get(part + ".weight")
    if last == "bias" and matrix is not None and len(matrix.shape) == 2:
        expect(header, tensor, (matrix.shape[1],))
    elif last in ("weight", "bias") and part.endswith(("ln1", "ln2", "ls1", "ls2", "post_norm")):
        expect(header, tensor, (eye.width,))
    elif part.endswith(("attn_q_norm", "attn_k_norm")):
        keys = eye.keys if part.endswith("attn_k_norm") else eye.heads
        if tensor.shape not in ((eye.head,), (keys * eye.head,)):
            raise unusable(
                header,
                _("the tensor {tensor} does not fit a head of {head} numbers").format(
                    tensor=tensor.name, head=eye.head
                ),
            )


def _check_way_out(header: Header, eye: EncoderShape) -> None:
    """From merged patches to picture tokens: each matrix takes what the one before it gives."""
    made = known.PROJECTORS[eye.type]
    width = eye.width * (eye.merge**2 if made.merged else 1)
    if eye.type == "gemma3":
        expect(header, _need(header, "mm.soft_emb_norm.weight"), (width,))
        matrix = _need(header, "mm.input_projection.weight")
        if len(matrix.shape) != 2 or matrix.shape[1] != width or matrix.type not in ("f32", "f16"):
            raise unusable(
                header,
                _("the tensor {tensor} does not fit an encoder {width} wide").format(
                    tensor=matrix.name, width=format_number(width)
                ),
            )
    for name in made.chain:
        matrix = _need(header, name)
        if len(matrix.shape) != 2 or matrix.shape[0] != width:
            raise unusable(
                header,
                _("the tensor {tensor} does not take {width} numbers").format(tensor=name, width=format_number(width)),
            )
        width = matrix.shape[1]
    for tensor in header.tensors:
        if tensor.name.startswith(("mm.", "v.deepstack.")):
            _check_row(header, eye, tensor)
    if eye.type == "mlp":
        _need(header, "mm.0.weight")
        _need(header, "mm.0.bias")
    for name in ("mm.input_norm.weight", "mm.input_norm.bias"):
        if eye.type == "lfm2" and name in header.named:
            expect(header, header.named[name], (eye.width * eye.merge**2,))
    if eye.type == "qwen2.5vl_merger" and header.get(V + "projection_dim", 0) != width:
        raise unusable(
            header,
            _("{key} is not the width of its picture tokens ({width})").format(
                key=V + "projection_dim", width=format_number(width)
            ),
        )
    output_width(header)


def _need(header: Header, name: str) -> Tensor:
    tensor = header.named.get(name)
    if tensor is None:
        raise unusable(header, _("the tensor {tensor} is missing").format(tensor=name))
    return tensor
