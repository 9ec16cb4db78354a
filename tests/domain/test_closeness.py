"""How close together words stand in a text."""

from __future__ import annotations

from fanlight.domain.closeness import are_near, tightest
from fanlight.domain.search import parse_query, snippet_of


def test_the_shortest_part_of_a_text_has_each_word() -> None:
    assert tightest([[(0, 2), (50, 52)], [(20, 25), (55, 60)], [(48, 49)]]) == (48, 60)
    assert tightest([[(0, 2), (10, 12)], [(4, 6), (14, 16)]]) == (0, 6)
    assert tightest([[(0, 2)], []]) is None
    assert tightest([]) is None


def test_words_are_near_by_what_stands_between_the_end_of_each_and_the_last_one() -> None:
    assert are_near([[(0, 1)], [(11, 12)]], 10)
    assert not are_near([[(0, 1)], [(12, 13)]], 10)
    assert are_near([[(30, 31), (0, 1)], [(40, 42)]], 10)
    assert not are_near([[(0, 1)], []], 10)


def test_a_text_ranks_by_how_close_the_words_are() -> None:
    query = parse_query("wine cellar code")
    ranked = [
        "the wine, cellar code",
        "a wine cellar codes",
        "code of the cellar with wine",
        "code" + " word" * 30 + " cellar wine",
        "swine cellar code",
    ]
    assert [query.rank(text) for text in ranked] == [0, 1, 2, 3, 4]
    assert [parse_query("code").rank(text) for text in ("code", "codes", "decode")] == [1, 1, 2]
    assert parse_query('wine "code"').rank("wine codes") == 3


def test_a_line_is_shown_of_where_the_words_are_closest() -> None:
    text = "The code is old." + " word" * 60 + " Straße: the wine cellar code is **4711**, said the cellar man"
    query = parse_query("strasse code cellar")
    assert "cellar code is 4711" in snippet_of(text, query).text
    spans = query.spans(text)
    assert text[slice(*spans[query.closest(text, spans)])] == "Straße"
    assert query.closest("nothing", []) == 0
    assert query.passage_in(text) == "Straße: the wine cellar code"
    assert parse_query("strass").passage_in(text) == "Straße"
    assert not parse_query("zebra").passage_in(text)
