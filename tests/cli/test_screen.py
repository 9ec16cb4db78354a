"""Whether a window could open is found out without starting Qt."""

from __future__ import annotations

import sys

import pytest

from fanlight.cli import screen
from support.display import Display

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_without_a_display_there_is_none() -> None:
    assert screen.why_no_window() == "There is no screen to open a window on."


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:size=800x600"])
def test_a_platform_that_needs_no_screen_is_none_in_the_way(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert screen.why_no_window() is None


def test_a_platform_that_qt_does_not_have_is_named_where_qt_would_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "gtk;nonsense:size=1")
    assert screen.why_no_window() == (
        "The variable QT_QPA_PLATFORM asks for gtk, nonsense, which this Qt does not have. Unset it."
    )


@pytest.mark.parametrize("platform", ["wayland;xcb", "xcb;wayland", "wayland-egl", "gtk;xcb"])
def test_a_list_of_platforms_needs_a_screen_for_one(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert screen.why_no_window() == "There is no screen to open a window on."
    monkeypatch.setenv("QT_QPA_PLATFORM", f"{platform};offscreen")
    assert screen.why_no_window() is None


@pytest.mark.xvfb
def test_an_x_server_that_answers_is_a_screen(monkeypatch: pytest.MonkeyPatch, display: Display) -> None:
    monkeypatch.setenv("DISPLAY", display.env["DISPLAY"])
    assert screen.why_no_window() is None
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")  # that one does not answer, and Qt falls back
    assert screen.why_no_window() is None
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    assert screen.why_no_window() is not None


@pytest.mark.xvfb
def test_a_library_that_qt_would_die_without_is_named(monkeypatch: pytest.MonkeyPatch, display: Display) -> None:
    monkeypatch.setenv("DISPLAY", display.env["DISPLAY"])
    real = screen._load
    monkeypatch.setattr(screen, "_load", lambda name: None if "cursor" in name else real(name))
    assert screen.why_no_window() == "The window needs system packages: libxcb-cursor0."
