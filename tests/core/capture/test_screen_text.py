"""Words on a frozen screen are selected as in a document."""

from __future__ import annotations

import pytest

from fanlight.core.capture.screen_text import ScreenCode, ScreenText, words_of
from fanlight.core.capture.selection import WindowTarget
from fanlight.desktop.capture.geometry import Box
from fanlight.domain.found_items import FoundItem, code_item
from fanlight.domain.reading import TextLine

LETTER = 10


def line(text: str, left: float, top: float) -> TextLine:
    """Each letter is 10 pixels wide."""
    places = tuple((left + LETTER * i, left + LETTER * (i + 1)) for i in range(len(text)))
    return TextLine(text, left, top, LETTER * len(text), 20, places=places)


def screen(*lines: TextLine, windows: tuple[Box, ...] = ()) -> ScreenText:
    text = ScreenText([WindowTarget(box, "") for box in windows])
    text.add(lines)
    return text


PAGE = (line("The quick brown fox", 100, 100), line("jumps over the lazy", 100, 130), line("dog.", 100, 160))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two", [(0, 30), (40, 70)]),
        ("  one", [(20, 50)]),
        ("", []),
        ("你好 ok", [(0, 10), (10, 20), (30, 50)]),
    ],
)
def test_words_are_where_their_letters_are(text: str, words: list[tuple[float, float]]) -> None:
    assert [(word.left, word.right) for word in words_of(line(text, 0, 0))] == words


def test_where_letters_have_no_places_words_are_in_equal_steps() -> None:
    first, second = words_of(TextLine("one two", 100, 0, 140, 20))
    assert (first.box, second.box) == (Box(100, 0, 60, 20), Box(180, 0, 60, 20))


def test_a_drag_takes_whole_words_over_lines() -> None:
    text = screen(*PAGE)
    text.press(165, 110)
    assert text.selected_text == "quick"
    text.drag(205, 140)
    assert text.selected_text == "quick brown fox\njumps over"
    assert text.selected_boxes == [Box(140, 100, 150, 20), Box(100, 130, 100, 20)]
    text.drag(105, 105)
    assert text.selected_text == "The quick", "backwards, too"
    text.drag(5, 500)
    assert text.selected_text.endswith("dog.")


def test_far_from_all_words_nothing_is_selected() -> None:
    text = screen(*PAGE)
    text.press(110, 110)
    text.press(900, 800)
    assert text.selected == []
    text.drag(110, 110)
    assert text.selected_text == ""


def test_a_selection_stays_in_its_window() -> None:
    left, right = Box(0, 0, 400, 600), Box(400, 0, 400, 600)
    text = screen(*PAGE, line("Other words", 500, 100), line("stand here", 500, 130), windows=(left, right))
    text.press(105, 105)
    text.drag(590, 140)
    assert "Other" not in text.selected_text
    assert text.selected_text.startswith("The quick brown fox")
    text.select_window(600, 500)
    assert text.selected_text == "Other words\nstand here"
    text.select_window(100, 500)
    assert text.selected_text.count("\n") == 2


def test_a_line_is_its_row_of_cells() -> None:
    text = screen(line("Bread", 100, 100), line("2.50", 400, 100), line("Soup", 100, 140), line("4.00", 400, 140))
    text.select_line(410, 148)
    assert text.selected_text == "Soup  4.00"
    text.select_window(0, 0)
    assert text.selected_text.splitlines() == ["Bread  2.50", "Soup   4.00"]


def test_what_is_read_later_leaves_the_selection_as_it_is() -> None:
    text = screen(PAGE[1])
    text.press(155, 140)
    text.drag(205, 140)
    assert text.selected_text == "jumps over"
    text.add([PAGE[0]])
    text.add([PAGE[2]])
    assert text.selected_text == "jumps over"
    text.drag(105, 105)
    assert text.selected_text == "The quick brown fox\njumps"


def test_keys_move_by_words_and_lines() -> None:
    text = screen(*PAGE)
    text.step(1, 0, extend=False)
    assert text.selected_text == "The"
    text.step(1, 0, extend=False)
    text.step(1, 0, extend=True)
    assert text.selected_text == "quick brown"
    text.step(0, 1, extend=False)
    assert text.selected_text == "the"
    text.step(0, -1, extend=True)
    assert text.selected_text == "brown fox\njumps over the"
    for _ in range(30):
        text.step(1, 0, extend=False)
    assert text.selected_text == "dog."


def test_without_words_nothing_happens() -> None:
    text = ScreenText()
    text.press(1, 1)
    text.step(1, 0, extend=True)
    text.select_line(1, 1)
    text.select_window(1, 1)
    assert (text.selected, text.boxes, text.item_at(1, 1)) == ([], [], None)


def test_an_address_or_a_code_under_the_pointer_is_offered() -> None:
    text = screen(line("see www.example.org/a, or a@b.example", 0, 0))
    text.add_codes([ScreenCode(Box(300, 300, 80, 80), code_item("https://example.org/x"))])
    assert text.item_at(15, 10) is None
    assert text.item_at(60, 10) == FoundItem("link", "www.example.org/a", "https://www.example.org/a")
    assert text.item_at(300, 10) == FoundItem("mail", "a@b.example", "mailto:a@b.example")
    assert text.item_at(340, 340) == FoundItem("link", "https://example.org/x", "https://example.org/x")
    assert Box(300, 300, 80, 80) in text.boxes


@pytest.mark.parametrize(
    ("says", "kind", "target"),
    [
        ("https://example.org/?a=b", "link", "https://example.org/?a=b"),
        ("mailto:me@example.org", "mail", "mailto:me@example.org"),
        ("WIFI:S:Home;T:WPA;P:secret;;", "code", "WIFI:S:Home;T:WPA;P:secret;;"),
        ("5901234123457", "code", "5901234123457"),
        ("javascript:alert(1)", "code", "javascript:alert(1)"),
        ("see https://example.org", "code", "see https://example.org"),
    ],
)
def test_what_a_code_says_is_opened_only_where_it_is_an_address(says: str, kind: str, target: str) -> None:
    assert (code_item(says).kind, code_item(says).target) == (kind, target)
