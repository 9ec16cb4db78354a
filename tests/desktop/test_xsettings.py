"""What desktops on X11 tell of how programs should look, without a portal."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from fanlight.desktop.looks import APPEARANCE, DesktopLooks, looks_of
from fanlight.desktop.xsettings import XSettingValue, settings_of
from support.display import Display
from support.screens import Program, x_server
from support.settings_child import written

GNOME = "org.gnome.desktop.interface"
SOME: dict[str, XSettingValue] = {
    "Net/ThemeName": "Greybird–é", "Gtk/EnableAnimations": 0, "Xft/DPI": -1, "Gtk/FontName": "",
    "Net/x": (1, 2, 3, 65535),
}  # fmt: skip


@pytest.mark.parametrize("order", ["<", ">"])
def test_settings_are_read_in_either_order_of_bytes(order: str) -> None:
    assert settings_of(written(SOME, order)) == SOME


def test_of_broken_settings_what_came_before_is_read() -> None:
    whole = written(SOME)
    for end in range(len(whole)):
        assert settings_of(whole[:end]).items() <= SOME.items()
    assert settings_of(written({"a": 1}) + written({"b": 2})) == {"a": 1}
    strange = bytearray(written({"a": 1, "b": 2}))
    strange[28] = 9  # a kind that does not exist
    assert settings_of(bytes(strange)) == {"a": 1}
    assert settings_of(b"\0" * 8 + b"\xff" * 400) == {}


@pytest.mark.parametrize(
    ("settings", "looks"),
    [
        ({}, DesktopLooks()),
        ({"Net/ThemeName": "Adwaita", "Gtk/FontName": "Sans 10", "Gtk/EnableAnimations": 1}, DesktopLooks()),
        ({"Net/ThemeName": "HighContrast"}, DesktopLooks(more_contrast=True)),
        ({"Net/ThemeName": "ContrastHighInverse"}, DesktopLooks(more_contrast=True)),
        ({"Net/ThemeName": "My HighContrast"}, DesktopLooks()),
        ({"Net/ThemeName": 1}, DesktopLooks()),
        ({"Gtk/EnableAnimations": 0}, DesktopLooks(less_motion=True)),
        ({"Gtk/FontName": "Noto Sans Bold 22"}, DesktopLooks(font_scale=2.0)),
        ({"Gtk/FontName": "Sans 4.5"}, DesktopLooks(font_scale=0.5)),
        ({"Gtk/FontName": "Sans 22px"}, DesktopLooks(font_scale=1.5)),
        ({"Gtk/FontName": "Sans 900"}, DesktopLooks()),
        ({"Gtk/FontName": "Sans"}, DesktopLooks()),
        ({"Gtk/ColorScheme": "base_color:#fff\nselected_bg_color:#4A90d9;"}, DesktopLooks("#4a90d9")),
        ({"Gtk/ColorScheme": "selected_bg_color: #f80"}, DesktopLooks("#ff8800")),
        ({"Gtk/ColorScheme": "selected_bg_color:#4a4a9090d9d9"}, DesktopLooks("#4a90d9")),
        ({"Gtk/ColorScheme": "selected_bg_color:#4a90"}, DesktopLooks()),
    ],
)
def test_settings_say_how_programs_should_look(settings: dict[str, XSettingValue], looks: DesktopLooks) -> None:
    assert looks_of({}, "XFCE", settings) == looks


def test_a_borrowed_portal_does_not_hide_what_the_desktop_itself_says() -> None:
    borrowed = {
        (APPEARANCE, "contrast"): 0, (GNOME, "enable-animations"): True, (GNOME, "font-name"): "Cantarell 11",
        (APPEARANCE, "accent-color"): (1.0, 0.0, 0.0),
    }  # fmt: skip
    said: dict[str, XSettingValue] = {
        "Net/ThemeName": "HighContrast", "Gtk/FontName": "Sans 22", "Gtk/EnableAnimations": 0,
        "Gtk/ColorScheme": "selected_bg_color:#00f",
    }  # fmt: skip
    assert looks_of(borrowed, "XFCE", said) == DesktopLooks(
        "#ff0000", more_contrast=True, less_motion=True, font_scale=2.0
    )


def test_the_fonts_of_gnome_and_kde_are_read_where_they_run() -> None:
    values = {(GNOME, "font-name"): "Cantarell 22", ("org.kde.kdeglobals.General", "font"): "Noto Sans,33,-1,5,50"}
    assert looks_of(values, "GNOME").font_scale == 2
    assert looks_of(values, "KDE").font_scale == 3
    pixels = {("org.kde.kdeglobals.General", "font"): "Noto Sans,-1,44,5,50"}
    assert looks_of(pixels, "KDE").font_scale == 3


@pytest.fixture
def desktop(qapp: object) -> Iterator[Display]:
    with x_server(640, 480, manager=False) as display:
        yield display


@pytest.mark.xvfb
def test_they_are_followed_on_a_real_server_without_a_bus(desktop: Display) -> None:
    started: list[Program] = []
    try:
        started.append(manager := Program(desktop, "settings_child.py", "manage"))
        manager.tell(json.dumps({"Net/ThemeName": "HighContrast", "Gtk/FontName": "Sans 22"}))
        assert manager.line() == "set"
        started.append(reader := Program(desktop, "settings_child.py", "follow"))
        first = json.loads(reader.line())
        assert (first["more_contrast"], first["font_scale"], first["less_motion"]) == (True, 2.0, False)
        manager.tell(json.dumps({"Net/ThemeName": "Adwaita", "Gtk/EnableAnimations": 0}))
        second = json.loads(reader.line())
        assert (second["more_contrast"], second["font_scale"], second["less_motion"]) == (False, 1.0, True)
    finally:
        for program in started:
            program.end()
