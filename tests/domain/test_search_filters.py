"""Filters among the words of a search."""

from __future__ import annotations

from datetime import datetime

import pytest

from fanlight.domain.search import parse_query
from fanlight.domain.search_filters import SearchFilters, model_in_footer, set_filter, split_filters


def at(year: int, month: int, day: int) -> float:
    return datetime(year, month, day).astimezone().timestamp()


@pytest.mark.parametrize(
    ("typed", "words", "filters"),
    [
        ("red has:picture car", "red car", SearchFilters(has_picture=True)),
        ("has:pic", "", SearchFilters(has_picture=True)),
        ("HAS:Pictures", "", SearchFilters(has_picture=True)),
        ("-has:picture", "", SearchFilters(has_picture=False)),
        ("has：picture", "", SearchFilters(has_picture=True)),
        ("has:sound", "", SearchFilters(has_sound=True)),
        ("-has:sounds has:pic x", "x", SearchFilters(has_picture=True, has_sound=False)),
        ("is:pinned", "", SearchFilters(is_pinned=True)),
        ("-is:pinned x", "x", SearchFilters(is_pinned=False)),
        ("model:Qwen tax", "tax", SearchFilters(models=("qwen",))),
        ('model:"qwen 2.5" -model:vl', "", SearchFilters(models=("qwen 2.5",), other_models=("vl",))),
        ("model:„Größe 2“", "", SearchFilters(models=("grosse 2",))),
        ("after:2026", "", SearchFilters(since=at(2026, 1, 1))),
        ("after:2026-3", "", SearchFilters(since=at(2026, 3, 1))),
        ("before:2026-02-15", "", SearchFilters(until=at(2026, 2, 15))),
        ("after:15.1.2026", "", SearchFilters(since=at(2026, 1, 15))),
        ("after:1.2026", "", SearchFilters(since=at(2026, 1, 1))),
        ("-before:2026", "", SearchFilters(since=at(2026, 1, 1))),
        ("-after:2026", "", SearchFilters(until=at(2026, 1, 1))),
    ],
)
def test_filters_are_no_words(typed: str, words: str, filters: SearchFilters) -> None:
    left, found = split_filters(typed)
    assert (" ".join(left.split()), found) == (words, filters)
    assert found


@pytest.mark.parametrize(
    "typed",
    ["has:", "x model:", "x after:", "before:202", "after:2026-1-", "is:", "after:32.1.2026"],
)
def test_one_that_is_being_typed_is_nothing_yet(typed: str) -> None:
    left, found = split_filters(typed)
    assert left.strip() in ("", "x")
    assert not found


@pytest.mark.parametrize(
    "typed",
    [
        "has:money",
        "is:open",
        "after:lunch",
        "thesis:model",
        "std::model:x",
        '"has:picture"',
        '"the key is: here"',
        "is: here",
        "model",
    ],
)
def test_what_is_no_filter_is_searched_for(typed: str) -> None:
    assert split_filters(typed) == (typed, SearchFilters())
    assert parse_query(typed).wanted


def test_filters_alone_are_a_search() -> None:
    assert parse_query("is:pinned")
    assert not parse_query("is:pinned").wanted
    assert not parse_query("  ")


def test_a_filter_takes_the_place_of_the_one_before() -> None:
    assert set_filter("red  car", "has", "picture") == "red car has:picture"
    assert set_filter("red has:picture car", "has", "") == "red car"
    assert set_filter("x has:picture", "has", "sound", "sound") == "x has:picture has:sound"
    assert set_filter("x has:sou has:picture", "has", "", "sound") == "x has:picture"
    assert set_filter("model:a x", "model", "b c") == 'x model:"b c"'
    assert set_filter('x model:"b c"', "model", "") == "x"
    assert set_filter('"model:a" x', "model", "b") == '"model:a" x model:b'


@pytest.mark.parametrize(
    ("footer", "name"),
    [('{"model": "qwen"}', "qwen"), ('{"model": 3}', ""), ("{", ""), ("[1]", ""), ("12 tokens", ""), ("{" * 9_999, "")],
)
def test_a_footer_says_which_model_answered(footer: str, name: str) -> None:
    assert model_in_footer(footer) == name
