"""Which colors of a theme stand on which, and how well one is read on the other (WCAG 2.2)."""

from __future__ import annotations

TEXT = [
    ("text", "window"), ("text", "surface"), ("text", "sunken"), ("text", "hover"), ("text", "line"),
    ("text", "bubble"), ("text", "code"), ("text", "accent_soft"), ("muted", "window"), ("muted", "surface"),
    ("muted", "sunken"), ("muted", "code"), ("on_accent", "accent"), ("on_accent", "accent_hover"),
    ("on_selection", "selection"), ("link", "window"), ("link", "bubble"), ("error", "error_soft"),
    ("error", "window"), ("error", "surface"), ("notice", "notice_soft"), ("accent", "window"),
    ("code_keyword", "code"), ("code_string", "code"), ("code_number", "code"), ("code_comment", "code"),
    ("code_name", "code"), ("code_type", "code"),
]  # fmt: skip
OUTLINES = [
    ("outline", "window"), ("outline", "surface"), ("focus", "window"), ("focus", "surface"), ("focus", "sunken"),
    ("focus", "code"), ("accent", "line"), ("on_accent", "accent"),
]  # fmt: skip


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
