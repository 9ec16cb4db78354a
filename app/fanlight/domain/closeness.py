"""How close together words stand in a text. `places` has for each word the (start, end) of all its places, in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Span = tuple[int, int]


def tightest(places: Sequence[Sequence[Span]]) -> Span | None:
    """The shortest part of the text with a place of each word, of equal ones the first; None where one is missing."""
    windows = ((min(window)[0], max(end for _start, end in window)) for window in _windows(places))
    return min(windows, key=lambda span: (span[1] - span[0], span[0]), default=None)


def are_near(places: Sequence[Sequence[Span]], most: int) -> bool:
    """As FTS5 understands NEAR: at most so much between the end of each word and the beginning of the last one."""
    return any(max(window)[0] - min(end for _start, end in window) <= most for window in _windows(places))


def _windows(places: Sequence[Sequence[Span]]) -> Iterator[tuple[Span, ...]]:
    """At each place of a word: it, and the last place of each other word before it."""
    last: dict[int, Span] = {}
    for span, word in sorted((span, word) for word, spans in enumerate(places) for span in spans):
        last[word] = span
        if len(last) == len(places):
            yield tuple(last.values())
