"""What a rewritten text changes, word by word: parts that stayed, were removed, and were added."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Change = Literal["same", "removed", "added"]

_MOST_PAIRS = 400_000
"""Of words that are compared with each other. What is longer is compared by sentences, and within those that differ."""
_ALONE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""Scripts that part their words by nothing: each character counts as one."""
_WORDS = re.compile(rf"(?:[{_ALONE}]|[^\W{_ALONE}]+(?:['’][^\W{_ALONE}]+)*|[^\w\s])\s*|\s+")
"""Each with the spaces after it."""
_SENTENCES = re.compile(r"[^\n.!?。！？]*(?:[.!?。！？]+\s*|\n+)|[^\n.!?。！？]+")


@dataclass(frozen=True, slots=True)
class ChangedPart:
    change: Change
    text: str


def difference(before: str, after: str) -> tuple[ChangedPart, ...]:
    """Without the removed parts it is `after`, without the added ones `before`."""
    if _are_few(before, after):
        return tuple(_merged(_by_words(before, after)))
    return tuple(_merged(_by_sentences(before, after)))


def likeness(parts: Sequence[ChangedPart]) -> float:
    """From 0, nothing stayed, to 1, nothing changed; by characters that are no spaces."""
    counts = {"same": 0, "removed": 0, "added": 0}
    for part in parts:
        counts[part.change] += len("".join(part.text.split()))
    whole = 2 * counts["same"] + counts["removed"] + counts["added"]
    return 2 * counts["same"] / whole if whole else 1.0


def _are_few(before: str, after: str) -> bool:
    return len(before.split()) * len(after.split()) <= _MOST_PAIRS and len(before) * len(after) <= 40 * _MOST_PAIRS


def _by_words(before: str, after: str) -> Iterator[ChangedPart]:
    """Spaces are no words: where they alone differ, the word stays."""
    words, others = _WORDS.findall(before), _WORDS.findall(after)
    keys, other_keys = [word.rstrip() for word in words], [word.rstrip() for word in others]
    for kind, start, end, other_start, other_end in SequenceMatcher(
        None, keys, other_keys, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            yield ChangedPart("removed", "".join(words[start:end]))
            yield ChangedPart("added", "".join(others[other_start:other_end]))
            continue
        for word, other, key in zip(words[start:end], others[other_start:other_end], keys[start:end], strict=True):
            yield ChangedPart("same", word if word == other else key)
            if word != other:
                yield ChangedPart("removed", word[len(key) :])
                yield ChangedPart("added", other[len(key) :])


def _by_sentences(before: str, after: str) -> Iterator[ChangedPart]:
    rows, others = _SENTENCES.findall(before), _SENTENCES.findall(after)
    for kind, start, end, other_start, other_end in SequenceMatcher(None, rows, others).get_opcodes():
        was, now = "".join(rows[start:end]), "".join(others[other_start:other_end])
        if kind == "equal":
            yield ChangedPart("same", was)
        elif was and now and _are_few(was, now):
            yield from _by_words(was, now)
        else:
            yield ChangedPart("removed", was)
            yield ChangedPart("added", now)


def _merged(parts: Iterable[ChangedPart]) -> Iterator[ChangedPart]:
    """Neighbours of one kind are one; of what was changed in a row, the removed comes first."""
    same = removed = added = ""
    for part in parts:
        if part.change == "same" and part.text:
            yield from _filled(removed=removed, added=added)
            same, removed, added = same + part.text, "", ""
        elif part.text:
            yield from _filled(same=same)
            same = ""
            removed += part.text if part.change == "removed" else ""
            added += part.text if part.change == "added" else ""
    yield from _filled(same=same, removed=removed, added=added)


def _filled(same: str = "", removed: str = "", added: str = "") -> Iterator[ChangedPart]:
    kinds: tuple[tuple[Change, str], ...] = (("same", same), ("removed", removed), ("added", added))
    return (ChangedPart(kind, text) for kind, text in kinds if text)
