from __future__ import annotations

from pathlib import Path

import pytest

from fanlight import i18n
from fanlight.domain import languages
from fanlight.domain.languages import LANGUAGES, code_of


@pytest.mark.parametrize("text", ["de", "DE", "German", " german ", "GERMAN"])
def test_a_language_is_found_by_its_code_and_its_english_name(text: str) -> None:
    assert code_of(text) == "de"


def test_a_language_is_found_by_its_name_in_the_language_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_", {"German": "Deutsch", "French": "Französisch"}.get)
    monkeypatch.setattr(languages, "LANGUAGES", {"de": "German", "fr": "French"})
    assert code_of("deutsch") == "de"
    assert code_of("FRANZÖSISCH") == "fr"
    assert code_of("French") == "fr"


@pytest.mark.parametrize("text", ["", "Klingon", "d"])
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
