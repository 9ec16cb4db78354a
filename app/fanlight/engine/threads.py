"""How many threads compute."""

from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Threads:
    """`reading`: for a prompt and its pictures; `writing`: for the tokens of an answer."""

    reading: int
    writing: int

    @classmethod
    def of(cls, chosen: int) -> Threads:
        """`chosen` as in `LoadOptions`. A prompt keeps every core computing; a token waits for the memory, so that one
        core can be left to the rest."""
        cores = psutil.cpu_count(logical=False) or 1
        return cls(chosen, chosen) if chosen else cls(cores, max(1, cores - 1))
