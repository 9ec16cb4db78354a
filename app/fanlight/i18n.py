"""Text for people in the user's language: gettext, standard library only.

Sources are written in American English and marked with `_`, `ngettext` or, where they are evaluated before the language
is known, `N_`. Every text is a whole sentence with named placeholders:

    _("The file {name} is empty.").format(name=name)
"""

from __future__ import annotations

import gettext

_translations: gettext.NullTranslations = gettext.NullTranslations()


def _(message: str) -> str:
    """The text in the language in use; the English source where there is no translation."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that belongs to `count`, by the language's own plural rule."""
    return _translations.ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Marks a text for extraction; the caller translates it with `_` when it is shown."""
    return message
