"""Checks of what a projector's file says about scaling and tiling pictures."""

from __future__ import annotations

from fanlight.gguf.encoder_shape import MAX_SIDE, EncoderShape, V
from fanlight.gguf.header import Header
from fanlight.gguf.refusal import MOST, unusable, whole
from fanlight.i18n import _, format_number

MAX_ENLARGED, MAX_PIXELS = 1 << 24, 1 << 28


def check_preprocessing(header: Header, shape: EncoderShape) -> None:
    """Nothing that would take all memory, no division by zero. Raises ModelBroken."""
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
