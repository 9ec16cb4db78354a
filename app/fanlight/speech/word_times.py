"""Words' times and where speech is: no word begins in a pause.

The decoder's attention stretches the first word behind a pause back over it, and now and then the last one before it.
Which stretch of speech each word belongs to is the cheapest assignment in order (dynamic programming): a word lies in
the speech that it overlaps most, and a new stretch rather begins behind punctuation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fanlight.domain.speech import Word

_PAUSE_SECONDS = 0.3
"""Shorter gaps are bridged: words' ends are no more precise."""
_EARLY, _LATE = 0.1, 0.2
"""Speech begins so far before the VAD notices it, and ends so far behind, at most."""
_BRIEF = 0.3
"""The length of a word of which none is known."""
_ELSEWHERE, _STRETCHED_BACK, _STRETCHED_ON, _OUTSIDE = 0.5, 0.2, 0.5, 1.0
"""Costs, the last three a second."""
_MOST_STRETCHED = 1.0
_SKIPPED, _DIVIDED = 0.5, 0.25
"""Costs: of a stretch of speech without a word, and of one that begins where no punctuation is."""
_ENDS = (".", "!", "?", "…", ",", ";", ":", "。", "！", "？", "，", "、")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech from `start` to `end` seconds."""

    start: float
    end: float


def placed_in_speech(words: Sequence[Word], speech: Sequence[Stretch]) -> tuple[Word, ...]:
    """The words, each with its times inside one stretch of `speech`. Both are in order."""
    stretches = _bridged(speech)
    if not words or not stretches:
        return tuple(words)
    placed: list[Word] = []
    latest = 0.0
    for word, stretch in zip(words, _assigned(words, stretches), strict=True):
        if word.end <= stretch.start - _EARLY:  # all of it was aligned with the pause
            word = replace(word, start=stretch.start, end=stretch.start + min(word.end - word.start, _BRIEF))
        start = max(latest, min(max(word.start, stretch.start - _EARLY), stretch.end))
        end = max(start, min(word.end, stretch.end + _LATE))
        placed.append(replace(word, start=start, end=end))
        latest = end
    return tuple(placed)


def _bridged(speech: Sequence[Stretch]) -> list[Stretch]:
    stretches: list[Stretch] = []
    for stretch in speech:
        if stretches and stretch.start - stretches[-1].end < _PAUSE_SECONDS:
            stretches[-1] = Stretch(stretches[-1].start, stretch.end)
        else:
            stretches.append(stretch)
    return stretches


def _assigned(words: Sequence[Word], stretches: Sequence[Stretch]) -> list[Stretch]:
    """A stretch for each word, in order, at the least cost in all."""
    costs = [_SKIPPED * i + cost for i, cost in enumerate(_costs(words[0], stretches))]
    came_from: list[list[int]] = []
    for before, word in pairwise(words):
        divided = 0.0 if before.text.rstrip().endswith(_ENDS) else _DIVIDED
        best: list[int] = []
        following: list[float] = []
        for i, cost in enumerate(_costs(word, stretches)):
            reached = [costs[j] + (_SKIPPED * (i - j - 1) + divided if j < i else 0.0) for j in range(i + 1)]
            least = min(range(i + 1), key=reached.__getitem__)
            best.append(least)
            following.append(reached[least] + cost)
        came_from.append(best)
        costs = following
    ended = [cost + _SKIPPED * (len(stretches) - 1 - i) for i, cost in enumerate(costs)]
    path = [min(range(len(ended)), key=ended.__getitem__)]
    for best in reversed(came_from):
        path.append(best[path[-1]])
    return [stretches[i] for i in reversed(path)]


def _costs(word: Word, stretches: Sequence[Stretch]) -> list[float]:
    """The cost of this word in each stretch: the share of it that is spoken elsewhere, a little where it reaches beyond
    the stretch, more where it lies outside."""
    within = [max(0.0, min(word.end, each.end) - max(word.start, each.start)) for each in stretches]
    whole = sum(within)
    costs: list[float] = []
    for each, spoken in zip(stretches, within, strict=True):
        if not spoken:
            costs.append(_OUTSIDE + max(each.start - word.end, word.start - each.end, 0.0))
            continue
        back = min(max(0.0, each.start - word.start), _MOST_STRETCHED)
        on = min(max(0.0, word.end - each.end), _MOST_STRETCHED)
        costs.append(_ELSEWHERE * (1 - spoken / whole) + _STRETCHED_BACK * back + _STRETCHED_ON * on)
    return costs
