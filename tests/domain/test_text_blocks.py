"""Lines become the blocks that a person sees: paragraphs stay whole, entries of a menu stay apart."""

from __future__ import annotations

import pytest

from fanlight.domain.reading import TextLine
from fanlight.domain.text_blocks import TextBlock, blocks_of

LETTER = 10


def line(text: str, left: float, top: float, height: float = 20) -> TextLine:
    return TextLine(text, left, top, LETTER * len(text), height)


def column(*texts: str, left: float = 100, top: float = 100, pitch: float = 28) -> list[TextLine]:
    return [line(text, left, top + pitch * number) for number, text in enumerate(texts)]


def texts(lines: list[TextLine]) -> list[str]:
    return [block.text for block in blocks_of(lines)]


def test_a_paragraph_is_one_block() -> None:
    lines = column("The window asks which model", "should be opened first, and", "remembers the answer.")
    (block,) = blocks_of(lines)
    assert block.text == "The window asks which model should be opened first, and remembers the answer."
    assert (block.left, block.top, block.right, block.bottom) == (100, 100, 370, 176)
    assert block.line_height == 20


def test_paragraphs_with_a_gap_are_two() -> None:
    first = column("The window asks which model", "should be opened first.")
    second = column("It remembers the answer, so", "nobody is asked again.", top=190)
    assert len(texts(first + second)) == 2


def test_the_entries_of_a_menu_stay_apart() -> None:
    menu = ("Open", "Open recent", "Save", "Save as", "Close all windows", "Quit")
    assert texts(column(*menu)) == list(menu)


def test_a_line_that_ends_before_the_edge_ends_its_block() -> None:
    lines = column(
        "Nothing leaves the computer.", "Ever.", "Downloads begin after a click only,", "and show their host."
    )
    assert texts(lines) == [
        "Nothing leaves the computer.",
        "Ever.",
        "Downloads begin after a click only, and show their host.",
    ]


def test_a_heading_is_a_block_of_its_own() -> None:
    heading = line("About the microphone and speech", 100, 60, height=34)
    body = column("The microphone is opened when the", "key goes down.")
    assert texts([heading, *body]) == [
        "About the microphone and speech",
        "The microphone is opened when the key goes down.",
    ]


def test_columns_are_not_mixed() -> None:
    left = column("The left column has words that", "go on below.")
    right = column("The right column has others that", "go on there.", left=600)
    assert texts(left + right) == [
        "The left column has words that go on below.",
        "The right column has others that go on there.",
    ]


def test_options_below_each_other_stay_apart() -> None:
    options = ("Use a proxy server for all connections", "Don't ask me again", "Include hidden files")
    assert texts(column(*options, pitch=36)) == list(options)
    assert len(texts(column("The window asks which model", "should be opened first.", pitch=36))) == 1


def test_list_items_stay_apart() -> None:
    lines = column(
        "• the first item is long enough to fill", "• the second item is long enough as well", "  and goes on"
    )
    assert texts(lines)[0] == "• the first item is long enough to fill"
    assert texts(column("1. Open the settings of the printer", "2. Choose the tray that has paper")) == [
        "1. Open the settings of the printer",
        "2. Choose the tray that has paper",
    ]


def test_cells_of_a_row_are_blocks() -> None:
    row = [line("Name", 100, 100), line("Size", 400, 100), line("Date", 600, 100)]
    assert texts(row) == ["Name", "Size", "Date"]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (("The recognizer has a vocab-", "ulary of its own here."), "The recognizer has a vocabulary of its own here."),
        (("这个窗口会询问应该先打开哪个", "模型并记住答案"), "这个窗口会询问应该先打开哪个模型并记住答案"),
        (
            ("Das ist die E-Mail- und Telefon-", "Liste der Leute hier"),
            "Das ist die E-Mail- und Telefon- Liste der Leute hier",
        ),
    ],
)
def test_divided_words_and_scripts_without_spaces(lines: tuple[str, ...], whole: str) -> None:
    assert texts(column(*lines)) == [whole]


def test_lines_with_others_between_them_are_no_paragraph() -> None:
    long = [
        line("a command with a lot of words in its line", 100, 100),
        line("and one that goes on below that", 100, 156),
    ]
    cells = [line("/dev", 100, 128), line("98G", 250, 128), line("66%", 320, 128)]
    assert sorted(texts(long + cells)) == sorted(one.text for one in long + cells)


def test_columns_that_are_written_downwards_side_by_side_are_one_block_read_from_the_right() -> None:
    columns = [
        TextLine("吾輩は猫である。", 200, 20, 20, 160), TextLine("名前はまだ無い。", 172, 20, 20, 160),
        TextLine("どこで生れたか", 144, 40, 20, 140), TextLine("別の話", 40, 20, 20, 60),
        TextLine("Caption", 40, 300, 90, 18),
    ]  # fmt: skip
    texts = {block.text for block in blocks_of(columns)}
    assert texts == {"吾輩は猫である。名前はまだ無い。どこで生れたか", "別の話", "Caption"}
    (whole,) = (block for block in blocks_of(columns) if len(block.lines) == 3)
    assert (whole.left, whole.top, whole.right, whole.bottom, whole.line_height) == (144, 20, 220, 180, 20)


def test_columns_of_labels_or_of_another_size_are_not_joined() -> None:
    labels = [TextLine("東京", 200, 20, 20, 44), TextLine("大阪", 172, 20, 20, 44)]
    sizes = [TextLine("吾輩は猫である", 400, 20, 40, 300), TextLine("名前はまだ無い", 370, 20, 20, 150)]
    lower = [TextLine("吾輩は猫である", 600, 20, 20, 150), TextLine("名前はまだ無い", 572, 90, 20, 150)]
    assert all(len(block.lines) == 1 for block in blocks_of([*labels, *sizes, *lower]))


def test_columns_that_are_written_downwards_are_blocks_with_letters_of_their_width() -> None:
    columns = [TextLine("この日本語の文章は", 300, 100, 24, 216), TextLine("複数の列に", 260, 100, 24, 120)]
    blocks = blocks_of([*columns, line("below them, a line of its own", 250, 330)])
    assert sorted(block.line_height for block in blocks) == [20, 24]


def test_every_line_is_in_exactly_one_block() -> None:
    lines = [*column("One line", "another line of the same", "x"), line("12:30", 900, 20), line("Ω", 5, 700)]
    found = [one for block in blocks_of(lines) for one in block.lines]
    assert sorted(map(id, found)) == sorted(map(id, lines))
    assert blocks_of([]) == []
    assert TextBlock((lines[0],)).text == "One line"
