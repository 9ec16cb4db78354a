"""What is found in the text of a capture, in its panel."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication

from fanlight.domain.found_items import FoundDate, FoundTable
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


def test_a_date_and_a_table_want_their_forms(qtbot: Any, enter_panels: Enter) -> None:
    cells = (("Item", "Price", "Sum"), ("Pens", "1,50", "3,00"), ("Lamp", "39,90", "39,90"))
    lines = [
        TextLine(t, 10 + 90 * x, 10 + 24 * y, 8 * len(t), 14) for y, r in enumerate(cells) for x, t in enumerate(r)
    ]
    lines.append(TextLine("To be paid by 3 May 2099", 10, 140, 200, 14))
    panel = enter_panels(ScriptedEngine(["x"]), FakeTexts(tuple(lines))).panel()
    wanted: list[object] = []
    panel.form_wanted.connect(wanted.append)
    qtbot.waitUntil(lambda: panel.found.isVisibleTo(panel))
    assert [button.text() for button in panel.found.buttons] == [
        "Use the table…", "Add 3 May 2099 to the calendar…",
    ]  # fmt: skip
    for button in panel.found.buttons:
        button.click()
    table, date = wanted
    assert isinstance(table, FoundTable)
    assert table.table.rows == cells
    assert isinstance(date, FoundDate)
    assert date.around[date.begin : date.end] == "3 May 2099"
