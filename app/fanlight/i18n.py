"""Text for people in the user's language, and numbers as that language writes them: gettext, standard library only.

Sources are written in American English and marked with `_`, `ngettext`, `pgettext` or, where they are evaluated before
the language is known, `N_`. Every text is a whole sentence with named placeholders:

    _("The file {name} is empty.").format(name=name)

Catalogs are `resources/locale/<language>/LC_MESSAGES/fanlight.po`; the .mo files beside them are what is read, and
`packaging/compile_messages.py` makes them. A catalog that is missing or damaged leaves the texts in English.
"""

from __future__ import annotations

import gettext
import logging
import os
import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

log = logging.getLogger(__name__)

DOMAIN = "fanlight"
SOURCE_LANGUAGE = "en"

_UNREADABLE = (OSError, ValueError, LookupError, EOFError, struct.error)
"""What `gettext` raises for a damaged .mo file."""

_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = SOURCE_LANGUAGE


def _(message: str) -> str:
    """The text in the language in use; the English source where there is no translation."""
    return message and _translations.gettext(message)  # gettext answers "" with the catalog's header


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that belongs to `count`, by the language's own plural rule."""
    return _translations.ngettext(singular, plural, count)


def pgettext(context: str, message: str) -> str:
    """For a word with two meanings; `context` is shown to translators only."""
    return _translations.pgettext(context, message)


def N_(message: str) -> str:  # noqa: N802 (gettext's own name)
    """Marks a text for extraction; the caller translates it with `_` when it is shown."""
    return message


def use(language: str, folder: Path | None = None) -> None:
    """Use the catalog of `language` ("de", "pt_BR") in `folder`; "" is the system's language. English stands in."""
    global _translations, _language
    _translations, _language = gettext.NullTranslations(), SOURCE_LANGUAGE
    for code in [language] if language else system_languages():
        if _base(code) == SOURCE_LANGUAGE:
            return
        if (catalog := _load_catalog(code, folder or catalogs())) is not None:
            _translations, _language = catalog, code.partition("@")[0]
            return


@cache
def _texts(language: str, folder: Path) -> gettext.NullTranslations | None:
    return gettext.NullTranslations() if _base(language) == SOURCE_LANGUAGE else _load_catalog(language, folder)


def texts_in(language: str) -> gettext.NullTranslations:
    """The texts in `language` ("de"), for what is spoken in it; those in use where it is "" or not translated. They are
    marked by `N_`, or are those of `ngettext`."""
    found = _texts(language, catalogs()) if language else None
    return _translations if found is None else found


def language_in_use() -> str:
    """Its code without a modifier: "en" without a catalog."""
    return _language


def languages(folder: Path | None = None) -> dict[str, str]:
    """Codes of all languages that can be used, with their own names; English first, the others by name."""
    folder = folder or catalogs()
    codes = sorted(path.parents[1].name for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    loaded = {code: catalog for code in codes if (catalog := _load_catalog(code, folder)) is not None}
    names = {code: catalog.pgettext("name of the language in itself", "English") for code, catalog in loaded.items()}
    return {SOURCE_LANGUAGE: "English"} | dict(sorted(names.items(), key=lambda item: sort_key(item[1])))


def system_languages() -> list[str]:
    """The languages of the environment, first choice first, with its modifiers ("sr_RS@latin"); empty where it names
    none. As in GNU gettext, the list in LANGUAGE does not count where the locale is C."""
    locales = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, locales), "")
    wanted = "" if locale in ("C", "POSIX") else os.environ.get("LANGUAGE", "")
    codes = [re.sub(r"\.[^@]*", "", code) for code in (wanted.split(":") if wanted.strip(":") else [locale])]
    return [SOURCE_LANGUAGE if code in ("C", "POSIX") else code for code in codes if code]


def catalogs() -> Path:
    """The folder of the catalogs: in the package in a wheel, in `resources` at the top of a checkout."""
    package = Path(__file__).parent
    inside = package / "_resources" / "locale"
    return inside if inside.is_dir() else package.parents[1] / "resources" / "locale"


def format_number(value: int) -> str:
    """With the digits grouped: 1,234,567."""
    return _grouped(f"{value:,}")


def format_decimal(value: float, digits: int) -> str:
    """With `digits` behind the decimal separator: 1,234.5."""
    whole, point, behind = f"{value:,.{digits}f}".partition(".")
    # Translators: what parts a whole number from its decimals.
    return _grouped(whole) + (pgettext("decimal separator", ".") if point else "") + behind


def format_percent(share: float) -> str:
    """`share` of 1 in whole percent: 25%."""
    return pgettext("percent", "{number}%").format(number=format_number(round(100 * share)))


def sort_key(text: str) -> tuple[str, str]:
    """The order of a dictionary: accents and capitals count only between words that are equal otherwise."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return bare.casefold(), text


def _grouped(number: str) -> str:
    """`number` with commas, as the language groups it."""
    # Translators: how many digits the smallest whole number has that is grouped: 4 for 1,234; 5 for 1234 and 12,345.
    fewest = int(pgettext("digits of the smallest grouped number", "4"))
    if sum(char.isdigit() for char in number) < fewest:
        return number.replace(",", "")
    # Translators: what parts groups of three digits.
    return number.replace(",", pgettext("thousands separator", ","))


def _base(code: str) -> str:
    """Without country and modifier."""
    return re.split("[_@]", code)[0]


def _load_catalog(language: str, folder: Path) -> gettext.NullTranslations | None:
    try:
        return gettext.translation(DOMAIN, folder, [language])
    except FileNotFoundError:
        log.info("no catalog for the language %r", language)
    except _UNREADABLE as error:
        log.warning("the catalog of the language %r cannot be read: %s", language, error)
    return None
