"""A stop flag that C code can read: one per job, so that stopping one job never affects the next."""

from __future__ import annotations

import ctypes


class StopFlag:
    """Set and read from any thread and, through `address`, from C. `answer_wanted`: the model is to end its thinking.

    The buffer is two bytes, "" before and "\\x01" after: `strlen(address)` is the flag's value, so libc's function
    serves as llama.cpp's abort callback without the GIL."""

    __slots__ = ("_buffer", "answer_wanted")

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)
        self.answer_wanted = False

    def set(self) -> None:
        self._buffer[0] = b"\x01"

    def clear(self) -> None:
        """For work that was stopped and is taken up again."""
        self._buffer[0] = b"\x00"

    def is_set(self) -> bool:
        return self._buffer[0] != b"\x00"

    @property
    def address(self) -> int:
        """Valid as long as this object lives."""
        return ctypes.addressof(self._buffer)
