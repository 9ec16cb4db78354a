"""Rules of a grammar that contain themselves twice in a row: their number of readings multiplies with each character,
and llama.cpp keeps a stack for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

Refs = Sequence[str | None]
"""The elements of an alternative: names of rules, None for characters."""
MOST_STEPS = 2_000_000


class TooLargeToTell(Exception):
    """There are too many rules to follow."""


class AmbiguityFinder:
    """`empty`: the rules that may be empty."""

    def __init__(self, rules: Mapping[str, Sequence[Refs]], empty: set[str]) -> None:
        self._rules, self._empty = rules, empty
        self._steps = 0
        self._starts: dict[str, frozenset[str]] = {}
        self._ends: dict[str, frozenset[str]] = {}

    def find(self) -> str | None:
        """A rule in which one that can end with itself is followed by itself. Raises TooLargeToTell."""
        for name, alternatives in self._rules.items():
            for refs in alternatives:
                for index, ref in enumerate(refs):
                    if ref is not None and self._repeats(ref, self._outer(refs[index + 1 :])):
                        return name
        return None

    def _repeats(self, first: str, following: list[str]) -> bool:
        if not following:
            return False
        again = self._starting(first) & frozenset[str]().union(*map(self._starting, following))
        return any(rule in self._starting_of_ends(rule) for rule in again)

    def _starting_of_ends(self, rule: str) -> frozenset[str]:
        """The rules that can begin at the end of `rule`, inside it."""
        return frozenset[str]().union(*map(self._starting, self._ending(rule) - {rule}))

    def _outer(self, refs: Refs) -> list[str]:
        """The rules with which the elements can begin."""
        found = []
        for ref in refs:
            if ref is not None:
                found.append(ref)
            if ref not in self._empty:
                break
        return found

    def _starting(self, rule: str) -> frozenset[str]:
        return self._closure(rule, self._starts, self._outer)

    def _ending(self, rule: str) -> frozenset[str]:
        return self._closure(rule, self._ends, lambda refs: self._outer(refs[::-1]))

    def _closure(
        self, rule: str, known: dict[str, frozenset[str]], outer: Callable[[Refs], list[str]]
    ) -> frozenset[str]:
        """`rule` and all that it can begin (or end) with."""
        if rule not in known:
            found, waiting = {rule}, [rule]
            while waiting:
                for refs in self._rules[waiting.pop()]:
                    self._steps += 1 + len(refs)
                    for inner in outer(refs):
                        if inner not in found:
                            found.add(inner)
                            waiting.append(inner)
                if self._steps > MOST_STEPS:
                    raise TooLargeToTell
            known[rule] = frozenset(found)
        return known[rule]
