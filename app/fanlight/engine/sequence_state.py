"""llama.cpp's memory of one sequence: truncated, cleared, copied, and written back."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from fanlight.engine.backend import llama
from fanlight.engine.card_room import CardRoom

PARTIAL = 1  # LLAMA_STATE_SEQ_FLAGS_PARTIAL_ONLY: recurrent and window state, not the whole cache
WHOLE = 0

StateBytes = npt.NDArray[np.uint8]


class SequenceState:
    """Of one sequence in the llama.cpp context `handle`."""

    card_room: CardRoom | None = None

    def __init__(self, handle: int, sequence: int) -> None:
        self._handle, self._sequence = handle, sequence
        self._memory = llama.llama_get_memory(handle)

    def truncate(self, position: int) -> bool:
        """Remove what stands at `position` and after; False where the memory cannot."""
        return bool(llama.llama_memory_seq_rm(self._memory, self._sequence, position, -1))

    def oldest_position(self) -> int:
        """-1 where it is empty."""
        return int(llama.llama_memory_seq_pos_min(self._memory, self._sequence))

    def clear(self, *, data: bool) -> None:
        """Forget all tokens; with `data` overwrite their keys and values, too."""
        llama.llama_memory_clear(self._memory, data)

    def size_bytes(self) -> int:
        """Of a copy of the whole."""
        return int(llama.llama_state_seq_get_size_ext(self._handle, self._sequence, WHOLE))

    def read(self, flags: int) -> StateBytes | None:
        """A copy, WHOLE or PARTIAL; None when it could not be made."""
        size = llama.llama_state_seq_get_size_ext(self._handle, self._sequence, flags)
        if self.card_room is not None and not self.card_room.has_room_for_copy(size):
            return None
        try:
            state = np.empty(size, np.uint8)
        except MemoryError:
            return None
        got = llama.llama_state_seq_get_data_ext(self._handle, _pointer(state), size, self._sequence, flags)
        return state if got == size else None

    def write(self, state: StateBytes, flags: int) -> bool:
        """Put a copy back; False when llama.cpp does not accept it."""
        size = len(state)
        if self.card_room is not None and not self.card_room.has_room_for_copy(size):
            return False
        got: int = llama.llama_state_seq_set_data_ext(self._handle, _pointer(state), size, self._sequence, flags)
        return got == size


def _pointer(state: StateBytes) -> Any:
    return state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
