"""Markdown in a document: what is written, and that growing it gives what one reading gives."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QTextBlock, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument

from fanlight.ui.theme import LIGHT
from fanlight.ui.transcript.looks import TextStyles
from fanlight.ui.transcript.markdown import DocumentWriter, render
from support.chat_samples import ANSWERS, long_answer, one_code_block, one_list, one_table
from support.markdown_lines import LINES

pytestmark = pytest.mark.gui

Described = list[tuple[object, ...]]


def describe(document: QTextDocument) -> Described:
    """All that can be seen of a document: blocks with their formats, their runs, and the table cells they are in.

    Formats themselves are compared: `QTextFormat.properties()` of one with a font ends the process (PySide6 6.11.3)."""
    out: Described = []
    block = document.begin()
    while block.isValid():
        shape = block.blockFormat()
        table = QTextCursor(block).currentTable()
        where = None
        if table is not None:
            cell = table.cellAt(block.position())
            columns = [round(c.rawValue()) for c in table.format().columnWidthConstraints()]
            where = (cell.row(), cell.column(), table.rows(), table.columns(), columns)
        out.append((where, QTextBlockFormat(shape), _letters(block)))
        block = block.next()
    return out


def _letters(block: QTextBlock) -> list[tuple[object, ...]]:
    if block.length() == 1:
        return [("", _look(block.charFormat()))]
    runs: list[tuple[object, ...]] = []
    text = block.text().encode("utf-16-le")
    for span in block.textFormats():
        piece = text[2 * span.start : 2 * (span.start + span.length)].decode("utf-16-le", "replace")
        look = _look(span.format)
        if runs and runs[-1][1] == look:
            runs[-1] = (f"{runs[-1][0]}{piece}", look)
        else:
            runs.append((piece, look))
    return runs


def _look(letters: QTextCharFormat) -> QTextCharFormat:
    """Without the running number of a table, which tells of tables that are gone."""
    look = QTextCharFormat(letters)
    look.setObjectIndex(-1)
    return look


def at_once(text: str) -> QTextDocument:
    document = QTextDocument()
    render(document, text, TextStyles(LIGHT))
    return document


def in_pieces(text: str, cuts: list[int]) -> tuple[QTextDocument, DocumentWriter]:
    document = QTextDocument()
    writer, at = DocumentWriter(document, TextStyles(LIGHT)), 0
    for cut in [*sorted(cuts), len(text)]:
        writer.feed(text[at:cut])
        writer.paint()
        at = cut
    writer.finish()
    return document, writer


@pytest.fixture(autouse=True)
def app(qapp: object) -> None:
    """Fonts need a QApplication."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(LINES, max_size=10), st.data())
def test_any_cut_gives_the_document_of_one_reading(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=10))
    grown, writer = in_pieces(text, cuts)
    whole = QTextDocument()
    once = render(whole, text, TextStyles(LIGHT))
    assert describe(grown) == describe(whole)
    assert writer.code_starts == once.code_starts
    assert [(one.source, one.start) for one in writer.formulas] == [(one.source, one.start) for one in once.formulas]


def test_a_formula_that_turns_out_to_be_none_is_forgotten() -> None:
    _document, writer = in_pieces("of $x$5 and $y$.", [6])
    assert [(one.source, one.start) for one in writer.formulas] == [("$y$", 12)]


@pytest.mark.parametrize("seed", range(2))
def test_answers_in_tokens_give_the_document_of_one_reading(seed: int) -> None:
    chance = random.Random(seed)
    for text in (*ANSWERS, long_answer(6_000), one_table(40), one_list(12), one_code_block(30)):
        cuts = sorted(chance.sample(range(len(text)), len(text) // 4))
        assert describe(in_pieces(text, cuts)[0]) == describe(at_once(text))
