from __future__ import annotations

from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.domain import language_tags, languages
from fanlight.domain.languages import LANGUAGES, code_of, similar_languages


@pytest.mark.parametrize("text", ["de", "DE", "German", " german ", "GERMAN"])
def test_a_language_is_found_by_its_code_and_its_english_name(text: str) -> None:
    assert code_of(text) == "de"


def test_a_language_is_found_by_its_name_in_the_language_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_", {"German": "Deutsch", "French": "Französisch"}.get)
    monkeypatch.setattr(languages, "LANGUAGES", {"de": "German", "fr": "French"})
    assert code_of("deutsch") == "de"
    assert code_of("FRANZÖSISCH") == "fr"
    assert code_of("French") == "fr"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pt-BR", "pt"), ("zh-TW", "zh"), ("zh-Hant-HK", "zh"), ("en_US", "en"), ("de_DE.UTF-8", "de"),
        ("sr@latin", None), ("sr_RS@latin", "sr"), ("nb", "no"), ("nb-NO", "no"), ("nn-NO", "nn"), ("jv", "jw"),
        ("iw", "he"), ("in", "id"),
        ("zh-yue-HK", "yue"), ("cmn", "zh"), ("zh-cmn", "zh"), ("deu", "de"), ("ger", "de"), ("fil", "tl"),
        ("Mandarin", "zh"), ("mandarin chinese", "zh"), ("Castilian", "es"), ("Flemish", "nl"), ("Bokmål", "no"),
        ("Bokmal", "no"), ("Farsi", "fa"), ("Brazilian Portuguese", "pt"), ("Portuguese (Brazil)", "pt"),
        ("Deutsch", "de"), ("français", "fr"), ("Francais", "fr"), ("ESPAÑOL", "es"), ("日本語", "ja"), ("हिन्दी", "hi"),
        ("中文", "zh"), ("O‘zbek", None), ("haitian creole", "ht"),
    ],
)  # fmt: skip
def test_a_language_is_found_by_what_people_and_programs_call_it(text: str, code: str | None) -> None:
    assert code_of(text) == code


def test_every_other_name_belongs_to_one_language() -> None:
    assert sorted(language_tags._ALSO) == sorted(LANGUAGES)
    owner = {language_tags.spelled(name): code for code, name in LANGUAGES.items()} | {code: code for code in LANGUAGES}
    for code, more in language_tags._ALSO.items():
        for name in more.split(", "):
            assert owner.setdefault(language_tags.spelled(name), code) == code, name


def test_a_misspelt_name_has_similar_ones() -> None:
    assert similar_languages("Germna")[0] == "German"
    assert similar_languages("qqqq") == []


@pytest.mark.parametrize("text", ["", "Klingon", "d", "x-klingon", "pt-", "-", "auto"])
def test_what_is_no_language_of_whisper_has_no_code(text: str) -> None:
    assert code_of(text) is None


def test_the_languages_are_in_the_order_of_their_names() -> None:
    assert list(LANGUAGES.values()) == sorted(LANGUAGES.values())
    assert len(LANGUAGES) == 100


def test_names_of_languages_are_written_alike(catalogs: Path) -> None:
    """They stand below each other in a list."""
    for language in i18n.languages(catalogs):
        i18n.use(language, catalogs)
        assert [i18n._(name) for name in LANGUAGES.values() if not i18n._(name)[0].isupper()] == []
