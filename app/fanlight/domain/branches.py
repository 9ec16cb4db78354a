"""The branches of a conversation. Each message follows one (0: none), and several may follow the same: an edited
question, another answer. One branch is shown, from a first message to its end.

`parents` has the number of the message that each follows, the older ones first; a message is newer than the one that
it follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Parents = Mapping[int, int]


def whole_parents(rows: Iterable[tuple[int, object]]) -> dict[int, int]:
    """Of (number, what it follows) in the order of the numbers. What follows nothing that is known follows the one
    before it."""
    parents: dict[int, int] = {}
    last = 0
    for number, wanted in rows:
        is_known = isinstance(wanted, int) and (wanted == 0 or wanted in parents)
        parents[number] = wanted if is_known and isinstance(wanted, int) else last
        last = number
    return parents


def path_to(parents: Parents, end: int) -> list[int]:
    """All up to `end`, from the first one on."""
    found: list[int] = []
    while end:
        found.append(end)
        end = parents[end]
    return found[::-1]


def followers(parents: Parents) -> dict[int, list[int]]:
    """What follows each, the older ones first; those that follow none are under 0."""
    found: dict[int, list[int]] = {}
    for number, parent in parents.items():
        found.setdefault(parent, []).append(number)
    return found


def all_after(parents: Parents, first: int) -> list[int]:
    """`first`, and all that follow it in any branch, the older ones first."""
    found = {first}
    for number, parent in parents.items():
        if parent in found:
            found.add(number)
    return sorted(found & parents.keys())


def steps_to(parents: Parents, end: int) -> tuple[int, ...]:
    """Which of those beside it each one on the way to `end` is, from 0 on: what `end_of_steps` finds again where the
    numbers are others. () where it is not there."""
    if end not in parents:
        return ()
    beside = followers(parents)
    return tuple(beside[parents[number]].index(number) for number in path_to(parents, end))


def end_of_steps(parents: Parents, steps: Iterable[int]) -> int:
    """Where they lead, as far as they do."""
    beside = followers(parents)
    here = 0
    for step in steps:
        if step >= len(beside.get(here, ())):
            break
        here = beside[here][step]
    return here
