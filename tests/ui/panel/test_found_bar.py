"""What is found in the text of a capture, in its panel."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from fanlight.domain.reading import TextLine
from fanlight.engine.scripted import ScriptedEngine
from support.panels import Enter, FakeTexts

pytestmark = pytest.mark.gui


def test_addresses_and_numbers_in_the_text_are_offered_and_nothing_opens_unasked(
    qtbot: Any, enter_panels: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_to_open: list[str] = []
    monkeypatch.setattr(
        "fanlight.ui.panel.session_panel.ask_to_open", lambda address, _parent: asked_to_open.append(address.toString())
    )
    lines = (
        TextLine("See https://example.org/a or", 10, 10, 50, 12, 0.9),
        TextLine("+49 30 1234567", 10, 30, 50, 12, 0.9),
    )
    panel = enter_panels(ScriptedEngine(["x"]), FakeTexts(lines)).panel()
    assert not panel.found.isVisibleTo(panel)
    qtbot.waitUntil(lambda: panel.found.isVisibleTo(panel))
    assert [button.text() for button in panel.found.buttons] == ["Open https://example.org/a…", "Copy +49 30 1234567"]
    assert asked_to_open == []
    panel.found.buttons[0].click()
    assert asked_to_open == ["https://example.org/a"]
    panel.found.buttons[1].click()
    assert QGuiApplication.clipboard().text() == "+49301234567"


def test_a_text_without_such_things_offers_nothing(qtbot: Any, enter_panels: Enter) -> None:
    texts = FakeTexts((TextLine("Total 42.00", 10, 10, 50, 12, 0.9),))
    panel = enter_panels(ScriptedEngine(["x"]), texts).panel()
    with qtbot.waitSignal(panel.session.questions.items_found):
        pass
    assert not panel.found.isVisibleTo(panel)
