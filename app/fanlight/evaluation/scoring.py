"""Whether an answer is right: 1, 0, or for JSON fields the share of them that is."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from fanlight.evaluation.cases import EvaluationCase, Scoring, Tolerance
from fanlight.evaluation.numbers import as_number, numbers_in

_EDGES = " \t\r\n.,;:!?\"'`*_“”„‘’«»()[]{}"
_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Of scripts that put no spaces between words."""
_WORDS_FOR_IT = r"(?i:answer|antwort|réponse|respuesta|risposta|答案)"
_ANSWER = _WORDS_FOR_IT + r"(?:\s+(?i:is|would be|ist|est|es|è)|\s*[是为]|\s*[:=：])\s*[:：]?"
_LETTER = r"[\s*_(\[“\"'`]*(?:([A-Z])(?![\w'’])|([a-z])(?=\s*(?:[.)\]*,;]|$)))"
_SAID_LETTER = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"\\boxed\{\s*(?:\\text\{)?\(?([A-Za-z])\)?\s*\}()",
        r"(?i:final|correct|right|best)\s+" + _ANSWER + _LETTER,
        _ANSWER + _LETTER,
        r"\A\W*\(?([A-Z])\W*(?:$|[).:,\]]|\n)()",
        r"(?i:option|choice)\s*[:*\s(]*([A-Z])(?![\w'’])()",
    )
)
"""How an option is named, the surest way first; of several in one way the last is meant."""
_LONE_LETTER = re.compile(r"(?<![\w'’])([A-Z])(?![\w'’])")
_MARKED = re.compile(r"####([^\n#]*\d[^\n#]*)")
_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_MOST_STARTS = 200
"""Braces in an answer at which a JSON object is looked for."""


def score_answer(case: EvaluationCase, answer: str) -> float:
    """From 0 to 1."""
    match case.scoring:
        case Scoring.EXACT:
            return float(any(normalized(answer) == normalized(str(one)) for one in case.answers))
        case Scoring.CONTAINS:
            return float(any(has_words(answer, str(one)) for one in case.answers))
        case Scoring.NUMBER:
            return float(_is_number_within(case, answer))
        case Scoring.CHOICE:
            return float(chosen_letter(answer, case.options) in case.answers)
        case Scoring.FIELDS:
            return max(_share_of_fields(one, answer, case.tolerance) for one in case.answers)
        case _:
            assert_never(case.scoring)


def normalized(text: str) -> str:
    """Without case, double spaces, and what stands around it: quotation marks, a full stop, Markdown's stars."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", " ", folded).strip(_EDGES)


def has_words(text: str, words: str) -> bool:
    """Whether `words` stand in `text` as whole words, one after the other; 3 is not in 3.5 and not in 13."""
    wanted = normalized(words)
    if not wanted:
        return False
    inside = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold())
    if _WITHOUT_SPACES.search(wanted):
        return wanted in inside
    before = r"(?<![\w])(?<!\d[.,])" if wanted[0].isdigit() else r"(?<!\w)"
    behind = r"(?!\w)(?![.,]\d)" if wanted[-1].isdigit() else r"(?!\w)"
    return re.search(before + re.escape(wanted) + behind, inside) is not None


def chosen_letter(answer: str, options: Mapping[str, str]) -> str:
    """The option that an answer names, by its letter or by its text; "" where that is not clear."""
    if normalized(answer).upper() in options:
        return normalized(answer).upper()
    for text, letter in ((text, letter) for letter, text in options.items()):
        if normalized(text) == normalized(answer):
            return letter
    for pattern in _SAID_LETTER:
        letters = [(match[1] or match[2]).upper() for match in pattern.finditer(answer)]
        if said := [letter for letter in letters if letter in options]:
            return said[-1]
    named = [letter for letter, text in options.items() if has_words(answer, text)]
    longest = [one for one in named if not any(_is_part(options[one], options[two]) for two in named if two != one)]
    if len(longest) == 1:
        return longest[0]
    lone = {letter for letter in _LONE_LETTER.findall(answer) if letter in options} - {"A", "I"}  # English words, too
    return lone.pop() if len(lone) == 1 and not longest else ""


def _is_part(text: str, other: str) -> bool:
    """Whether the option `text` is only meant because `other` is: "red" in "dark red"."""
    return normalized(text) != normalized(other) and has_words(other, text)


def _is_number_within(case: EvaluationCase, answer: str) -> bool:
    """The last number counts: what comes before it leads there. One behind the mark #### is the answer, whatever
    follows."""
    marked = _MARKED.search(answer)
    found = numbers_in(marked[1] if marked else answer)
    expected = [number for one in case.answers if (number := as_number(one)) is not None]
    return bool(found) and any(case.tolerance.allows(found[-1], number) for number in expected)


def _share_of_fields(expected: Any, answer: str, tolerance: Tolerance) -> float:
    wanted = list(_leaves(expected))
    for found in _objects_in(answer):
        right = sum(_is_same(value, _at(found, path), tolerance) for path, value in wanted)
        return right / len(wanted) if wanted else float(found == {})
    return 0.0


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and (value or not path):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    else:
        yield path, value


def _at(value: Any, path: tuple[str, ...]) -> Any:
    """`_MISSING` where there is nothing."""
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return _MISSING
        value = value[name]
    return value


_MISSING = object()


def _is_same(expected: Any, found: Any, tolerance: Tolerance) -> bool:
    if found is _MISSING:
        return False
    if isinstance(expected, bool) or expected is None:
        return expected is found
    if isinstance(expected, int | float):
        wanted, number = as_number(expected), as_number(found)
        return wanted is not None and number is not None and tolerance.allows(number, wanted)
    if isinstance(expected, str):
        return isinstance(found, str | int | float) and normalized(expected) == normalized(str(found))
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(_is_same(one, two, tolerance) for one, two in zip(expected, found, strict=True))
        )
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            _is_same(value, _at(found, path), tolerance) for path, value in _leaves(expected)
        )
    return False


def _objects_in(answer: str) -> Iterator[Any]:
    """JSON objects in an answer: all of it, what stands between ```, and what a brace begins; the first is meant."""
    for text in (answer, *_FENCED.findall(answer)):
        if isinstance(found := _parsed(text.strip()), dict):
            yield found
    decoder = json.JSONDecoder()
    for match in list(re.finditer(r"\{", answer))[:_MOST_STARTS]:
        try:
            found, _end = decoder.raw_decode(answer, match.start())
        except (ValueError, RecursionError):
            continue
        yield found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
