"""JSON files that people edit: what a text editor adds is taken, and one broken entry costs that entry alone.

Text is UTF-8, with or without a byte order mark, or UTF-16 with one, as editors on Windows write it. Bytes that are no
UTF-8 (names of files) are kept as they are: `written` and `read_object` agree on that.
"""

from __future__ import annotations

import codecs
import json
import logging
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.errors import StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.domain.path_kinds import shortened
from fanlight.i18n import _, ngettext

log = logging.getLogger(__name__)

_DECODER = json.JSONDecoder()
MOST_NESTED = 100
"""Lists and objects inside each other; what is nested deeper can be read and not be written again."""
_MOST_NAMES, _NAME_CHARACTERS = 5, 40
_MOST_BROKEN, _MOST_READ_TWICE = 1000, 10_000_000
"""Places that cannot be read, and characters behind them, after which the rest of a file is left alone."""
_KEY = re.compile(r'"((?:[^"\\\n]|\\.)*)"\s*:\s*')


@dataclass(frozen=True, slots=True)
class EditedObject:
    """`broken`: names of the entries that could not be read. `is_json`: it is as it should be; where it is not, what
    no entry is, such as a remark, is missing here."""

    values: dict[str, Any]
    broken: tuple[str, ...] = ()
    is_json: bool = True


def read_object(path: Path) -> EditedObject:
    """The object in that file. Raises OSError, and ValueError where nothing of it can be read."""
    text = _text(path.read_bytes())
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        values, broken = _salvaged(text)
        if not values:
            raise ValueError("no JSON") from None
        return EditedObject(values, tuple(broken), is_json=False)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    if deep := [name for name, value in found.items() if _is_deep(value)]:
        return EditedObject({name: found[name] for name in found if name not in deep}, tuple(deep), is_json=False)
    return EditedObject(found)


def salvaged_objects(text: str) -> list[dict[str, Any]]:
    """The objects in a list that is broken somewhere; those that are not whole are left out."""
    found: list[dict[str, Any]] = []
    salvage, at = _Salvage(text), text.find("{")
    while at >= 0 and salvage.goes_on:
        try:
            value, at = salvage.value(at)
            found.append(value)
        except _NoValueError as error:
            at = max(at + 1, error.end)
        at = text.find("{", at)
    return found


def shown_names(names: Iterable[str]) -> str:
    """Of entries, as a sentence takes them: a few, each once."""
    different = list(dict.fromkeys(names))
    shown = [f"“{shortened(name, _NAME_CHARACTERS)}”" for name in different[:_MOST_NAMES]]
    return ", ".join([*shown, "…"] if len(different) > _MOST_NAMES else shown)


def read_text(path: Path) -> str:
    """The text of a file that people edit. Raises OSError, and UnicodeDecodeError for half a UTF-16 character."""
    return _text(path.read_bytes())


def written(values: Mapping[str, Any]) -> bytes:
    """As it is written to a file; what has no UTF-8 form becomes an escape of JSON."""
    return json.dumps(values, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace")


def keep_broken(path: Path) -> str:
    """Keep a copy of the file beside it, before it is written again; its name. An equal copy is not made twice. Raises
    OSError."""
    data = path.read_bytes()
    for copy in _free_names(path):
        if copy.exists() and copy.read_bytes() == data:
            return copy.name
        if not copy.exists():
            shutil.copyfile(path, copy)
            return copy.name
    return ""


def set_aside_broken(path: Path) -> str:
    """Rename the file, of which nothing can be read; its new name. Raises OSError."""
    name = keep_broken(path)
    path.unlink()
    return name


def _text(data: bytes) -> str:
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(mark):
            return data.decode("utf-16", "surrogatepass")
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _salvaged(text: str) -> tuple[dict[str, Any], list[str]]:
    """The entries of an object that is broken somewhere, and the names of those that cannot be read."""
    values: dict[str, Any] = {}
    broken: list[str] = []
    key = _KEY.search(text)
    salvage = _Salvage(text)
    while key is not None and salvage.goes_on:
        end = key.end()
        try:
            values[key[1]], end = salvage.value(end)
        except _NoValueError as error:
            broken.append(key[1])
            end = error.end
        key = _KEY.search(text, end)
    return values, broken


class _NoValueError(ValueError):
    """`end`: where the next one may be."""

    def __init__(self, end: int) -> None:
        super().__init__()
        self.end = end


class _Salvage:
    """Values out of a text that is broken somewhere."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._broken = self._read_twice = 0

    @property
    def goes_on(self) -> bool:
        return self._broken < _MOST_BROKEN and self._read_twice < _MOST_READ_TWICE

    def value(self, at: int) -> tuple[Any, int]:
        """The value that begins there, and where it ends. Raises _NoValueError."""
        try:
            value, end = _DECODER.raw_decode(self._text, at)
        except (ValueError, RecursionError) as error:
            self._broken += 1
            self._read_twice += max(0, getattr(error, "pos", at) - at)
            raise _NoValueError(at) from None
        if _is_deep(value):
            self._broken += 1
            raise _NoValueError(end)
        return value, end


def _is_deep(value: object) -> bool:
    level = [value]
    for _unused in range(MOST_NESTED):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _free_names(path: Path) -> Iterator[Path]:
    yield path.with_suffix(".broken")
    for number in range(2, 1000):
        yield path.with_name(f"{path.stem}-{number}.broken")


def unreadable_settings(path: Path, error: Exception) -> StoreError:
    sentence = _("The settings in {file} cannot be read; the defaults apply.").format(file=path.name)
    if isinstance(error, OSError):
        return StoreError(sentence, _("Check {path}: {reason}.").format(path=path, reason=os_reason(error)))
    try:
        kept = set_aside_broken(path)
    except OSError as second:
        log.warning("and cannot be set aside: %s", second)
        return StoreError(sentence, _("Check {path}.").format(path=path))
    return StoreError(sentence, _("The file is kept as {file}.").format(file=kept))


def partly_unusable_settings(path: Path, names: list[str]) -> StoreError:
    log.warning("in %s these cannot be used: %s", path, ", ".join(names))
    sentence = ngettext(
        "In {file}, {names} cannot be used; its default applies.",
        "In {file}, these cannot be used: {names}. Their defaults apply.",
        len(names),
    ).format(file=path.name, names=shown_names(names))
    try:
        kept = keep_broken(path)
    except OSError as error:
        log.warning("no copy of it was kept: %s", error)
        return StoreError(sentence, "")
    return StoreError(sentence, _("A copy of the file is kept as {file}.").format(file=kept))
