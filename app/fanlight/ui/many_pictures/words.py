"""How long it still takes, in words."""

from __future__ import annotations

from fanlight.i18n import _, ngettext

_MINUTE, _HOUR = 60, 3600


def left_words(seconds: float) -> str:
    """Rounded up: nobody plans by seconds."""
    if seconds < _MINUTE:
        return _("less than a minute left")
    if seconds < 2 * _HOUR:
        minutes = -int(-seconds // _MINUTE)
        return ngettext("about {count} minute left", "about {count} minutes left", minutes).format(count=minutes)
    hours = -int(-seconds // _HOUR)
    return ngettext("about {count} hour left", "about {count} hours left", hours).format(count=hours)
