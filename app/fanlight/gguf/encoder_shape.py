"""The sizes of a vision encoder, as its file declares them."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.gguf import projectors as known
from fanlight.gguf.header import Header
from fanlight.gguf.refusal import unusable, whole
from fanlight.i18n import _, format_number

V = "clip.vision."
MAX_SIDE = 8192


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


def encoder_shape(header: Header, kind: str) -> EncoderShape:
    """`kind` is the type of the projector. Raises ModelBroken."""
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
