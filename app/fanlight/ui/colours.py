"""Colors as #rrggbb: how well one is read on another, and a shade of it that is read."""

from __future__ import annotations

import colorsys

_STEPS = 100


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green, and blue, from 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def colour_of(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in (red, green, blue))


def mixed(colour: str, ground: str, share: float) -> str:
    """`share` of `colour`, the rest of `ground`."""
    pairs = zip(channels(colour), channels(ground), strict=True)
    red, green, blue = (share * one + (1 - share) * other for one, other in pairs)
    return colour_of(red, green, blue)


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = channels(colour)
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21, as WCAG 2.2 has it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(colour: str, grounds: dict[str, float]) -> str:
    """The shade of that hue nearest to `colour` with at least the given contrast to each ground: darker where the
    grounds are light, lighter where they are dark."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels(colour))
    end = 0.0 if min(map(luminance, grounds)) > luminance("#777777") else 1.0
    shade = colour
    for step in range(_STEPS + 1):
        shade = colour_of(*colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation))
        if all(contrast(shade, ground) >= least for ground, least in grounds.items()):
            break
    return shade
