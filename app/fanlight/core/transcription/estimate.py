"""How long it will take, from how fast it went."""

from __future__ import annotations

_MEMORY = 0.9
"""What is kept of earlier steps at each one: some ten parts count."""


class Estimate:
    """Of work that is measured in seconds of sound."""

    def __init__(self) -> None:
        self._done = self._took = 0.0

    def add(self, done_seconds: float, took_seconds: float) -> None:
        self._done = _MEMORY * self._done + done_seconds
        self._took = _MEMORY * self._took + took_seconds

    def words(self, left_seconds: float) -> str:
        """For so much sound that is left; "" while nothing is known."""
        if self._done <= 0 or left_seconds <= 0:
            return ""
        minutes = left_seconds * self._took / self._done / 60
        if minutes < 1:
            return "less than a minute left"
        if minutes < 60:
            return f"about {round(minutes)} {'minute' if round(minutes) == 1 else 'minutes'} left"
        hours, rest = divmod(round(minutes / 5) * 5, 60)
        return f"about {hours} h {rest} min left" if rest else f"about {hours} h left"
