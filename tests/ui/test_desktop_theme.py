"""The desktop's accent color, contrast, text size and stillness, as the window shows them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QProgressBar
from pytestqt.qtbot import QtBot

from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.desktop.looks import DesktopLooks
from fanlight.settings import Settings
from fanlight.ui import appearance, theme
from fanlight.ui.appearance import Appearance, kept_looks
from fanlight.ui.controls import show_busy
from fanlight.ui.theme import DARK, LIGHT, Theme, with_accent, with_more_contrast
from support.theme_pairs import OUTLINES, TEXT, contrast

pytestmark = pytest.mark.gui

BOTH = pytest.mark.parametrize("base", [LIGHT, DARK], ids=["light", "dark"])
ACCENTS = [
    "#3584e4", "#2190a4", "#3a944a", "#c88800", "#ed5b00", "#e62d42", "#d56199", "#9141ac", "#6f8396",  # GNOME's
    "#3daee9", "#e93a9a", "#ff0000", "#ffff00", "#00ff00", "#0000ff", "#ffffff", "#000000", "#7f7f7f",
]  # fmt: skip


@pytest.fixture(autouse=True)
def usual_looks() -> Iterator[None]:
    yield
    theme.follow(DesktopLooks())


def worst(colours: Theme, pairs: list[tuple[str, str]]) -> tuple[float, str, str]:
    return min((contrast(getattr(colours, ink), getattr(colours, ground)), ink, ground) for ink, ground in pairs)


@BOTH
@pytest.mark.parametrize("accent", ACCENTS)
def test_every_accent_is_read(base: Theme, accent: str) -> None:
    for colours in (with_accent(base, accent), with_more_contrast(with_accent(base, accent))):
        assert worst(colours, TEXT) >= (4.5, "", "")
        assert worst(colours, OUTLINES) >= (3, "", "")


@BOTH
def test_more_contrast_is_that_of_aaa(base: Theme) -> None:
    colours = with_more_contrast(base)
    grounds = {"window", "surface", "sunken", "bubble", "code", "error_soft", "notice_soft", "accent_soft"}
    assert worst(colours, [pair for pair in TEXT if pair[1] in grounds]) >= (7, "", "")
    assert contrast(colours.text, colours.window) == pytest.approx(21)


def test_a_readable_accent_is_taken_as_it_is() -> None:
    assert with_accent(LIGHT, "#1a5fb4").accent == "#1a5fb4"
    assert with_accent(DARK, "#99c1f1").accent == "#99c1f1"


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(Settings(), tmp_path / "settings.json")


@pytest.fixture
def dressed_in(store: SettingsStore, dressed: QApplication) -> Appearance:
    return Appearance(store)


def test_the_window_follows_and_the_next_start_begins_so(
    qtbot: QtBot, dressed_in: Appearance, store: SettingsStore, tmp_path: Path
) -> None:
    state = WindowState(tmp_path / "window.json")
    looks = DesktopLooks("#9141ac", more_contrast=True, text_scale=1.5, less_motion=True, font_scale=1.2)
    with qtbot.waitSignal(dressed_in.changed, timeout=5_000):
        dressed_in.follow(looks, state)
    assert dressed_in.theme == with_more_contrast(with_accent(LIGHT, "#9141ac"))
    assert dressed_in.text_size == 180
    assert QGuiApplication.palette().accent().color().name() == dressed_in.theme.accent
    assert QGuiApplication.font().pixelSize() == theme.scaled(theme.UI_PIXELS, 180)
    assert kept_looks(WindowState(tmp_path / "window.json")) == looks
    with qtbot.assertNotEmitted(dressed_in.changed, wait=50):
        dressed_in.follow(looks, state)


def test_a_theme_of_ones_own_keeps_fanlights_accent(
    dressed_in: Appearance, store: SettingsStore, tmp_path: Path
) -> None:
    store.choose(theme="dark")
    dressed_in.follow(DesktopLooks("#9141ac"), WindowState(tmp_path / "window.json"))
    assert dressed_in.theme == DARK


def test_the_text_size_of_the_settings_is_multiplied_within_bounds() -> None:
    theme.follow(DesktopLooks(text_scale=1.25))
    assert [theme.on_desktop(size) for size in (70, 100, 250)] == [88, 125, 300]
    theme.follow(DesktopLooks(text_scale=1.25, font_scale=2.0))
    assert [theme.on_desktop(size) for size in (70, 100, 250)] == [175, 250, 300]


def test_text_is_not_enlarged_twice_on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the desktop tells the screen's resolution, times the user's factor."""
    looks = DesktopLooks("#9141ac", text_scale=1.5, font_scale=1.2)
    assert appearance.on_platform(looks) == looks
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "xcb")
    assert appearance.on_platform(looks) == DesktopLooks("#9141ac", font_scale=1.2)


def test_a_bar_stands_still_where_nothing_shall_move(qtbot: QtBot) -> None:
    bar = QProgressBar()
    qtbot.addWidget(bar)
    show_busy(bar)
    assert (bar.minimum(), bar.maximum()) == (0, 0)
    theme.follow(DesktopLooks(less_motion=True))
    show_busy(bar)
    assert (bar.value(), bar.maximum()) == (0, 1)


def test_kept_looks_that_were_edited_by_hand_count_as_missing(tmp_path: Path) -> None:
    (tmp_path / "window.json").write_text('{"desktop_accent": "red", "desktop_text_percent": "x"}', "utf-8")
    assert kept_looks(WindowState(tmp_path / "window.json")) == DesktopLooks()


def test_no_animation_is_started_anywhere() -> None:
    """What would move has to ask `theme.moves` first."""
    sources = Path(theme.__file__).parents[1].rglob("*.py")
    moving = ("QPropertyAnimation", "QVariantAnimation", "QTimeLine", "QMovie", "setRange(0, 0)")
    assert [path.name for path in sources if any(word in path.read_text("utf-8") for word in moving)] == []


def test_effects_stop_and_come_back(
    store: SettingsStore, dressed: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enabled = {Qt.UIEffect.UI_AnimateMenu: True, Qt.UIEffect.UI_FadeMenu: False}
    monkeypatch.setattr(QApplication, "isEffectEnabled", lambda effect: enabled.get(effect, False))
    monkeypatch.setattr(QApplication, "setEffectEnabled", enabled.__setitem__)
    looks, state = Appearance(store), WindowState(tmp_path / "window.json")
    looks.follow(DesktopLooks(less_motion=True), state)
    assert enabled == {Qt.UIEffect.UI_AnimateMenu: False, Qt.UIEffect.UI_FadeMenu: False}
    looks.follow(DesktopLooks(), state)
    assert enabled == {Qt.UIEffect.UI_AnimateMenu: True, Qt.UIEffect.UI_FadeMenu: False}
