"""What is known of programs by their name (WM_CLASS on X11), in lower case: by which key they paste."""

from __future__ import annotations

_SHIFT_INSERT = frozenset(
    {
        "alacritty", "aterm", "blackbox", "com.mitchellh.ghostty", "com.raggesilver.blackbox", "contour",
        "cool-retro-term", "deepin-terminal", "emacs", "eterm", "foot", "ghostty", "gnome-terminal",
        "gnome-terminal-server", "guake", "gvim", "kgx", "kitty", "konsole", "koi8rxterm", "lilyterm", "lxterminal",
        "mate-terminal", "mlterm", "mrxvt", "org.codeberg.dnkl.foot", "org.gnome.console", "org.gnome.ptyxis",
        "org.wezfurlong.wezterm", "ptyxis", "qterminal", "rio", "roxterm", "rxvt", "sakura", "st", "st-256color",
        "stterm", "tabby", "termit", "terminal", "terminator", "terminology", "termite", "tilda", "tilix", "urxvt",
        "uxterm", "wezterm", "xfce4-terminal", "x-terminal-emulator", "xterm", "yakuake", "zutty",
    }
)  # fmt: skip
"""Terminals, where Ctrl+V is a control character, and editors, where it means something else. Many of them paste the
primary selection."""


def pastes_by_shift_insert(program: str) -> bool:
    return program in _SHIFT_INSERT


def undoes_by_key(program: str) -> bool:
    """Ctrl+Z in a terminal stops the program in it."""
    return program not in _SHIFT_INSERT
