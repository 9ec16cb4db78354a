"""A check box with more words than fit into one line."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlight.ui.widgets.form import WrappingCheckBox

WORDS = "Read the text in captures and add it to the picture"


@pytest.mark.parametrize("width", [800, 300, 160])
def test_its_words_fit_at_every_width(qtbot: Any, width: int) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    check = WrappingCheckBox(WORDS)
    column.addWidget(check)
    column.addStretch(1)
    page.resize(width, 400)
    page.show()
    assert page.width() == width
    assert check.text() == WORDS
    shown = super(WrappingCheckBox, check).text()
    assert shown.replace("\n", " ") == WORDS
    assert check.height() >= check.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, shown).height()
    assert shown.count("\n") == {800: 0, 300: 1}.get(width, shown.count("\n"))
    page.resize(800, 400)
    qtbot.waitUntil(lambda: "\n" not in super(WrappingCheckBox, check).text())


def test_it_is_as_narrow_as_its_longest_word(qtbot: Any) -> None:
    check = WrappingCheckBox(WORDS)
    qtbot.addWidget(check)
    assert check.minimumSizeHint().width() < check.sizeHint().width() / 2
