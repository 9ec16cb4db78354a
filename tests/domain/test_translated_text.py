"""Links, numbers and code stay as they are in a translation, and what is no language is not translated."""

from __future__ import annotations

import pytest

from fanlight.domain.translated_text import is_translatable, kept_parts, missing_parts, request, translation_in


@pytest.mark.parametrize(
    "text",
    [
        "Save", "Save as…", "Choose file(s) or folder(s)", "See https://example.org/a for more", "3 files",
        "Home | About us | Contact", "File > Open > Recent", "The price (with tax) is 12 €; see below.", "保存", "Да",
        "Use the well-known option", "What is new; what is old",
    ],
)  # fmt: skip
def test_words_of_a_language_are_translated(text: str) -> None:
    assert is_translatable(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "12", "12:30", "1,234.56", "https://example.org/a?b=c", "a@example.org", "100 %", "—", "/usr/share/doc",
        "report_final.pdf", "if (x == 1) { return y; }", "const a = {b: 1};", "sudo apt-get install --yes x && y",
        "def run(self, job) -> None:", "</div><p class=", "x", "http://localhost:8080",
    ],
)  # fmt: skip
def test_numbers_addresses_and_code_are_not(text: str) -> None:
    assert not is_translatable(text)


def test_what_must_stay_is_found_in_its_order() -> None:
    text = "Call 030 1234567, write to a@example.org or see https://example.org/x before 12:30 and run app_start --fast"
    kept = kept_parts(text)
    assert "a@example.org" in kept
    assert "https://example.org/x" in kept
    assert "12:30" in kept
    assert "app_start" in kept
    assert "--fast" in kept
    assert kept.index("a@example.org") < kept.index("https://example.org/x") < kept.index("12:30")
    assert kept_parts("Nothing of that, and well-known words, e.g. these") == ()


@pytest.mark.parametrize(
    ("text", "translation", "missing"),
    [
        ("It costs 1,234.56 dollars", "Es kostet 1.234,56 Dollar", ()),
        ("It costs 1,234.56 dollars", "Es kostet 1 234,56 Dollar", ()),
        ("In 2019 it was 5", "2019 war es 5", ()),
        ("In 2019 it was 1", "2019 war es eins", ("1",)),
        ("See https://example.org/a", "Siehe https://example.com/a", ("https://example.org/a",)),
        ("Write to a@example.org", "Schreiben Sie an a@example.org", ()),
        ("Use --fast here", "Hier schnell verwenden", ("--fast",)),
        ("Plain words", "Einfache Wörter", ()),
    ],
)
def test_a_translation_without_them_is_noticed(text: str, translation: str, missing: tuple[str, ...]) -> None:
    assert missing_parts(text, translation) == missing


@pytest.mark.parametrize(
    ("answer", "translation"),
    [
        ("Speichern", "Speichern"),
        ("```\nSpeichern\nunter\n```", "Speichern unter"),
        ("“Speichern”", "Speichern"),
        ("Save.", ""),
        ("**Speichern**", "Speichern"),
        ("Here is the translation:\n\nSpeichern", "Speichern"),
        (
            "Hier die Übersetzung:\n\n„Speichern“\n\n---\n\n### Anmerkungen\n\n* **Save** heißt auch „retten“.",
            "Speichern",
        ),
        ("Speichern\n\n(Note: “Save” may mean to rescue.)", "Speichern"),
        ("  SAVE ", ""),
        ("", ""),
    ],
)
def test_what_models_add_is_left_out_and_the_same_text_is_no_translation(answer: str, translation: str) -> None:
    assert translation_in("Save", answer) == translation


def test_the_request_names_the_language_and_what_was_lost() -> None:
    assert "into German" in request("German")
    assert "letter by letter" not in request("German")
    assert "a@example.org, 12" in request("German", ("a@example.org", "12"))
