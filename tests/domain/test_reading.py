"""How runs of text become lines, columns and paragraphs again. The places are those of drawn pages."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.domain.reading import TextLine, layout_text, reading_order, rows

CELL, HEIGHT, PITCH = 8.0, 15.0, 18.0


def fixed(text: str, column: int, row: int, top: float = 0.0) -> TextLine:
    """On a grid, as a terminal writes."""
    return TextLine(text, 10 + column * CELL, top + row * PITCH, (len(text) - 0.2) * CELL, HEIGHT)


def run(text: str, left: float, top: float, letter: float = 6.5) -> TextLine:
    """In a proportional typeface: letters of their own widths."""
    wide = sum({"i": 0.4, "l": 0.4, " ": 0.5, "m": 1.5, "W": 1.6, ".": 0.5}.get(c, 1.0) * letter for c in text)
    return TextLine(text, left, top, wide, HEIGHT)


def test_nothing_gives_nothing() -> None:
    assert layout_text(()) == ""
    assert layout_text([TextLine("  ", 0, 0, 10, 10)]) == ""
    assert reading_order(()) == ()


def test_lines_come_from_top_to_bottom_whatever_order_they_were_found_in() -> None:
    lines = [run(word, 20, 20.0 * i) for i, word in enumerate(("first", "second", "third", "fourth"))]
    shuffled = random.Random(3).sample(lines, 4)
    assert layout_text(shuffled) == "first\nsecond\nthird\nfourth"
    assert reading_order(shuffled) == tuple(lines)


def test_what_stands_beside_each_other_is_one_row_though_heights_differ() -> None:
    big, small = TextLine("Total", 10, 100, 80, 30), TextLine("incl. tax", 200, 108, 60, 12)
    assert rows([small, big]) == [[big, small]]
    assert layout_text([small, big]) == "Total  incl. tax"


def test_a_table_keeps_its_columns_and_numbers_their_right_edge() -> None:
    page = []
    for i, (name, price) in enumerate((("Milk", "1.20"), ("Chocolate", "12.99"), ("Tea", "104.50"))):
        wide = 7.0 * len(price)
        page += [run(name, 20, 30.0 * i), TextLine(price, 300 - wide, 30.0 * i, wide, HEIGHT)]
    assert layout_text(page) == "\n".join(("Milk         1.20", "Chocolate   12.99", "Tea        104.50"))


def test_an_empty_cell_leaves_its_place() -> None:
    page = [
        run("Name", 20, 0), run("City", 120, 0), run("Post", 220, 0),
        run("Anna", 20, 25), run("1210", 220, 25),
        run("Bo", 20, 50), run("Rome", 120, 50), run("0018", 220, 50),
    ]  # fmt: skip
    assert layout_text(page) == "Name  City  Post\nAnna        1210\nBo    Rome  0018"


def test_two_columns_of_prose_stand_side_by_side() -> None:
    left = ["The quick brown", "fox jumps over", "the lazy dog."]
    right = ["Pack my box with", "five dozen liquor", "jugs, now."]
    page = [run(text, 20, 20.0 * i) for i, text in enumerate(left)]
    page += [run(text, 300, 20.0 * i) for i, text in enumerate(right)]
    assert layout_text(page).splitlines() == [f"{a:<15}  {b}" for a, b in zip(left, right, strict=True)]


def test_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [f"the left column goes on in line {number}" for number in range(8)]
    right = [f"and this is the right one, line {number}" for number in range(8)]
    lines = [run("A heading that goes over both of the columns of this page, from edge to edge", 0, 0)]
    lines += [run(text, 0, 40 + 20 * place) for place, text in enumerate(left)]
    lines += [run(text, 280, 40 + 20 * place) for place, text in enumerate(right)]
    told = [line for line in layout_text(lines).split("\n") if line]
    assert told[1:] == [*left, *right]
    names = [run(f"part {number}", 280, 40 + 20 * number) for number in range(8)]
    table = layout_text([run(text, 0, 40 + 20 * place) for place, text in enumerate(left)] + names).split("\n")
    assert table[0].startswith("the left column")
    assert table[0].endswith("part 0")


def test_a_heading_over_a_table_does_not_widen_its_first_column() -> None:
    page = [run("Everything that was bought in the year of the move", 20, 0)]
    for i, (name, price) in enumerate((("Lamp", "10"), ("Desk", "90"), ("Rug", "45")), 1):
        page += [run(name, 20, 20.0 * i), run(price, 200, 20.0 * i)]
    assert layout_text(page).splitlines()[1:] == ["Lamp  10", "Desk  90", "Rug   45"]


def test_paragraphs_are_set_apart_by_one_blank_line() -> None:
    tops = (0, 20, 40, 95, 115, 135)
    page = [run(f"line {i} of the text", 20, top) for i, top in enumerate(tops)]
    text = layout_text(page)
    assert text.split("\n\n") == ["\n".join(f"line {i} of the text" for i in part) for part in ((0, 1, 2), (3, 4, 5))]


def test_buttons_far_below_a_text_do_not_move_it() -> None:
    page = [
        run("Save the changes?", 20, 20),
        run("All else is lost.", 20, 40),
        run("Cancel", 200, 180),
        run("Save", 280, 180),
    ]
    assert layout_text(page) == "Save the changes?\nAll else is lost.\n\nCancel  Save"


def test_columns_begin_where_text_left_of_them_ends() -> None:
    page = [run("A long sentence up here", 20, 0), run("tail", 20, 18), run("x", 300, 36), run("y", 360, 36)]
    assert layout_text(page) == "A long sentence up here\ntail\nx  y"


def test_roomy_rows_are_not_paragraphs() -> None:
    page = [run(f"row {i}", 20, 45.0 * i) for i in range(6)]
    assert "\n\n" not in layout_text(page)


def test_a_word_divided_at_the_end_of_a_line_stays_divided() -> None:
    assert layout_text([run("an exam-", 20, 0), run("ple of it", 20, 20)]) == "an exam-\nple of it"


def test_code_keeps_its_indentation() -> None:
    code = [
        "def load(path: Path) -> int:",
        "    for line in path.open():",
        "        return len(line.strip())",
        "    return 0",
    ]
    page = [fixed(line.strip(), len(line) - len(line.lstrip()), i) for i, line in enumerate(code)]
    assert layout_text(page) == "\n".join(code)


def test_a_terminal_keeps_the_gaps_between_its_columns() -> None:
    shown = [
        "Filesystem      Size  Used",
        "/dev/sda1        98G   61G",
        "/dev/mapper/x   912M  100M",
        "tmpfs           3.9G     0",
    ]
    page = []
    for row, line in enumerate(shown):
        at = 0
        for word in line.split():
            at = line.index(word, at)
            page.append(fixed(word, at, row))
            at += len(word)
    page += [fixed("total 24 files in 3 folders", 0, 4)]
    assert layout_text(page) == "\n".join([*shown, "total 24 files in 3 folders"])


def test_runs_that_would_fall_on_each_other_still_have_a_space_between_them() -> None:
    page = [
        fixed("abcdefghij", 0, 0),
        fixed("klmnopqrst", 10, 0),
        fixed("abcdefghijkl", 0, 1),
        fixed("mnopqrstuv", 0, 2),
    ]
    assert layout_text(page).splitlines()[0] == "abcdefghij klmnopqrst"


@pytest.mark.parametrize("letter", [5.0, 9.5])
def test_proportional_text_is_not_taken_for_code(letter: float) -> None:
    texts = (
        "Will it fill in the bill?",
        "Mammoth women swim well",
        "a list, till it is little",
        "Wow, mmm: Swedish jam",
    )
    page = [run(text, 20 + 40 * (i % 2), 20.0 * i, letter) for i, text in enumerate(texts)]
    assert layout_text(page) == "\n".join(texts)


line = st.builds(
    TextLine,
    st.text("ab 1", max_size=12), st.floats(0, 2000), st.floats(0, 2000), st.floats(1, 500), st.floats(1, 60),
)  # fmt: skip


@given(st.lists(line, max_size=40))
def test_no_letter_is_lost_and_none_is_added(lines: list[TextLine]) -> None:
    letters = sorted("".join(run.text for run in lines).replace(" ", ""))
    assert sorted(layout_text(lines).replace(" ", "").replace("\n", "")) == letters
