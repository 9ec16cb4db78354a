"""Which messages fit the context: the oldest turns are dropped first, the system prompt and the newest picture stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from fanlight.domain.errors import PromptTooLong
from fanlight.domain.messages import Message
from fanlight.i18n import format_number, ngettext

FILLED = 0.6
"""Share of the context filled after an overflow, so that not every turn drops another."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Indices of the messages that stay, in order, and how many were dropped."""

    kept: tuple[int, ...]
    dropped: int


def fit(messages: Sequence[Message], tokens: Sequence[int], room: int) -> Fit:
    """Choose which of `messages`, whose costs are `tokens`, stay, so that the sum is at most `room`.

    A turn is a question with all that follows up to the next question; turns are dropped as a whole. What must stay:
    system messages, the last turn, and the turn that holds the newest picture or sound. Raises PromptTooLong when
    these alone do not fit."""
    if len(messages) != len(tokens):
        raise ValueError(f"{len(messages)} messages, {len(tokens)} costs")
    turns = _turns(messages)
    pinned = {i for i, message in enumerate(messages) if message.role == "system"}
    newest_picture = next((t for t in reversed(turns) if any(messages[i].images or messages[i].sounds for i in t)), ())
    must = pinned | set(newest_picture) | set(turns[-1] if turns else ())
    total = sum(tokens)
    gone: set[int] = set()
    for turn in turns:
        if total <= room:
            break
        if not must.issuperset(turn):
            gone.update(turn)
            total -= sum(tokens[i] for i in turn)
    if total > room:
        raise PromptTooLong(need=total, have=room)
    return Fit(tuple(i for i in range(len(messages)) if i not in gone), len(gone))


def fit_or_least(messages: Sequence[Message], tokens: Sequence[int], room: int) -> tuple[int, ...]:
    """Indices of the messages that stay, as `fit` has it; what must stay alone where that does not fit."""
    try:
        return fit(messages, tokens, room).kept
    except PromptTooLong as error:
        return fit(messages, tokens, error.need).kept


def left_out(messages: Sequence[Message], kept: Collection[int]) -> dict[int, Message]:
    staying = set(kept)
    return {index: message for index, message in enumerate(messages) if index not in staying}


def still_there(dropped: Mapping[int, Message], messages: Sequence[Message]) -> bool:
    """Whether what was left out before is a part of these: no other conversation, nor one that was edited."""
    return all(index < len(messages) - 1 and messages[index] == message for index, message in dropped.items())


def goes_on(shorter: Sequence[Message], messages: Sequence[Message]) -> bool:
    """Whether these are `shorter` and what followed, or its last text with more behind it; not of an empty one."""
    if not shorter or len(messages) < len(shorter):
        return False
    *before, last = shorter
    now = messages[len(before)]
    attached = last.images == now.images and last.sounds == now.sounds
    same = last.role == now.role and attached and now.text.startswith(last.text)
    return same and list(messages[: len(before)]) == before


def dropped_notice(count: int, context_tokens: int) -> str:
    return ngettext(
        "{count} earlier message no longer fits into the context of {tokens} tokens.",
        "{count} earlier messages no longer fit into the context of {tokens} tokens.",
        count,
    ).format(count=count, tokens=format_number(context_tokens))


def _turns(messages: Sequence[Message]) -> list[tuple[int, ...]]:
    turns: list[list[int]] = []
    for i, message in enumerate(messages):
        if message.role == "system":
            continue
        if message.role == "user" or not turns:
            turns.append([])
        turns[-1].append(i)
    return [tuple(turn) for turn in turns]
