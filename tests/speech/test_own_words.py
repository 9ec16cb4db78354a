"""What is written in place of spoken words: the user's list, applied to what was heard."""

from __future__ import annotations

import pytest

from fanlight.domain.replacements import read_replacements, spellings
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions, Word, joined
from fanlight.speech.own_words import as_written
from fanlight.speech.replacing import with_replacements


def heard(text: str) -> tuple[Word, ...]:
    """Words as the recognizer gives them: a space before each."""
    return tuple(Word(f" {word}", i, i + 1, 0.9) for i, word in enumerate(text.split()))


def written(text: str, rules: str, language: str = "en") -> str:
    return joined(with_replacements(heard(text), read_replacements(rules), language))


@pytest.mark.parametrize(
    ("text", "rules", "expected"),
    [
        ("Open graph on a, please.", "graph on a = Grafana", "Open Grafana, please."),
        ("Open Graph on a.", "graph on a = Grafana", "Open Grafana."),
        ("Use wire-guard or wireguard.", "wire guard = WireGuard", "Use WireGuard or WireGuard."),
        ("The wheels are wheels.", "wheels = views", "The views are views."),
        ("Wheels turn.", "wheels = views", "Views turn."),
        ("The art of art.", "art = craft\nart of art = artistry", "The artistry."),
        ("Start the cart.", "art = craft", "Start the cart."),
        ("It's Jon's book.", "jon = John", "It's John's book."),
        ("I don’t care.", "don't care = do not mind", "I do not mind."),
        ("Write at sign here", "at sign = @", "Write @ here"),
        ("Use C++ now.", "c++ = C plus plus", "Use C plus plus now."),
        ("my address", "my address = 12 Elm Street, Leeds", "12 Elm Street, Leeds"),
    ],
)
def test_phrases_are_replaced_as_whole_words(text: str, rules: str, expected: str) -> None:
    assert written(text, rules) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Um, let's go.", "Let's go."),
        ("I think, um, we go.", "I think, we go."),
        ("We go, um.", "We go."),
        ("um", ""),
        ("Um um um, yes.", "Yes."),
    ],
)
def test_words_that_become_nothing_leave_no_mark_behind(text: str, expected: str) -> None:
    assert written(text, "um =") == expected


def test_a_replacement_is_for_its_language_alone() -> None:
    rules = "de: gift = Gift (Toxin)\ngift = present"
    assert written("A gift", rules, "en") == "A present"
    assert written("Das Gift", rules, "de") == "Das Gift (Toxin)"


def test_what_was_written_is_not_replaced_again() -> None:
    assert written("one two", "one = two\ntwo = three") == "two three"


def test_languages_without_spaces_are_replaced_inside_of_their_words() -> None:
    words = tuple(Word(letter, i, i + 1) for i, letter in enumerate("我在东京塔"))
    replaced = with_replacements(words, read_replacements("东京 = 東京"), "zh")
    assert [word.text for word in replaced] == ["我", "在", "東京", "塔"]


def test_a_phrase_is_one_word_at_its_time_and_the_others_stay() -> None:
    words = heard("see wire guard, now")
    replaced = with_replacements(words, read_replacements("wire guard = WireGuard"), "en")
    assert replaced == (words[0], Word(" WireGuard,", 1, 3, 0.9), words[3])
    assert with_replacements(words, read_replacements("other = thing"), "en") is words


def test_a_name_with_capitals_inside_is_spelled_as_it_is_expected() -> None:
    rules = spellings(("WireGuard", "iPhone", "Grafana", "NASA", "eBay"))
    text = "I phone about wire guard, an iphone, Ebay, grafana, and nasa."
    expected = "I phone about WireGuard, an iPhone, eBay, grafana, and nasa."
    assert joined(with_replacements(heard(text), rules, "en")) == expected


def test_the_words_of_an_utterance_are_replaced_while_it_goes_on() -> None:
    options = TranscriptionOptions("en", names=("WireGuard",), replacements=read_replacements("um =\nde: see = See"))
    transcript = LiveTranscript(heard("Um, see"), heard("wire guard and um"), stable_count=2, language="en")
    written_now = as_written(transcript, options)
    assert written_now.text == "See WireGuard and"
    assert (len(written_now.committed), len(written_now.hypothesis), written_now.stable_count) == (1, 2, 1)


def test_what_is_translated_is_english() -> None:
    options = TranscriptionOptions("de", translate=True, replacements=read_replacements("en: um =\nde: hello = Hallo"))
    assert as_written(LiveTranscript(heard("um hello"), language="de", final=True), options).text == "hello"
