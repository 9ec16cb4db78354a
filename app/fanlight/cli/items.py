"""The input of `fanlight batch`, checked item by item: what is wrong with one is reported in its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.errors import InputError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import N_, _

HINT = N_('The file holds a list of {"id", "images": [...], "question": a text or a list of texts}.')


@dataclass(frozen=True, slots=True)
class BatchItem:
    """Questions of one conversation about `images`; `single` when the question was a text and so is the answer."""

    id: str | int
    images: tuple[Path, ...]
    questions: tuple[str, ...]
    single: bool


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """`id` as it was given, None when there was none."""

    id: object
    reason: str


def read_items(path: Path) -> list[BatchItem | RejectedItem]:
    """Raises InputError when the file as a whole is no list of items."""
    try:
        entries = json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(_("{path} is not UTF-8 text.").format(path=path), _(HINT)) from error
    except OSError as error:
        raise InputError(
            _("{path} cannot be read: {reason}.").format(path=path, reason=os_reason(error)), _(HINT)
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(_("{path} is not valid JSON: {error}.").format(path=path, error=error), _(HINT)) from error
    if not isinstance(entries, list):
        raise InputError(_("{path} does not hold a list.").format(path=path), _(HINT))
    return _unique([_item(entry, path.parent) for entry in entries])


def _unique(items: list[BatchItem | RejectedItem]) -> list[BatchItem | RejectedItem]:
    seen: set[str | int] = set()
    checked: list[BatchItem | RejectedItem] = []
    for item in items:
        if isinstance(item, BatchItem) and item.id in seen:
            item = RejectedItem(item.id, _("An earlier item has the same id."))
        elif isinstance(item, BatchItem):
            seen.add(item.id)
        checked.append(item)
    return checked


def _item(entry: Any, folder: Path) -> BatchItem | RejectedItem:
    if not isinstance(entry, dict):
        return RejectedItem(None, _("The item must be an object, not {kind}.").format(kind=_kind(entry)))
    name = entry.get("id")
    if name is None or isinstance(name, bool) or not isinstance(name, (str, int)):
        return RejectedItem(name, _('"id" must be a string or a whole number, not {kind}.').format(kind=_kind(name)))
    images = entry.get("images", [])
    if "image" in entry and "images" not in entry:
        return RejectedItem(name, _('Pictures are given as a list called "images", not as "image".'))
    if not isinstance(images, list) or not all(isinstance(image, str) and image for image in images):
        return RejectedItem(name, _('"images" must be a list of file names.'))
    if any("\0" in image for image in images):
        return RejectedItem(name, _("A file name contains a NUL character."))
    question = entry.get("question")
    questions: list[Any] = question if isinstance(question, list) else [question]
    if not questions or not all(isinstance(text, str) and text.strip() for text in questions):
        return RejectedItem(name, _('"question" must be a text or a list of texts, and not empty.'))
    return BatchItem(
        name, tuple(folder / image for image in images), tuple(questions), single=isinstance(question, str)
    )


def _kind(value: object) -> str:
    """As JSON calls it."""
    return {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}.get(
        type(value), "number"
    )
