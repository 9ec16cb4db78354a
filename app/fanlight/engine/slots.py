"""Slots: the conversations of the window, the panel and the command line share one context. A slot's state is saved
when another slot is used and restored when it is used again, so that nothing is evaluated twice.

Refused: two sequences in one cache (each token attends past the other's cells, and the context is shared); two contexts
(a second cache of full size, on the graphics card, too). A saved state takes memory only for its tokens (22 kB each for
SmolVLM-256M, 57 kB for Qwen2.5-VL-7B), none on the card, and copying it takes about as long as one token's attention.
llama.cpp saves cells, positions, windows and recurrent states alike.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import psutil

from fanlight.domain.messages import Image
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.engine.context import Context, SavedContext
from fanlight.engine.prompt import PromptBuilder

DEFAULT_SLOT = Slot.WINDOW
_BYTES = 2 * 2**30
_SHARE = 2  # saved states take at most 1/_SHARE of the free memory


class Slots:
    """Saved states take at most `bound_bytes` in total, and half of the free memory; the least recently used one is
    dropped first. A dropped conversation is evaluated again, its pictures without a second encode."""

    def __init__(
        self, context: Context, prompt_builder: Callable[[], PromptBuilder], bound_bytes: int = _BYTES
    ) -> None:
        self.bound_bytes = bound_bytes
        self.current = DEFAULT_SLOT
        """The slot whose conversation is in the context."""
        self._context = context
        self._new_prompt_builder = prompt_builder
        self._prompt_builders: dict[Slot, PromptBuilder] = {DEFAULT_SLOT: prompt_builder()}
        self._saved: OrderedDict[Slot, SavedContext] = OrderedDict()

    @property
    def bytes(self) -> int:
        """Size of the saved states."""
        return sum(saved.bytes for saved in self._saved.values())

    def prompt_builder(self, slot: Slot) -> PromptBuilder:
        """The builder of that slot, which keeps its dropped messages and sampled answers."""
        if slot not in self._prompt_builders:
            self._prompt_builders[slot] = self._new_prompt_builder()
        return self._prompt_builders[slot]

    def image_tokens(self, image: Image) -> int:
        return self.prompt_builder(DEFAULT_SLOT).picture_tokens(image)

    def sound_tokens(self, sound: Sound) -> int:
        return self.prompt_builder(DEFAULT_SLOT).sound_tokens(sound)

    def switch_to(self, slot: Slot) -> None:
        """Bring this slot's conversation into the context, if it was saved. Otherwise the other conversation stays in
        the cache: a common beginning, such as the system prompt, need not be evaluated again."""
        if slot == self.current:
            return
        wanted = self._saved.pop(slot, None)
        need = self._context.state_bytes
        if need and self._evict(need) and (saved := self._context.save_state()):
            self._saved[self.current] = saved
        self.current = slot
        if wanted is not None:
            self._context.restore_state(wanted)

    def clear(self) -> None:
        self._saved.clear()

    def _evict(self, need: int) -> bool:
        """Drop the least recently used states until `need` bytes can be saved; False when they can never be."""
        bound = min(self.bound_bytes, psutil.virtual_memory().available // _SHARE)
        while self._saved and self.bytes + need > bound:
            self._saved.popitem(last=False)
        return need <= bound
