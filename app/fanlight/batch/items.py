"""The input of `fanlight batch`, checked item by item: what is wrong with one is reported in its place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from fanlight.domain.errors import InputError
from fanlight.domain.path_kinds import shortened
from fanlight.i18n import N_, _

HINT = N_('The file holds a list of {"id", "images": [...], "question": a text or a list of texts}, or one a line.')
_LINES = (".jsonl", ".ndjson", ".jsonlines")
_VALUE_CHARACTERS = 40
_MOST_DIGITS, _MOST_NESTED = 1000, 50
_BETWEEN = re.compile(r"[ \t\r\n\x1e,]*")


Each = Literal["", "page", "file"]


@dataclass(frozen=True, slots=True)
class BatchItem:
    """Questions of one conversation about `images`, which are named as seen from `folder`; `single` when the question
    was a text and so is the answer. `each`: it is asked for each page of a document, or each file, by itself."""

    id: str | int
    images: tuple[str, ...]
    questions: tuple[str, ...]
    single: bool
    folder: Path = Path()
    each: Each = ""


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """`id` as it was given, None when there was none."""

    id: object
    reason: str


def parse_items(data: bytes, path: Path) -> list[BatchItem | RejectedItem]:
    """The items in the content of the file `path`. Raises InputError."""
    entries = parse_entries(data, path, _(HINT))
    items = [entry if isinstance(entry, RejectedItem) else parse_item(entry, path.parent) for entry in entries]
    return with_own_ids(items, _("An earlier item has the same id."))


def parse_entries(data: bytes, path: Path, hint: str) -> list[Any]:
    """What the file `path` lists: a list, or JSON Lines; a RejectedItem for a line that is no JSON. Raises InputError
    with `hint` when the file as a whole is neither."""
    try:
        # UTF-8, UTF-16 or UTF-32, with or without a byte order mark. Half of a character pair is its item's trouble.
        text = data.decode(json.detect_encoding(data), "surrogatepass")
    except UnicodeDecodeError as error:
        raise InputError(_("{path} is not UTF-8 text.").format(path=shortened(str(path))), hint) from error
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise InputError(_("{path} is empty.").format(path=shortened(str(path))), hint)
    if (entries := _objects_in_a_row(text)) is not None:
        return entries
    if path.suffix.lower() in _LINES:
        return list(_lines(text))
    try:
        entries = _parsed(text)
    except RecursionError as error:
        raise InputError(_("{path} is nested too deeply.").format(path=shortened(str(path))), hint) from error
    except ValueError as error:
        if _begins_with_object(text):
            return list(_lines(text))
        raise InputError(
            _("{path} is not valid JSON: {error}.").format(path=shortened(str(path)), error=error), hint
        ) from error
    if isinstance(entries, dict) and "question" in entries:
        entries = [entries]
    if not isinstance(entries, list):
        raise InputError(_("{path} does not hold a list.").format(path=shortened(str(path))), hint)
    return entries


def _objects_in_a_row(text: str) -> list[Any] | None:
    """Objects one after the other, each in one line or in several, as jq writes them; None where the text is anything
    else."""
    entries, at = list[Any](), _next_place(text, 0)
    try:
        while text.startswith("{", at):
            entry, end = _DECODER.raw_decode(text, at)
            entries.append(entry)
            at = _next_place(text, end)
    except (ValueError, RecursionError):
        return None
    return entries if at == len(text) and len(entries) > 1 else None


def _next_place(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at


def _begins_with_object(text: str) -> bool:
    """Whether the first line is an object of its own, so that the file is JSON Lines."""
    first = next(filter(None, map(str.strip, text.split("\n"))), "")
    try:
        return isinstance(_parsed(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: JSON allows its other separators in a text
        if not (line := line.strip(" \t\r\x1e")):
            continue
        try:
            entry = _parsed(line)
        except (ValueError, RecursionError) as error:
            yield RejectedItem(None, _("Line {number} is not valid JSON: {error}.").format(number=number, error=error))
        else:
            yield entry


class _Identified(Protocol):
    @property
    def id(self) -> str | int | None: ...


Entry = TypeVar("Entry", bound=_Identified)


def with_own_ids(entries: Sequence[Entry | RejectedItem], repeated: str) -> list[Entry | RejectedItem]:
    """An entry that has the id of an earlier one is rejected, with the sentence `repeated`."""
    seen: set[str | int | None] = set()
    checked: list[Entry | RejectedItem] = []
    for entry in entries:
        if not isinstance(entry, RejectedItem):
            if entry.id in seen:
                entry = RejectedItem(entry.id, repeated)
            else:
                seen.add(entry.id)
        checked.append(entry)
    return checked


def parse_item(entry: Any, folder: Path) -> BatchItem | RejectedItem:
    if not isinstance(entry, dict):
        return RejectedItem(None, _("The item must be an object, not {value}.").format(value=_shown(entry)))
    name = entry.get("id")
    if "id" not in entry:
        return RejectedItem(None, _('The item has no "id".'))
    if isinstance(name, bool) or not isinstance(name, (str, int)):
        return RejectedItem(
            _reportable(name), _('"id" must be a text or a whole number, not {value}.').format(value=_shown(name))
        )
    images = entry.get("images", [])
    if "image" in entry and "images" not in entry:
        return RejectedItem(name, _('Pictures are given as a list called "images", not as "image".'))
    if not isinstance(images, list) or not all(isinstance(image, str) and image for image in images):
        return RejectedItem(name, _('"images" must be a list of file names, not {value}.').format(value=_shown(images)))
    if any("\0" in image for image in images):
        return RejectedItem(name, _("A file name contains a NUL character."))
    question = entry.get("question")
    questions: list[Any] = question if isinstance(question, list) else [question]
    if not questions or not all(isinstance(text, str) and text.strip() for text in questions):
        return RejectedItem(name, _('"question" must be a text or a list of texts, and not empty.'))
    each = entry.get("each", "")
    if each not in ("", "page", "file"):
        return RejectedItem(name, _('"each" must be "page" or "file", not {value}.').format(value=_shown(each)))
    return BatchItem(name, tuple(images), tuple(questions), isinstance(question, str), folder, each)


def _parsed(text: str) -> Any:
    """Numbers that no program can hold, and NaN, stay texts: the answers are to be JSON again. Raises ValueError,
    RecursionError."""
    return _DECODER.decode(text)


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _finite_number(text: str) -> float | str:
    return number if math.isfinite(number := float(text)) else text


_DECODER = json.JSONDecoder(parse_constant=str, parse_int=_whole_number, parse_float=_finite_number)


def _reportable(value: object) -> object:
    """As an id in the answers: `value` itself, unless it is nested so deeply that it could not be written."""
    if not isinstance(value, list | dict):
        return value
    try:
        text = json.dumps(value)
    except RecursionError:
        return None
    return _shown(value) if text.count("[") + text.count("{") > _MOST_NESTED else value


def _shown(value: object) -> str:
    """As it was written, shortened."""
    try:
        return shortened(json.dumps(value, ensure_ascii=False), _VALUE_CHARACTERS)
    except RecursionError:
        return "[…]"
