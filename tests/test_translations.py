"""The translations are complete, fit the sources, and have the same placeholders: what `msgfmt --check` would say."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from support.catalogs import LANGUAGES, LOCALE, script

COPIED = re.compile(r"`[^`]*`|%(?:\([a-z_]+\))?[a-z]|https?://\S+|--[a-z-]+|FANLIGHT_[A-Z]+")
"""Code, options and addresses, which are the same in every language."""


@cache
def catalog(language: str) -> tuple[Message, ...]:
    with (LOCALE / language / "LC_MESSAGES" / "fanlight.po").open("rb") as file:
        return tuple(message for message in read_po(file, locale=language) if message.id)


def keys(messages: Any) -> set[tuple[str, str]]:
    """Context, and source in all its forms."""
    return {
        (message.context or "", "\0".join([message.id] if isinstance(message.id, str) else message.id))
        for message in messages
        if message.id
    }


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Sources and what is translated of them: each form with the English form that stands for it."""
    for message in catalog(language):
        if isinstance(message.id, str):
            yield message.id, str(message.string)
        else:
            for form in message.string or ():
                yield message.id[1], form


def placeholders(text: str) -> set[str]:
    try:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}


def copied(text: str) -> list[str]:
    """What has to be the same, but for the words that stand for something: FILE may be DATEI."""
    return sorted(re.sub(r"\b[A-ZÁÉÍÓÚÑÄÖÜ]{3,}\b", "X", code) for code in COPIED.findall(text))


each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
def test_the_catalog_has_the_texts_of_the_sources_and_no_others(language: str) -> None:
    """`make messages` brings it up to date."""
    assert keys(catalog(language)) == keys(script("update_messages")["template"]())


@each_language
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    forms = [
        message.string if isinstance(message.string, tuple) else (message.string,) for message in catalog(language)
    ]
    untranslated = [message.id for message, texts in zip(catalog(language), forms, strict=True) if not all(texts)]
    assert untranslated == []
    assert [message.id for message in catalog(language) if message.fuzzy] == []


@each_language
def test_placeholders_and_code_are_the_same(language: str) -> None:
    wrong = []
    for source, text in pairs(language):
        if not text:
            continue
        missing = placeholders(source) ^ placeholders(text)
        if missing - {"count"} or copied(source) != copied(text):
            wrong.append(f"{source!r}: {text!r}")
    assert wrong == []


@each_language
def test_what_is_around_a_text_is_the_same(language: str) -> None:
    """Space at its ends, the lines it has, and how it ends."""
    wrong = [
        f"{source!r}: {text!r}"
        for source, text in pairs(language)
        if text
        and (
            (source[:1] == " ", source[-1:] == " ", source.count("\n"))
            != (text[:1] == " ", text[-1:] == " ", text.count("\n"))
            or (source.rstrip()[-1:] in ".…?!:") != (text.rstrip()[-1:] in ".…?!:")
        )
        and len(source) > 1
    ]
    assert wrong == []


@each_language
def test_every_count_has_a_form(language: str) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "fanlight.po").open("rb") as file:
        read = read_po(file, locale=language)
    assert read.num_plurals == 2
    expression = compile(read.plural_expr.replace("!", "not ").replace("not =", "!="), "plural", "eval")
    assert {int(eval(expression, {"n": n})) for n in range(200)} == {0, 1}
    assert all(len(message.string or ()) == 2 for message in catalog(language) if not isinstance(message.id, str))


def test_a_german_ellipsis_stands_apart_from_its_word() -> None:
    """As the rules of German spelling have it, where words are left out: "Öffnen …"."""
    texts = [
        translated
        for _original, translated in pairs("de")
        if re.search(r"\S…$", translated.strip()) and len(translated) > 1
    ]
    assert texts == []
