"""Names of tags, whoever writes them."""

from __future__ import annotations

import pytest

from fanlight.domain.search_filters import split_filters, toggle_tag
from fanlight.domain.tags import (
    LONGEST_TAG,
    clean_tag,
    counted_tags,
    joined_tags,
    tag_key,
    tags_of,
    typed_tags,
    wanted_tags,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Work", "wORK"), ("STRASSE", "Straße"), ("ΟΔΟΣ", "οδος"), ("É", "e\u0301"), ("ﬁn", "FIN"), ("Ǆ", "ǆ")],
)
def test_case_alone_makes_no_other_tag(one: str, other: str) -> None:
    assert tag_key(one) == tag_key(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("ı", "i"), ("a b", "ab")])
def test_other_letters_do(one: str, other: str) -> None:
    assert tag_key(one) != tag_key(other)


def test_a_name_is_one_line_without_controls_and_not_endless() -> None:
    assert clean_tag(" my\n\ttag\0\u202e ") == "my tag"
    assert clean_tag("\ud800") == "�"
    assert clean_tag(" \u2067 ") == ""
    assert len(clean_tag("x" * 5_000)) == LONGEST_TAG
    assert clean_tag("👩‍🔬 עבודה") == "👩‍🔬 עבודה"


def test_each_stands_once_as_it_was_written_first_and_in_order() -> None:
    assert tags_of(["b", "Straße", " a ", "STRASSE", "", "A"]) == ("a", "b", "Straße")
    assert typed_tags("work, Tax;  ,仕事、家") == ("Tax", "work", "仕事", "家")
    assert counted_tags([("b",), ("A", "b"), ()]) == {"A": 1, "b": 2}


def test_each_keeps_its_direction_where_one_needs_it() -> None:
    assert joined_tags(["a", "b"]) == "a, b"
    assert joined_tags(["a", "עבודה"], " · ") == "\u2068a\u2069 · \u2068עבודה\u2069"


def test_a_name_is_meant_or_else_all_that_begin_so() -> None:
    known = ["Work", "Workshop", 'the "big" one']
    assert wanted_tags("WORK", known) == {"work"}
    assert wanted_tags("wor", known) == {"work", "workshop"}
    assert wanted_tags("the big one", known) == {'the "big" one'}
    assert wanted_tags("else", known) == frozenset()


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Work", "tag:Work"), ("two words", 'tag:"two words"'), ('say "hi" now', 'tag:"say hi now"'), ("a:b", "tag:a:b")],
)
def test_a_tag_among_the_filters_is_turned_on_and_off_and_finds_itself(name: str, typed: str) -> None:
    on = toggle_tag("car -tag:work is:pinned", name)
    assert on == f"car -tag:work is:pinned {typed}"
    words, filters = split_filters(on)
    assert (words.split(), filters.other_tags, filters.is_pinned) == (["car"], ("work",), True)
    assert [wanted_tags(one, [name, "other"]) for one in filters.tags] == [{tag_key(name)}]
    assert toggle_tag(on, name.upper()) == "car -tag:work is:pinned"


def test_one_of_each_must_be_there_and_none_of_the_others() -> None:
    filters = split_filters("tag:wo tag:home -tag:old")[1]
    chosen = filters.tag_filter(["Work", "Women", "Home", "OLD"])
    assert chosen.fits(["women", "HOME"])
    assert not chosen.fits(["Work"])
    assert not chosen.fits(["Work", "Home", "old"])
    assert split_filters("is:arch tag:")[1].is_archived
    assert not split_filters("tag:")[1]
