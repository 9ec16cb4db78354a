"""Another language is taken for one only where it is heard clearly."""

from __future__ import annotations

import pytest

from fanlight.speech.language_choice import by_probability, chosen_language, passage_languages
from fanlight.speech.whisper_passes import Language


def heard(code: str, certainty: float) -> list[Language]:
    rest = [Language(other, (1 - certainty) / 3) for other in ("en", "fr", "de", "nn") if other != code]
    return [Language(code, certainty), *rest]


@pytest.mark.parametrize(
    ("found", "seconds", "likely", "code"),
    [
        (heard("fr", 0.9), 5.0, "en", "fr"),
        (heard("fr", 0.6), 5.0, "en", "en"),
        (heard("nn", 0.9), 1.0, "en", "en"),  # in a second's sound anything is found
        (heard("fr", 0.97), 1.5, "en", "fr"),
        (heard("fr", 0.3), 5.0, None, "fr"),
        (heard("fr", 0.3), 5.0, "ja", "fr"),
    ],
)
def test_the_language_before_stays_the_likely_one(
    found: list[Language], seconds: float, likely: str | None, code: str
) -> None:
    assert chosen_language(found, seconds, likely).code == code


def test_a_rare_language_needs_better_evidence() -> None:
    found = [Language("la", 0.5), Language("es", 0.3), Language("en", 0.2)]
    assert [language.code for language in by_probability(found)] == ["es", "en", "la"]
    assert by_probability([Language("es", 0.05), Language("la", 0.9)])[0].code == "la"


def test_passages_have_each_its_own() -> None:
    found = [heard("en", 0.99), heard("fr", 0.95), heard("nn", 0.5), heard("en", 0.9)]
    assert passage_languages(found, [8, 5, 1, 8], None) == ("en", "fr", "fr", "en")


def test_an_unsure_beginning_has_the_language_of_what_follows() -> None:
    assert passage_languages([heard("nn", 0.4), heard("de", 0.9)], [1, 6], None) == ("de", "de")


def test_where_none_is_clear_it_is_the_most_probable_of_all() -> None:
    assert passage_languages([heard("nn", 0.4), heard("de", 0.5), heard("de", 0.5)], [1, 6, 6], None) == ("de",) * 3
    assert passage_languages([], [], None) == ()
