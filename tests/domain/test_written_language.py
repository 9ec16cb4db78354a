from __future__ import annotations

import pytest

from fanlight.domain.written_language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The house is on the hill.", "en"), ("Das Haus steht auf dem Berg und ist alt.", "de"),
        ("La maison est dans la forêt.", "fr"), ("El perro está en la casa.", "es"), ("Il cane è nel giardino.", "it"),
        ("O cão não está em casa.", "pt"), ("Het huis is niet van mij.", "nl"), ("वह घर गया।", "hi"),
        ("今天很好。", "zh"), ("今日はいい天気です。", "ja"), ("오늘은 좋다.", "ko"), ("Он дома.", "ru"),
        ("Він їде.", "uk"),
        ("هذا بيت", "ar"), ("این پنجره است", "fa"), ("یہ ٹھیک ہے", "ur"), ("Նա գնաց։", "hy"), ("እሱ ሄደ።", "am"),
        ("Αυτό είναι.", "el"), ("זה בית", "he"), ("นี่คือบ้าน", "th"), ("यह Python का function है", "hi"),
    ],
)  # fmt: skip
def test_script_and_words_tell_the_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "42", "OK.", "Python 3.12", "Berlin", "\ud800", "x = y"])
def test_what_tells_nothing_has_no_language(text: str) -> None:
    assert language_of(text) == ""


def test_the_language_that_is_expected_counts_where_the_script_is_shared() -> None:
    assert language_of("मी घरी जातो.", "mr") == "mr"
    assert language_of("東京都", "ja") == "ja"
    assert language_of("今天早上我去了学校然后回家", "ja") == "zh"
    assert language_of("Дом", "bg") == "bg"
    assert language_of("Дом", "de") == "ru"
