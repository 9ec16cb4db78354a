"""How many threads compute."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from fanlight.domain.tuning import USUAL, Tuning


@dataclass(frozen=True, slots=True)
class Threads:
    """`reading`: for a prompt and its pictures; `writing`: for the tokens of an answer."""

    reading: int
    writing: int

    @classmethod
    def of(cls, chosen: int, tuning: Tuning = USUAL) -> Threads:
        """`chosen` as in `LoadOptions`. A prompt keeps every core computing; a token waits for the memory, so that one
        core can be left to the rest. `tuning` may know better."""
        if chosen:
            return cls(chosen, chosen)
        cores = psutil.cpu_count(logical=False) or 1
        return cls(tuning.reading_threads or cores, tuning.writing_threads or max(1, cores - 1))
