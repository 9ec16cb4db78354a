"""Which expected names may have been said in place of what was heard: those that sound like some of its words.

Method: retrieval of contextual phrases by sound before biased decoding, as in Lei et al. 2024 (arXiv 2409.15353), with
spelling reduced to classes of sounds in place of a trained retriever.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

_MOST_WORDS = 4
"""Of what was heard, for one name: "cooper netties" for Kubernetes."""
_SIMILAR, _SHORT = 0.78, 4
"""Of the sounds of both; a name of so few must sound the same."""
_MOST_NAMES = 12
"""The best ones: a prompt of many names makes the decoder write them."""

_SPELLINGS = (
    (r"sch|tch|sh|ch|ti(?=o)", "s"), (r"ph", "f"), (r"gh(?=t|\b)", ""), (r"th", "t"), (r"wh", "w"), (r"ck|qu?", "k"),
    (r"c(?=[eiy])", "s"), (r"c", "k"), (r"x", "ks"), (r"\bps", "s"), (r"\bkn", "n"), (r"\bwr", "r"),
    (r"j|g(?=[eiy])", "s"),
)  # fmt: skip
_CLASSES = str.maketrans({"z": "s", "d": "t", "b": "p", "g": "k", "v": "f", "w": "f", "y": "i", "m": "n", "h": None})
_VOWELS, _TWICE = re.compile(r"[aeiou]+"), re.compile(r"(.)\1+")


def similar_names(heard: str, names: Sequence[str]) -> tuple[str, ...]:
    """The best first, without those that are written in `heard`."""
    spoken = {key: None for key in map(sounds, _phrases(_words(heard))) if key}
    known = set(names_written(heard, names))
    likeness = {name: _likeness(sounds(name), spoken) for name in names if name not in known}
    found = sorted((name for name in likeness if likeness[name]), key=lambda name: -likeness[name])
    return tuple(found[:_MOST_NAMES])


def names_written(text: str, names: Sequence[str]) -> list[str]:
    """Those that are in it, as whole words."""
    written = f" {' '.join(_words(text)).casefold()} "
    return [name for name in names if f" {' '.join(_words(name)).casefold()} " in written]


@lru_cache(maxsize=4_096)
def sounds(text: str) -> str:
    """Consonants by class, each group of vowels as one: "Kubernetes" and "cooper netties" are both "kaparnatas"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub(r"[^\w]|[\d_]", "", plain)
    for spelling, sound in _SPELLINGS:
        plain = re.sub(spelling, sound, plain)
    return _TWICE.sub(r"\1", _VOWELS.sub("a", plain.translate(_CLASSES).replace("i", "a")))


def _phrases(words: Sequence[str]) -> Iterator[str]:
    for count in range(1, _MOST_WORDS + 1):
        for i in range(len(words) - count + 1):
            yield "".join(words[i : i + count])


def _likeness(key: str, spoken: dict[str, None]) -> float:
    """0 where nothing that was spoken is like it."""
    if key in spoken:
        return 1.0 if len(key) > 2 else 0.0
    if len(key) <= _SHORT:
        return 0.0
    best = 0.0
    for other in spoken:
        if abs(len(other) - len(key)) <= len(key) * (1 - _SIMILAR) * 2:
            matcher = SequenceMatcher(None, other, key, autojunk=False)
            if matcher.real_quick_ratio() >= _SIMILAR and matcher.quick_ratio() >= _SIMILAR:
                best = max(best, matcher.ratio())
    return best if best >= _SIMILAR else 0.0


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text)
