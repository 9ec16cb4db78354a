"""How dictated words are written: spoken punctuation, code, and the space after them."""

from __future__ import annotations

import pytest

from fanlight.core.dictation.dictated_text import WritingStyle, written_text
from fanlight.core.dictation.spoken_marks import WORDS, write_spoken_marks

PLAIN, MARKS, CODE = WritingStyle(), WritingStyle(spoken_marks=True), WritingStyle(code=True)


@pytest.mark.parametrize(
    ("text", "language", "style", "written"),
    [
        ("  Hello there. ", "en", PLAIN, "Hello there."),
        ("", "en", PLAIN, ""),
        ("  ", "en", WritingStyle(space_after=True), ""),
        ("Hello there.", "en", WritingStyle(space_after=True), "Hello there. "),
        ("你好。", "zh", PLAIN, "你好。"),
        ("Dear Anna comma new line thank you", "en", PLAIN, "Dear Anna comma new line thank you"),
        ("First new line", "en", WritingStyle(spoken_marks=True, space_after=True), "First\n"),
        ("Get user by id.", "en", CODE, "get user by id"),
        ("Open the file. Then close it.", "en", CODE, "open the file then close it"),
        ("HTTP is a protocol.", "en", CODE, "HTTP is a protocol"),
        ("iPhone and GitHub.", "en", CODE, "iPhone and GitHub"),
        ("I think so. I'm sure.", "en", CODE, "I think so I'm sure"),
        ("Version 3.5 is here.", "en", CODE, "version 3.5 is here"),
        ("Is it true?", "en", CODE, "is it true?"),
        ("And so on...", "en", CODE, "and so on..."),
        ("打开文件。", "zh", CODE, "打开文件"),
        ("Über den Wolken.", "de", CODE, "über den Wolken"),
        ("A table.", "en", CODE, "a table"),
    ],
)  # fmt: skip
def test_what_is_written(text: str, language: str, style: WritingStyle, written: str) -> None:
    assert written_text(text, language, style) == written


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("Dear Anna comma new line thank you full stop", "en", "Dear Anna,\nThank you."),
        ("Dear Anna, comma, new line, thank you, full stop.", "en", "Dear Anna,\nThank you."),
        ("Are you there question mark yes exclamation mark", "en", "Are you there? Yes!"),
        ("Hello. New line. World.", "en", "Hello.\nWorld."),
        ("One. New paragraph. Two.", "en", "One.\n\nTwo."),
        ("See below colon open parenthesis one close parenthesis", "en", "See below: (one)"),
        ("He said open quote yes close quote and left", "en", "He said “yes” and left"),
        ("well hyphen known", "en", "well-known"),
        ("The commander saw a colony of periodicals", "en", "The commander saw a colony of periodicals"),
        ("Hallo Komma wie geht es Fragezeichen", "de", "Hallo, wie geht es?"),
        ("Liebe Anna, Komma, neue Zeile, danke Punkt", "de", "Liebe Anna,\nDanke."),
        ("Das ist der Höhepunkt der Woche", "de", "Das ist der Höhepunkt der Woche"),
        ("Bonjour virgule ça va point d’interrogation", "fr", "Bonjour, ça va?"),
        ("Fin point à la ligne suite", "fr", "Fin.\nSuite"),
        ("Hola coma qué tal punto y coma bien", "es", "Hola, qué tal; bien"),
        ("Ciao virgola come va punto interrogativo", "it", "Ciao, come va?"),
        ("Olá vírgula tudo bem ponto de interrogação", "pt", "Olá, tudo bem?"),
        ("Hallo komma hoe gaat het vraagteken", "nl", "Hallo, hoe gaat het?"),
        ("New line", "en", "\n"),
        ("comma", "en", ","),
        ("こんにちは。", "ja", "こんにちは。"),
        ("", "en", ""),
    ],
)  # fmt: skip
def test_spoken_punctuation(text: str, language: str, written: str) -> None:
    assert write_spoken_marks(text, language) == written


@pytest.mark.parametrize("language", WORDS)
def test_each_language_has_words_for_the_same_marks(language: str) -> None:
    assert {",", ".", "?", "!", ":", ";", "(", ")", "-", "\n", "\n\n"} <= set(WORDS[language].values())
    assert all(words == words.lower() for words in WORDS[language])
