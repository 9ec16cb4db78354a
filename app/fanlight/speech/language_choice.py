"""The language of a passage: heard anew in each, and changed only where another one is heard clearly.

A decoder that is given the wrong language translates without a word about it, or writes nonsense.
"""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.speech.whisper_passes import Language

_CLEAR, _CLEAR_BRIEFLY, _BRIEF_SECONDS = 0.75, 0.95, 2.5
"""So probable another language has to be; in a passage of less than so many seconds, the second."""
_RARE = frozenset(("br", "fo", "haw", "jw", "la", "ln", "mi", "nn", "oc", "sa", "sn", "su", "tl", "yi"))
_RARITY = 0.1
"""Languages that Whisper learned from few hours, and finds in digits, names, noise and synthetic voices. One of them is
taken where it is ten times as probable as any other."""


def by_probability(found: Sequence[Language]) -> list[Language]:
    """The most probable first, with what is known of the model's mistakes."""
    return sorted(found, key=lambda each: each.certainty * (_RARITY if each.code in _RARE else 1.0), reverse=True)


def chosen_language(found: Sequence[Language], seconds: float, likely: str | None) -> Language:
    """The most probable of `found`, most probable first; `likely`, the language before, unless the other is clear."""
    best = found[0] if found else Language(likely or "en", 0.0)
    if likely is None or best.code == likely or best.certainty >= _clear(seconds):
        return best
    return next((language for language in found if language.code == likely), best)


def passage_languages(
    found: Sequence[Sequence[Language]], seconds: Sequence[float], likely: str | None
) -> tuple[str, ...]:
    """The language of each passage; `found` is empty for one that is too short to tell. The first that is heard clearly
    is the likely one of those before it, too."""
    if likely is None:
        clear = [
            each[0] for each, length in zip(found, seconds, strict=True) if each and each[0].certainty >= _clear(length)
        ]
        likely = clear[0].code if clear else _most_probable(found, seconds)
    codes: list[str] = []
    for each, length in zip(found, seconds, strict=True):
        likely = chosen_language(each, length, likely).code
        codes.append(likely)
    return tuple(codes)


def _clear(seconds: float) -> float:
    return _CLEAR if seconds >= _BRIEF_SECONDS else _CLEAR_BRIEFLY


def _most_probable(found: Sequence[Sequence[Language]], seconds: Sequence[float]) -> str | None:
    """Over all passages, by their length."""
    shares: dict[str, float] = {}
    for each, length in zip(found, seconds, strict=True):
        for language in each:
            shares[language.code] = shares.get(language.code, 0.0) + language.certainty * length
    return max(shares, key=shares.__getitem__, default=None)
