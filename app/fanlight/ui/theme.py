"""Colors, sizes and the style sheet, for light and dark: every widget of the program gets its looks here.

Text on its ground has a contrast of at least 4.5 : 1, the outline of a control and the focus ring at least 3 : 1 (WCAG
2.2 AA); tests/ui/test_theme.py checks every pair. Sizes are logical pixels at a text size of 100 percent.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import cache
from string import Template
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from fanlight import paths
from fanlight.desktop.looks import DesktopLooks
from fanlight.ui.colours import legible, mixed

BODY_PIXELS = 15
UI_PIXELS = 14
SMALL_PIXELS = 13
SMALLEST, LARGEST = 70, 300
"""Of the text, in percent."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colors as #rrggbb. `window` is the ground behind the conversation, `surface` of what one writes into or chooses
    from, `sunken` of what lies behind (the sidebar, a track), `bubble` of the user's words, `code` of code blocks."""

    name: str
    dark: bool
    window: str
    surface: str
    sunken: str
    hover: str
    line: str
    outline: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    focus: str
    selection: str
    on_selection: str
    bubble: str
    code: str
    code_line: str
    quote_bar: str
    link: str
    error: str
    error_soft: str
    notice: str
    notice_soft: str
    code_keyword: str
    code_string: str
    code_number: str
    code_comment: str
    code_name: str
    code_type: str


LIGHT = Theme(
    name="light", dark=False,
    window="#fbfaf8", surface="#ffffff", sunken="#f1efea", hover="#e8e5de", line="#dfdbd2", outline="#8b867b",
    text="#22201c", muted="#625e55",
    accent="#0d6661", accent_hover="#0a524e", on_accent="#ffffff", accent_soft="#d9edeb", focus="#0d6661",
    selection="#b5dcd8", on_selection="#14211f",
    bubble="#e9f1ef", code="#f4f2ed", code_line="#e2ded5", quote_bar="#b9cfcc", link="#0a5c88",
    error="#a1261c", error_soft="#fbeae7", notice="#6f4a00", notice_soft="#fbf1dc",
    code_keyword="#8b2f6f", code_string="#2f6b1f", code_number="#9a4800", code_comment="#69655c",
    code_name="#0b5aa0", code_type="#0d6661",
)  # fmt: skip

DARK = Theme(
    name="dark", dark=True,
    window="#1c1c1b", surface="#262625", sunken="#161615", hover="#343432", line="#393836", outline="#86827a",
    text="#ebe8e2", muted="#aba69c",
    accent="#6ccac2", accent_hover="#8fdad4", on_accent="#06302c", accent_soft="#1f3f3c", focus="#6ccac2",
    selection="#2f5d59", on_selection="#f2f8f7",
    bubble="#293634", code="#141413", code_line="#31302e", quote_bar="#456460", link="#82bdf0",
    error="#ff9d92", error_soft="#3c2320", notice="#eac27a", notice_soft="#362c19",
    code_keyword="#dd9bd0", code_string="#a5d48b", code_number="#f0ae73", code_comment="#98938a",
    code_name="#86bff2", code_type="#74cfc7",
)  # fmt: skip


_AA, _AAA, _SHAPE = 4.6, 7.1, 3.1
"""Contrasts of WCAG 2.2 for text and for shapes, and a little more: colors are rounded."""
_INKS = (
    "text", "muted", "accent", "accent_hover", "focus", "link", "error", "notice", "code_keyword", "code_string",
    "code_number", "code_comment", "code_name", "code_type",
)  # fmt: skip
_GROUNDS = ("window", "surface", "sunken", "code", "error_soft", "notice_soft")


def with_accent(theme: Theme, colour: str) -> Theme:
    """What Fanlight draws in its own accent color, in shades of `colour`. All of it is read as well as before."""
    accent = legible(colour, {theme.window: _AA, theme.surface: _AA, theme.line: _SHAPE})
    far = "#000000" if not theme.dark else "#ffffff"
    return replace(
        theme,
        accent=accent,
        focus=accent,
        accent_hover=mixed(accent, far, 0.85),
        on_accent=legible(mixed(accent, theme.window, 0.2) if theme.dark else "#ffffff", {accent: _AA}),
        accent_soft=mixed(accent, theme.window, 0.14),
        selection=mixed(accent, theme.surface, 0.3 if theme.dark else 0.25),
        bubble=mixed(accent, theme.window, 0.07),
        quote_bar=mixed(accent, theme.window, 0.4),
    )


def with_more_contrast(theme: Theme) -> Theme:
    """Grounds without a tint, and on them what is read with the contrast of WCAG's AAA."""
    paper, ink = ("#000000", "#ffffff") if theme.dark else ("#ffffff", "#000000")
    tint = mixed(ink, paper, 0.12)
    grounds: dict[str, Any] = dict.fromkeys(_GROUNDS, paper) | dict.fromkeys(("bubble", "hover"), tint)
    plain = replace(
        theme, **grounds, text=ink, on_accent=paper, on_selection=paper, accent_soft=mixed(ink, paper, 0.2),
        line=mixed(ink, paper, 0.35), code_line=mixed(ink, paper, 0.5), quote_bar=mixed(ink, paper, 0.6),
        outline=mixed(ink, paper, 0.75), selection=mixed(ink, paper, 0.8),
    )  # fmt: skip
    wanted = dict.fromkeys((paper, tint), _AAA)
    inks: dict[str, Any] = {name: legible(getattr(plain, name), wanted) for name in _INKS}
    return replace(plain, **inks)


_looks, _applied = DesktopLooks(), LIGHT


def follow(looks: DesktopLooks) -> None:
    """From now on `current` and `on_desktop` are what the desktop wants."""
    global _looks
    _looks = looks


def current(settings_theme: str) -> Theme:
    """The theme for the setting "system", "light" or "dark"; connect `QStyleHints.colorSchemeChanged` to ask again."""
    follows = settings_theme == "system"
    is_dark = follows and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    base = DARK if is_dark or settings_theme == "dark" else LIGHT
    return _as_wanted(base, _looks.accent if follows else "", _looks.more_contrast)


@cache
def _as_wanted(theme: Theme, accent: str, more_contrast: bool) -> Theme:
    theme = with_accent(theme, accent) if accent else theme
    return with_more_contrast(theme) if more_contrast else theme


def on_desktop(text_size: int) -> int:
    """The setting's percent, of the text size that the desktop wants."""
    return max(SMALLEST, min(LARGEST, round(text_size * _looks.text_scale * _looks.font_scale)))


def moves() -> bool:
    """Whether the desktop lets programs move what does not have to."""
    return not _looks.less_motion


def scaled(pixels: float, text_size: int) -> int:
    """`pixels` at a text size in percent."""
    return max(1, round(pixels * text_size / 100))


def in_text_size(pixels: float) -> int:
    """`pixels` at the current text size; never fewer."""
    return max(round(pixels), round(pixels * QGuiApplication.font().pixelSize() / UI_PIXELS))


def body_font(text_size: int) -> QFont:
    """For what is read: messages."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(scaled(BODY_PIXELS, text_size))
    return font


def code_font(text_size: int) -> QFont:
    font = QFont(["JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "Noto Sans Mono", "DejaVu Sans Mono"])
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setFixedPitch(True)
    font.setPixelSize(scaled(BODY_PIXELS - 2, text_size))
    return font


@cache
def _sheet() -> Template:
    return Template((paths.resources() / "fanlight.qss").read_text("utf-8"))


def stylesheet(theme: Theme, text_size: int = 100) -> str:
    """The whole program's style sheet, for `QApplication.setStyleSheet`."""
    sizes = {f"px{n}": f"{scaled(n, text_size)}px" for n in range(1, 41)}
    return _sheet().substitute(asdict(theme), **sizes, icons=(paths.resources() / "icons").as_posix())


def palette(theme: Theme) -> QPalette:
    """For what a style sheet does not reach: selections, disabled text, native dialogs of the Fusion style."""
    made = QPalette()
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.surface,
        role.AlternateBase: theme.sunken, role.Text: theme.text, role.Button: theme.surface,
        role.ButtonText: theme.text, role.BrightText: theme.error, role.Highlight: theme.selection,
        role.HighlightedText: theme.on_selection, role.Link: theme.link, role.LinkVisited: theme.link,
        role.ToolTipBase: theme.surface, role.ToolTipText: theme.text, role.PlaceholderText: theme.muted,
        role.Accent: theme.accent, role.Light: theme.hover, role.Midlight: theme.line, role.Mid: theme.line,
        role.Dark: theme.outline, role.Shadow: theme.sunken,
    }  # fmt: skip
    for where, colour in colours.items():
        made.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        made.setColor(group.Disabled, where, QColor(theme.outline))
    return made


def applied() -> Theme:
    """The one that the program is styled with."""
    return _applied


def apply(app: QApplication, theme: Theme, text_size: int = 100) -> None:
    """Style the whole program: Fusion, which follows the palette on every system, then the sheet."""
    sheet = stylesheet(theme, text_size)
    if not app.styleSheet() and app.style().objectName().lower() != "fusion":  # a sheet's own style has no name
        app.setStyle("Fusion")
    font = QFont(app.font())
    font.setPixelSize(scaled(UI_PIXELS, text_size))
    global _applied
    _applied = theme
    colors = palette(theme)
    if (app.styleSheet(), app.font(), app.palette()) == (sheet, font, colors):
        return  # each of the three goes through all widgets
    app.setFont(font)
    app.setPalette(colors)
    app.setStyleSheet(sheet)
