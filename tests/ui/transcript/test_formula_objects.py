"""Formulas are drawn in the text's size and color; their sources stay where they are read, found and copied."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QTextCursor
from pytestqt.qtbot import QtBot

from fanlight.core.chat.entry import State, TranscriptEntry
from fanlight.ui.theme import BODY_PIXELS, DARK, LIGHT, Theme
from fanlight.ui.transcript.body import MessageBody
from fanlight.ui.transcript.formula_objects import OBJECT
from fanlight.ui.transcript.looks import EM, TextStyles
from fanlight.ui.transcript.transcript import Transcript
from support.shown_answers import ShownAnswers
from support.told_formulas import TALL, ToldTypesetter, X, square

pytestmark = pytest.mark.gui


class Shown(ShownAnswers):
    def __init__(
        self, qtbot: QtBot, text: str, typesetter: ToldTypesetter | None = None, *, theme: Theme = LIGHT,
        text_size: int = 100, width: int = 600, state: State = "complete",
    ) -> None:  # fmt: skip
        self.typesetter = typesetter or ToldTypesetter(**{X: square(), TALL: square(2.0, 1.0, 1.0)})
        transcript = Transcript(None, theme, text_size)
        transcript.set_typesetter(self.typesetter)  # type: ignore[arg-type]
        super().__init__(qtbot, text, transcript=transcript, state=state, width=width)

    @property
    def drawn(self) -> list[int]:
        """Where formulas are drawn."""
        document, found = self.body.document(), []
        for position in range(document.characterCount()):
            cursor = QTextCursor(document)
            cursor.setPosition(position)
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
            if cursor.hasSelection() and cursor.charFormat().objectType() == OBJECT:
                found.append(position)
        return found

    def box(self, colour: str) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of what has exactly this color."""
        wanted = QColor(colour)
        same = (self.pixels() == (wanted.red(), wanted.green(), wanted.blue())).all(axis=2)
        ys, xs = same.nonzero()
        return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1

    def select_all(self) -> str:
        self.body.selectAll()
        return self.body.createMimeDataFromSelection().text()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text_size", [100, 200])
def test_it_has_the_size_and_the_color_of_the_text(qtbot: QtBot, theme: Theme, text_size: int) -> None:
    shown = Shown(qtbot, X, theme=theme, text_size=text_size)
    left, top, right, bottom = shown.box(theme.text)
    em = _em(text_size)
    assert BODY_PIXELS * text_size / 100 <= em <= 1.2 * BODY_PIXELS * text_size / 100
    assert (right - left, bottom - top) == pytest.approx((em, em), abs=2)


def test_it_stands_on_the_baseline_of_its_line(qtbot: QtBot) -> None:
    for ascent, descent in ((0.5, 0.0), (0.5, 0.2), (0.5, 1.0), (2.0, 0.1), (2.0, 1.5)):
        shown = Shown(qtbot, f"word {X} word", ToldTypesetter(**{X: square(1.0, ascent, descent)}))
        line = shown.body.document().begin().layout().lineAt(0)
        base = shown.body.document().begin().layout().position().y() + line.y() + line.ascent()
        start = shown.body.cursorRect(_cursor(shown.body, shown.drawn[0])).left()
        column = shown.pixels()[:, start + int(_em()) // 2]
        rows = (column == column.min(axis=0)).all(axis=1).nonzero()[0]
        assert rows.min() == pytest.approx(base - ascent * _em(), abs=1.5)
        assert rows.max() + 1 == pytest.approx(base + descent * _em(), abs=1.5)


def test_a_small_one_does_not_move_the_lines(qtbot: QtBot) -> None:
    words = "word " * 60
    plain = Shown(qtbot, f"{words} and {words}")
    with_formula = Shown(qtbot, f"{words} {X} {words}", ToldTypesetter(**{X: square(1.0, 0.7, 0.25)}))
    assert with_formula.body.height() == plain.body.height()


def test_lines_do_not_overlap(qtbot: QtBot) -> None:
    for ascent, descent in ((1.2, 0.9), (0.8, 1.4), (2.0, 0.2)):
        shown = Shown(qtbot, " ".join([f"word {X}"] * 60), ToldTypesetter(**{X: square(1.0, ascent, descent)}))
        layout = shown.body.document().begin().layout()
        lines = [layout.lineAt(number) for number in range(layout.lineCount())]
        bases = [line.y() + line.ascent() for line in lines]
        assert len(bases) > 3
        for above, below in pairwise(bases):
            assert below - above >= (ascent + descent) * _em() - 1


def test_one_of_its_own_line_is_in_the_middle(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"So:\n\n{TALL}\n\nand")
    start = _line_box(shown)
    assert start[0] == pytest.approx(shown.body.width() - start[1], abs=2)


def _line_box(shown: Shown) -> tuple[int, int]:
    """Left and right of what is painted in the line of the formula."""
    block = shown.body.document().findBlock(shown.drawn[0])
    place = shown.body.document().documentLayout().blockBoundingRect(block).toRect()
    rows = shown.pixels()[place.top() + 2 : place.bottom() - 2]
    painted = (rows != rows[0, 0]).any(axis=2).any(axis=0).nonzero()[0]
    return int(painted.min()), int(painted.max()) + 1


def test_one_that_is_too_wide_is_drawn_smaller_or_shown_as_its_source(qtbot: QtBot) -> None:
    width = 500
    shown = Shown(qtbot, TALL, ToldTypesetter(**{TALL: square(width / _em())}), width=width)
    assert len(shown.drawn) == 1
    assert _line_box(shown)[1] <= shown.body.width()
    shown.transcript.resize(250, 500)
    qtbot.waitUntil(lambda: not shown.drawn)
    assert TALL in shown.body.toPlainText()
    shown.transcript.resize(700, 500)
    qtbot.waitUntil(lambda: len(shown.drawn) == 1)


def test_its_source_is_read_found_and_copied(qtbot: QtBot) -> None:
    text = f"Of {X} and\n\n{TALL}\n\n| a |\n|---|\n| {X} |"
    shown = Shown(qtbot, text)
    assert len(shown.drawn) == 3
    assert shown.select_all() == f"Of {X} and\n{TALL}\na\n{X}"
    view = shown.transcript.view(0)
    assert view is not None
    assert view.spoken().startswith(f"Of {X} and\n{TALL}")
    assert not shown.body.document().find("x_1").isNull()
    reader = QAccessible.queryAccessibleInterface(shown.body).textInterface()
    assert X in reader.text(0, reader.characterCount())


def test_lines_of_a_source_are_copied_as_lines(qtbot: QtBot) -> None:
    source = "\\[\na\n\\]"
    shown = Shown(qtbot, source, ToldTypesetter(**{source.replace("\n", "\u2028"): square()}))
    assert len(shown.drawn) == 1
    assert shown.select_all() == source


def test_a_part_of_the_text_is_copied_with_whole_formulas(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"before {X} after")
    body, place = shown.body, shown.drawn[0]
    for start, end, copied in (
        (0, place + 1, f"before {X}"),
        (place, place + 4, f"{X} af"),
        (place + 1, place + 4, " af"),
        (3, place - 2, "ore "),
    ):
        cursor = _cursor(body, start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        body.setTextCursor(cursor)
        assert body.createMimeDataFromSelection().text() == copied


def test_a_selected_one_has_the_colors_of_the_selection(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"{X} {X}", ToldTypesetter(**{X: square()}))
    cursor = _cursor(shown.body, 0)
    cursor.setPosition(shown.drawn[0] + 1, QTextCursor.MoveMode.KeepAnchor)
    shown.body.setTextCursor(cursor)
    first = shown.box(LIGHT.on_selection)
    second = shown.box(LIGHT.text)
    assert first[2] - first[0] == pytest.approx(_em(), abs=2)
    assert second[2] - second[0] == pytest.approx(_em(), abs=2)
    assert first[2] < second[0]


def test_the_keyboard_steps_over_it(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"a{X}b")
    body, place = shown.body, shown.drawn[0]
    body.setFocus()
    body.setTextCursor(_cursor(body, 1))
    qtbot.keyClick(body, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert body.textCursor().position() == place + 1
    assert body.textCursor().anchor() == 1
    assert body.createMimeDataFromSelection().text() == X
    qtbot.keyClick(body, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert body.textCursor().position() == 1


def test_until_it_is_known_the_source_is_shown_and_nothing_else_moves(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"Of {X}:\n\n```\ncode\n```\n", ToldTypesetter())
    before = shown.body.toPlainText()
    assert not shown.drawn
    assert shown.typesetter.asked.count(X) >= 1
    (button,) = shown.body.buttons()
    place = button.pos()
    shown.typesetter.tell(X, square())
    assert len(shown.drawn) == 1
    assert len(shown.body.toPlainText()) == len(before)
    assert shown.body.code(0) == "code"
    assert button.y() == pytest.approx(place.y(), abs=1)
    shown.typesetter.tell("$other$", square())


def test_one_that_is_taller_than_its_source_moves_what_follows(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"{TALL}\n\n```\ncode\n```\n", ToldTypesetter())
    before, high = shown.body.buttons()[0].y(), shown.body.height()
    shown.typesetter.tell(TALL, square(2.0, 3.0, 3.0))
    assert shown.body.height() > high
    assert shown.body.buttons()[0].y() > before
    assert shown.body.buttons()[0].y() == pytest.approx(before + shown.body.height() - high, abs=1)


def test_one_that_cannot_be_drawn_stays_as_it_was_written(qtbot: QtBot) -> None:
    shown = Shown(qtbot, f"Of {X}.", ToldTypesetter())
    shown.typesetter.tell(X, None)
    assert not shown.drawn
    assert shown.select_all() == f"Of {X}."
    cursor = shown.body.document().find("x_1")
    assert cursor.charFormat().font().fixedPitch()


def test_an_answer_that_is_being_written_gets_them_as_they_are_closed(qtbot: QtBot) -> None:
    shown = Shown(qtbot, "Of", state="open")
    body = shown.body
    for piece in (
        " \\(x",
        "_1",
        "\\)",
        " and *so",
        "* on \\(x_1\\) and",
        " more\n\nthen \\[\\frac",
        "{a}{b}\\]",
        "\n\nend",
    ):
        body.grow(piece)
        body.height_for(body.width())
    assert len(shown.drawn) == 3
    assert shown.select_all() == f"Of {X} and so on {X} and more\nthen {TALL}\nend"
    body.finish()
    assert len(shown.drawn) == 3


def test_one_that_turns_out_to_be_none_is_text_again(qtbot: QtBot) -> None:
    shown = Shown(qtbot, "of $x$", ToldTypesetter(**{"$x$": square(), X: square()}), state="open")
    assert len(shown.drawn) == 1
    for piece in ("5 and ", X, " more"):
        shown.body.grow(piece)
        shown.body.height_for(shown.body.width())
    assert len(shown.drawn) == 1
    assert shown.select_all() == f"of $x$5 and {X} more"
    assert shown.body.toPlainText().startswith("of $x$5 and \\(x_1\\)")


def test_one_of_its_own_line_is_drawn_when_its_last_line_is_written(qtbot: QtBot) -> None:
    shown = Shown(qtbot, "So:", state="open")
    for piece in ("\n\n\\[", "\\frac{a}", "{b}", "\\]"):
        assert not shown.drawn
        shown.body.grow(piece)
        shown.body.height_for(shown.body.width())
    assert len(shown.drawn) == 1
    assert shown.select_all() == f"So:\n{TALL}"


def test_another_theme_and_text_size_draw_them_again(qtbot: QtBot) -> None:
    shown = Shown(qtbot, X)
    shown.transcript.set_theme(DARK, 200)
    left, _top, right, _bottom = shown.box(DARK.text)
    assert right - left == pytest.approx(_em(200), abs=2)


def test_without_a_typesetter_the_source_is_shown(qtbot: QtBot) -> None:
    transcript = Transcript()
    qtbot.addWidget(transcript)
    transcript.show_entries([TranscriptEntry("assistant", X)])
    transcript.show()
    view = transcript.view(0)
    assert view is not None
    assert view.spoken() == X


def test_what_is_not_shown_is_not_kept(qtbot: QtBot) -> None:
    typesetter = ToldTypesetter(**{X: square()})
    transcript = Transcript()
    transcript.set_typesetter(typesetter)  # type: ignore[arg-type]
    qtbot.addWidget(transcript)
    transcript.resize(600, 300)
    transcript.show_entries([TranscriptEntry("assistant", f"{i} {X}\n\n" * 20) for i in range(80)])
    with qtbot.waitExposed(transcript):
        transcript.show()
    assert 0 < len(set(typesetter.asked)) <= 1
    assert typesetter.asked.count(X) < 80 * 20


def _em(text_size: int = 100) -> float:
    return float(TextStyles(LIGHT, text_size).char("f").property(EM))


def _cursor(body: MessageBody, position: int) -> QTextCursor:
    cursor = QTextCursor(body.document())
    cursor.setPosition(position)
    return cursor
