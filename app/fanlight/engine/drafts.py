"""Tokens that will probably follow, taken from what was said before: an answer that copies a table, quotes, or corrects
a text needs a fraction of the computations. A drafted token is evaluated together with the one before it, and counts
only where the model samples it.

Method: prompt lookup decoding (A. Saxena, 2023), with two brakes: nothing is drafted before some tokens in a row were
as expected, and nothing any more once drafts have cost more time than they saved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from fanlight.engine.batches import MOST_TOGETHER
from fanlight.engine.context import Context
from fanlight.engine.mtmd import Item

_KEY = 3
"""Tokens that have to be the same for what followed them to be expected again."""
_FEWEST, _MOST = 3, MOST_TOGETHER - 1
"""Tokens of a draft: eight together cost about as much as three, one by one, on a processor."""
SURE, _LEAST_SURE = 4, 64
"""Tokens that were as expected before anything is drafted; more after each draft that was wrong."""
_LOSS, _LOST_TOKENS = 0.02, 2
"""Share of the time of an answer that drafts may cost, beside the time of some tokens."""


class Expectation:
    """What the text so far says of the next tokens."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._tokens = [item if isinstance(item, int) else -1 for item in items]
        self._after: dict[tuple[int, ...], int] = {}
        for place in range(_KEY, len(self._tokens) + 1):
            self._after[tuple(self._tokens[place - _KEY : place])] = place
        self._next: int | None = None
        self._right, self._sure, self._length = 0, SURE, _FEWEST

    def add(self, token: int) -> None:
        """The next token of the text."""
        tokens = self._tokens
        if self._next is not None and self._next < len(tokens) and tokens[self._next] == token:
            self._right += 1
            self._next += 1
        else:
            self._right, self._next = 0, None
        tokens.append(token)
        key = tuple(tokens[-_KEY:])
        if self._next is None:
            self._next = self._after.get(key)
        self._after[key] = len(tokens)

    def draft(self) -> list[int]:
        """The tokens that follow the last one, if that is likely enough; else none."""
        if self._next is None or self._right < self._sure:
            return []
        draft = self._tokens[self._next : self._next + self._length]
        return draft[: draft.index(-1)] if -1 in draft else draft

    def judge(self, *, right: bool) -> None:
        """Whether all of a draft came so."""
        if right:
            self._length, self._sure = _MOST, max(SURE, self._sure // 2)
        else:
            self._length, self._sure = _FEWEST, min(_LEAST_SURE, self._sure * 2)


class DraftedTokens:
    """Adds the tokens of one answer to the context, with drafts where they pay."""

    def __init__(self, context: Context, *, greedy: bool, clock: Callable[[], float] = time.perf_counter) -> None:
        """A `greedy` answer is to be the same each time, and several tokens together are rounded otherwise than one by
        one: nothing is drafted for it."""
        self._context, self._clock = context, clock
        self._may_draft = not greedy and not context.needs_checkpoints  # those cannot take back a token
        self._expectation: Expectation | None = None
        self._drafted = self._accepted = 0
        self._together = self._alone = self._spent = self._saved = 0.0  # seconds: of the draft, of a token, of all

    def add(self, token: int) -> bool:
        """As `Context.add_token`."""
        if not self._may_draft:
            return self._context.add_token(token)
        if self._expectation is None:  # after the first token, which is waited for
            self._expectation = Expectation(self._context.items)
        self._expectation.add(token)
        if self._drafted:
            if self._context.accepts(token):
                self._accepted += 1
                if self._context.draft.is_empty:
                    self._judge(self._expectation)
                return True
            self._judge(self._expectation)
        return self._compute(token, self._draft(self._expectation))

    def _draft(self, expectation: Expectation) -> list[int]:
        if self._saved < -_LOSS * self._spent - _LOST_TOKENS * self._alone:
            return []
        return expectation.draft()[: max(0, self._context.room - self._context.used - 1)]

    def _compute(self, token: int, draft: list[int]) -> bool:
        context, began = self._context, self._clock()
        added = context.add_drafted(token, draft) if draft else context.add_token(token)
        if context.on_card:  # it works on after the call
            context.wait()
        seconds = self._clock() - began
        self._spent += seconds
        if draft:
            self._drafted, self._accepted, self._together = len(draft), 0, seconds
        else:
            self._alone = min(seconds, 1.1 * self._alone) if self._alone else seconds
        return added

    def _judge(self, expectation: Expectation) -> None:
        expectation.judge(right=self._accepted == self._drafted)
        self._saved += self._alone * (1 + self._accepted) - self._together
        self._drafted = 0
