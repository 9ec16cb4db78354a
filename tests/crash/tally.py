"""Counts over many crashes."""

from __future__ import annotations

from dataclasses import dataclass, field

from crash.case import Found


@dataclass(slots=True)
class Tally:
    """`promised` counts each promise once for each crash it has survived."""

    case: str
    way: str
    runs: int = 0
    promised: int = 0
    lost: list[str] = field(default_factory=list)
    unopened: int = 0

    def add(self, found: Found, said: list[str]) -> list[str]:
        """Count one crash; the promises that hold from here on. What is lost is counted once."""
        self.runs += 1
        self.promised += found.promised
        self.lost += found.lost
        self.unopened += not found.opens
        return [] if found.lost or found.over else said

    def skip(self) -> None:
        """A crash after which nothing was looked at."""
        self.runs += 1

    @property
    def good(self) -> bool:
        """Nothing is lost, of something: where nothing was promised, nothing was tried."""
        return not self.lost and not self.unopened and bool(self.promised)

    def row(self) -> str:
        return f"{self.case:<16}{self.way:<12}{self.runs:>6}{self.promised:>11}{len(self.lost):>6}{self.unopened:>10}"


HEAD = f"{'what':<16}{'ended by':<12}{'runs':>6}{'promises':>11}{'lost':>6}{'unopened':>10}"
