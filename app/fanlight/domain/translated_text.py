"""Which text is translated, what of it stays as it is, and whether an answer is its translation."""

from __future__ import annotations

import re

from fanlight.domain.found_items import placed_items
from fanlight.domain.selected_text import replacement

_NUMBER = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?|\d(?:[\d.,:\u00a0\u202f]*\d)?")
_PATH = re.compile(r"(?<!\w)(?:~|\.{1,2}|[A-Za-z]:)?[/\\][\w.+@%-]+(?:[/\\][\w.+@%-]*)*|\b[\w-]{2,}\.[a-z]{2,4}\d?\b")
_NAME = re.compile(
    r"\b(?:\w+_\w+|\w+\.\w+\(|\w+\(\)|[a-z]+[A-Z]\w+|[A-Z0-9_]{2,}=)|(?<![\w-])--?[A-Za-z][\w-]*|\$[A-Za-z]\w*"
)
"""Names and options of programs."""
_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CODE_SIGN = re.compile(
    r"[{}\\`=]|(?<![\w-])--[a-z]|\w_\w|"
    r"\w\((?!\w{1,2}\))|&&|\|\||->|=>|::|</?\w|/>|\$[A-Za-z_{(]|;\s*$|^\s*(?://|#!|#include|\$ )"
)
_LETTERS_A_SIGN = 14
"""Of program text, at most, without blanks; prose has hardly any of these signs."""
_REQUEST = "Translate the following text into {language}. Keep names, numbers, links and code as they are."
_KEEP = " These must stand in the translation letter by letter: {kept}."
_END = " Write nothing but the translation."  # to the model


def is_translatable(text: str) -> bool:
    """Whether it has words of a language: not numbers, addresses, names of files, or program text alone."""
    return _WORD.search(_without_kept(text)) is not None and not is_code(text)


def is_code(text: str) -> bool:
    """Whether it looks like a line of a program or of a shell, by its signs."""
    signs = len(_CODE_SIGN.findall(text))
    letters = sum(not letter.isspace() for letter in text)
    return (signs >= 2 and signs * _LETTERS_A_SIGN >= letters) or (
        text.rstrip().endswith((";", "{", "}")) and signs > 0
    )


def kept_parts(text: str) -> tuple[str, ...]:
    """The links, mail addresses, paths, names of program text, and numbers in it, in its order, each once."""
    found = list[tuple[int, str]]()
    rest = text
    items = [(start, item.text) for start, item in placed_items(text) if item.kind in ("link", "mail")]
    for start, part in items:
        found.append((start, part))
        rest = _blanked(rest, start, part)
    for pattern in (_PATH, _NAME, _NUMBER):
        for match in pattern.finditer(rest):
            found.append((match.start(), match[0].strip()))
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return tuple(dict.fromkeys(part for _start, part in sorted(found) if part))


def request(language: str, kept: tuple[str, ...] = ()) -> str:
    """What the model is asked, without the text. `kept` are parts that an answer has left out."""
    return _REQUEST.format(language=language) + (_KEEP.format(kept=", ".join(kept)) if kept else "") + _END


def translation_in(text: str, answer: str) -> str:
    """The answer in one line, without what models put around it; "" where it is the text itself. The text is one
    paragraph, and so is its translation: what announces it, and what is explained below it, is left out."""
    paragraphs = [part for part in re.split(r"\n\s*\n", answer.strip()) if part.strip("-—_* \n")]
    if len(paragraphs) > 1 and paragraphs[0].rstrip().endswith((":", "：")):
        paragraphs = paragraphs[1:]
    bare = " ".join(replacement(text.strip(), paragraphs[0] if paragraphs else "").split())
    if "*" not in text and (marked := re.fullmatch(r"(\*{1,3})([^*]+)\1", bare)) is not None:
        bare = replacement(text.strip(), marked[2])
    return "" if _folded(bare) == _folded(text) else bare


def missing_parts(text: str, translation: str) -> tuple[str, ...]:
    """Those of `kept_parts` that the translation has not. Numbers may be written as the other language does."""
    numbers = {_digits(match[0]) for match in _NUMBER.finditer(translation)}
    return tuple(
        part
        for part in kept_parts(text)
        if (_digits(part) not in numbers if _NUMBER.fullmatch(part) else part not in translation)
    )


def _without_kept(text: str) -> str:
    for part in sorted(kept_parts(text), key=len, reverse=True):
        text = text.replace(part, " ")
    return text


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def _blanked(text: str, start: int, part: str) -> str:
    return text[:start] + " " * len(part) + text[start + len(part) :]


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
