"""A flag that C code can look at: one a job, so that stopping one job never reaches the next."""

from __future__ import annotations

import ctypes


class StopFlag:
    """Set from any thread, looked at from any thread and, through `address`, from C.

    The buffer is two bytes, "" before and "\\x01" after: `strlen(address)` is the flag's value, which lets libc's own
    function serve llama.cpp as abort callback without taking Python's lock.
    """

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = ctypes.create_string_buffer(2)

    def set(self) -> None:
        self._buffer[0] = b"\x01"

    def is_set(self) -> bool:
        return self._buffer[0] != b"\x00"

    @property
    def address(self) -> int:
        """Valid as long as this object lives."""
        return ctypes.addressof(self._buffer)
