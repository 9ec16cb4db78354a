"""Who has the context: the window, the panel, the command line. A seat's conversation is copied out of the cache when
another seat asks and copied back when its own does, so that neither costs the other anything it had evaluated.

Three ways were open. Two sequences in one cache: each token of one conversation attends past the other's cells, and the
room is shared. Two contexts: a second cache of full size, on the graphics card too. Copying takes memory only for what
was said (22 kB a token for SmolVLM-256M, 57 kB for Qwen2.5-VL-7B), none on the card, and about as long as reading the
cache once, which every single token does anyway. It is the same for all kinds of memory: llama.cpp writes whole cells,
their positions, windows and recurrent states.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import psutil

from fanlight.domain.slots import Slot
from fanlight.engine.context import Context, SavedContext
from fanlight.engine.prompt import PromptBuilder

FIRST = Slot.WINDOW
_BYTES = 2 * 2**30
_SHARE = 2  # of what is free, no more than one in so many


class Slots:
    """Conversations put aside take at most 2 GiB together, and half of the free memory; the one that was not asked for
    the longest time is given up first. What was given up is evaluated again, its pictures without a second encode."""

    def __init__(self, context: Context, prompter: Callable[[], PromptBuilder], bound_bytes: int = _BYTES) -> None:
        self.bound_bytes = bound_bytes
        self.taken = FIRST
        """Whose conversation is in the context."""
        self._context = context
        self._prompter = prompter
        self._prompters: dict[Slot, PromptBuilder] = {FIRST: prompter()}
        self._aside: OrderedDict[Slot, SavedContext] = OrderedDict()

    @property
    def bytes(self) -> int:
        """What the conversations put aside take."""
        return sum(aside.bytes for aside in self._aside.values())

    def prompter(self, slot: Slot) -> PromptBuilder:
        """Each seat's own: which messages left its conversation, and as which tokens its answers were sampled."""
        if slot not in self._prompters:
            self._prompters[slot] = self._prompter()
        return self._prompters[slot]

    def take(self, slot: Slot) -> None:
        """From now on the context holds this seat's conversation, as far as it was kept. For one that has none, the
        other's stays where it is: what both begin with, such as the system prompt, need not be evaluated again."""
        if slot == self.taken:
            return
        back = self._aside.pop(slot, None)
        need = self._context.aside_bytes
        if need and self._make_room(need) and (aside := self._context.put_aside()):
            self._aside[self.taken] = aside
        self.taken = slot
        if back is not None:
            self._context.take_up(back)

    def clear(self) -> None:
        self._aside.clear()

    def _make_room(self, need: int) -> bool:
        """Whether `need` bytes can be put aside, when those that waited longest are given up."""
        bound = min(self.bound_bytes, psutil.virtual_memory().available // _SHARE)
        while self._aside and self.bytes + need > bound:
            self._aside.popitem(last=False)
        return need <= bound
