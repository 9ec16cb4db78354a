"""How long the rest of a recording takes, from the speed so far."""

from __future__ import annotations

from fanlight.i18n import _, ngettext

_DECAY = 0.9
"""Weight of the earlier steps at each new one: about the last ten count."""


class Estimate:
    """Work is measured in seconds of sound."""

    def __init__(self) -> None:
        self._done = self._took = 0.0

    def add(self, done_seconds: float, took_seconds: float) -> None:
        self._done = _DECAY * self._done + done_seconds
        self._took = _DECAY * self._took + took_seconds

    def remaining_text(self, left_seconds: float) -> str:
        """The time for `left_seconds` of sound, in words; empty while nothing is known."""
        if self._done <= 0 or left_seconds <= 0:
            return ""
        minutes = left_seconds * self._took / self._done / 60
        if minutes < 1:
            return _("less than a minute left")
        if minutes < 60:
            count = round(minutes)
            return ngettext("about {count} minute left", "about {count} minutes left", count).format(count=count)
        hours, rest = divmod(round(minutes / 5) * 5, 60)
        if rest:
            return _("about {hours} h {minutes} min left").format(hours=hours, minutes=rest)
        return _("about {hours} h left").format(hours=hours)
