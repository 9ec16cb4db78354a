"""However an answer with formulas is cut, and however wide it is shown: what is read and copied is its source."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fanlight.markdown.typesetting import FormulaOutline
from fanlight.ui.theme import LIGHT
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.formula_objects import without_places
from fanlight.ui.transcript.looks import TextStyles
from support.markdown_lines import LINES
from support.told_formulas import TALL, ToldTypesetter, X, square

pytestmark = pytest.mark.gui

FORMULAS = (
    X,
    TALL,
    "$a$ and $b$",
    f"| a | {X} |",
    f"- {TALL}",
    f"# {X}",
    f"**{X}** {X}",
    "$$\nx_2\n$$",
    "$x$5",
    f"[{X}](http://a.b)",
)


class Everything(ToldTypesetter):
    """Knows every formula, one after the other."""

    def outline(self, source: str) -> FormulaOutline | None:
        return square(1.0 + len(source) % 7, 0.5 + len(source) % 3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.one_of(LINES, st.sampled_from(FORMULAS)), max_size=8), st.data())
def test_what_is_copied_is_the_same_whether_they_are_drawn_or_not(
    qtbot: QtBot, lines: list[str], data: st.DataObject
) -> None:
    text = "\n".join(lines)
    bodies = []
    ground = QWidget()
    qtbot.addWidget(ground)
    for typesetter in (ToldTypesetter(), Everything()):
        looks = TextStyles(LIGHT, typesetter=typesetter)  # type: ignore[arg-type]
        body = MessageBody(looks, ground, "")
        bodies.append(body)
    at = 0
    for cut in [*sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6))), len(text)]:
        width = data.draw(st.sampled_from([120, 300, 700]))
        for body in bodies:
            body.grow(text[at:cut])
            body.height_for(width)
        at = cut
    plain, drawn = bodies
    assert without_places(plain.toPlainText()) == without_places(drawn.toPlainText())
    for body in bodies:
        body.selectAll()
    assert drawn.createMimeDataFromSelection().text() == plain.createMimeDataFromSelection().text()
