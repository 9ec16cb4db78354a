"""What the settings say about how long conversations are kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.messages import Message
from fanlight.settings import Settings
from fanlight.store.database import Database
from fanlight.store.erasing import StoreErasure
from support.window_hands import Open, answered, ask

pytestmark = pytest.mark.gui


def titles(home: Path) -> list[str]:
    with closing(Database(home)) as database:
        return sorted(row.title for row in database.conversations())


@pytest.fixture
def home_with_two(home: Path) -> Path:
    with closing(Database(home)) as database:
        for title in ("plain", "pinned"):
            database.add_message(database.create(title), Message.of("user", f"{title}?"))
        database.set_pinned(2, True)
    return home


def test_by_default_nothing_is_deleted(qtbot: Any, home_with_two: Path, open_window: Open) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    window.close_unasked()
    assert titles(home_with_two) == ["pinned", "plain"]


def test_when_fanlight_quits_they_go(qtbot: Any, home_with_two: Path, open_window: Open) -> None:
    """What a killed process has left goes at the start."""
    window = open_window(settings=Settings(retention="session"))
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 1)
    ask(qtbot, window, "and this one")
    answered(qtbot, window)
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    window.session_manager.new()
    window.composer.set_text("a draft of nothing else")
    window.close_unasked()
    assert titles(home_with_two) == ["pinned"]
    assert not [one for one in home_with_two.rglob("*") if one.is_file() and b"nothing else" in one.read_bytes()]


def test_old_ones_go_at_the_start_and_when_the_setting_is_chosen(
    qtbot: Any, home_with_two: Path, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float, list[int]]] = []
    monkeypatch.setattr(StoreErasure, "unused", lambda _self, days, keep=(): asked.append((days, list(keep))))
    window = open_window(settings=Settings(reopen_last=False))
    qtbot.waitUntil(lambda: len(window.sidebar.ids) == 2)
    assert asked == []
    window.session_manager.open(1)
    qtbot.waitUntil(lambda: window.session_manager.current_number == 1)
    window.settings_store.choose(retention="month")
    qtbot.waitUntil(lambda: asked == [(30, [1])])
    window.settings_store.choose(retention="always")
    window.close_unasked()
    assert asked == [(30, [1])]
