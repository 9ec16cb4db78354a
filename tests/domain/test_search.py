"""What is typed into the search field, and what matches it."""

from __future__ import annotations

import random
import unicodedata

import pytest

from fanlight.domain.folding import fold, spread
from fanlight.domain.search import Term, literal_query, parse_query, snippet_of


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("red car", "The car is red."),
        ("re ca", "The car is red."),
        ('"red car"', "A RED  CAR in snow"),
        ("« red car »", "A red car in snow"),
        ("cafe", "Das Café am Eck"),
        ("CAFÉ", "cafe au lait"),
        ("strasse", "Hauptstraße und Straße"),
        ("Straße", "STRASSE"),
        ("ελληνικά", "ΕΛΛΗΝΙΚΑ γράμματα"),
        ("елка", "ёлка"),
        ("京都", "東京都庁の写真"),
        ("한국", "대한민국과 한국어"),
        ("１２", "Platform 123"),
        ("c++", "written in C++ and C#"),
        ("=>", "x => y"),
        ("é", unicodedata.normalize("NFD", "une île, été")),
        ("ﬁn", "finally"),
        ("a_b", "the name a_b is taken"),
    ],
)
def test_a_text_is_found(query: str, text: str) -> None:
    parsed = parse_query(query)
    assert parsed
    assert parsed.matches(fold(text))
    snippet = snippet_of(text, parsed)
    assert snippet.spans
    assert all(snippet.text[start:end] for start, end in snippet.spans)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("red car", "The car is blue."),
        ("red -car", "The car is red."),
        ('red -"in snow"', "a red car in snow"),
        ('"car red"', "red car"),
        ("„car red“", "red car"),
        ("«car red»", "red car"),
        ("« car red »", "red car"),
        ("red -“in snow”", "a red car in snow"),
        ('"car"', "carpet"),
        ("pet", "carpet"),
        ("c++", "written in C"),
        ("京東", "東京"),
        ("が", "かき"),
    ],
)
def test_a_text_is_not_found(query: str, text: str) -> None:
    assert not parse_query(query).matches(fold(text))


def test_an_excluded_word_is_excluded_whole() -> None:
    assert parse_query("red -car").matches(fold("a red carpet"))


def test_parts_of_words_are_found_where_that_is_wanted() -> None:
    query = parse_query("nummer")
    text = "Die Rechnungsnummer fehlt."
    assert not query.matches(fold(text))
    assert query.matches(fold(text), parts=True)
    snippet = snippet_of(text, query)
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["nummer"]


@pytest.mark.parametrize(
    "typed", ["", "   ", "-", '"', '""', '-""', "-word", "\0", "\ud800", "-" * 3000 + "x", '"' * 999]
)
def test_nothing_that_is_typed_is_an_error(typed: str) -> None:
    parse_query(typed).matches("anything")


@pytest.mark.parametrize("text", ["ﬁ ﬁ straße ½ cafe\u0301 ", "İstanbul ŉ ", "x" * 500 + " "])
def test_marks_are_where_the_words_are_whatever_folding_does_to_lengths(text: str) -> None:
    snippet = snippet_of(text * 3 + "NEEDLE" + text * 9, parse_query("needle"))
    assert [snippet.text[start:end] for start, end in snippet.spans] == ["NEEDLE"]
    assert len(snippet.text) < 260


def test_a_snippet_is_one_line() -> None:
    assert "\n" not in snippet_of("first\n\n\tsecond", parse_query("second")).text


def test_letters_without_spaces_between_words_are_apart_and_others_are_not() -> None:
    assert spread("a東京b").split() == ["a", "東", "京", "b"]
    assert spread("plain words") == "plain words"


def test_letters_are_found_wherever_they_are() -> None:
    text = "Fact, artefact\nand facts"
    assert [text[start:end] for start, end in literal_query("FACT").spans(text)] == ["Fact", "fact", "fact"]
    assert not literal_query("  ")


def test_words_are_found_as_their_pattern_finds_them() -> None:
    dice = random.Random(3)
    letters = "ab_ .-é東京1ßΣ\u0301c+"
    for _unused in range(3_000):
        text, wanted = (fold("".join(dice.choices(letters, k=dice.randint(1, most)))) for most in (14, 3))
        if words := " ".join(wanted.split()):
            term = Term(words, whole=dice.random() < 0.5, anywhere=dice.random() < 0.5)
            assert list(term.words_in(text)) == [match.span() for match in term.pattern.finditer(text)], (text, term)
