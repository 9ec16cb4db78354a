"""Asks graphics devices for memory before llama.cpp does.

Its buffers on a device grow with what is computed, and it ends the process where another program has taken the memory
for them meanwhile. So whatever is larger than anything of its kind before is computed only where the device gives as
much as that may take; otherwise a sentence says so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from fanlight.domain.errors import OutOfMemory
from fanlight.engine import devices, logs
from fanlight.i18n import _

_BESIDES_BYTES = 16 << 20
_CELLS = 256
"""llama.cpp computes with so many cells of its cache more at a time."""
_INNER = 32
"""Bytes of a token's intermediate results for each number of the model's width."""
_MASK_BYTES, _SCORE_BYTES = 6, 2
"""For each token and cell: its mask, and its scores in each head, which flash attention has not."""


class CardRoom:
    """On the devices of these names, for a model that has so many numbers for a token (`width`), `layers`, and `heads`
    whose scores are kept: 0 with flash attention."""

    def __init__(self, names: Sequence[str], width: int = 0, layers: int = 0, heads: int = 0) -> None:
        self._names = tuple(names)
        self._token_bytes, self._pair_bytes = _INNER * width, _MASK_BYTES + _SCORE_BYTES * heads
        self._layers = max(1, layers)
        self._known: dict[object, int] = {}
        self._computed: set[tuple[int, int]] = set()

    def check_tokens(self, count: int, cells: int) -> None:
        """Before `count` tokens are evaluated at once, the last of them in the cell number `cells`. Raises OutOfMemory.

        The part of flash attention that shares its work among processors grows and shrinks with both numbers, so a
        computation that is smaller than others before may still take a little more.
        """
        blocks = -(-cells // _CELLS)
        if (count, blocks) in self._computed:  # the hot path ends here
            return
        kind = (count - 1).bit_length()
        needed = _BESIDES_BYTES
        if blocks > self._known.get(kind, 0):
            needed += (1 << kind) * (self._token_bytes + blocks * _CELLS * self._pair_bytes)
        self._ask(needed)
        self._known[kind] = max(blocks, self._known.get(kind, 0))
        self._computed.add((count, blocks))

    def check_picture(self, tokens: int, needed_bytes: int) -> None:
        """Before a picture, or a tile of one, is encoded. Raises OutOfMemory."""
        if tokens > self._known.get("picture", 0):
            self._ask(needed_bytes)
            self._known["picture"] = tokens

    def has_room_for_copy(self, state_bytes: int) -> bool:
        """Before a state of so many bytes is copied from the devices, or to them: that is done layer by layer."""
        if state_bytes > self._known.get("state", 0):
            if not self._is_given(_BESIDES_BYTES + 2 * state_bytes // self._layers):
                return False
            self._known["state"] = state_bytes
        return True

    def _ask(self, size: int) -> None:
        if not self._is_given(size):
            raise OutOfMemory(
                _("Other programs have taken the graphics card's memory: there is too little left for this."),
                _("Close programs that use it, or choose the model again: it then takes what is left there."),
            )

    def _is_given(self, size: int) -> bool:
        try:
            return all(devices.has_room(devices.handle_of(name), size) for name in self._names)
        except LookupError:
            return False
        finally:
            logs.drain(logging.DEBUG)  # llama.cpp calls it an error
