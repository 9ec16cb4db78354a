"""The input of `fanlight batch`, checked item by item: what is wrong with one is said in its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlight.domain.errors import InputError

HINT = 'The file holds a list of {"id", "images": [...], "question": text or list of texts}.'


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
        raise InputError(f"{path} is not UTF-8 text.", HINT) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", HINT) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no JSON: {error}.", HINT) from error
    if not isinstance(entries, list):
        raise InputError(f"{path} holds no list.", HINT)
    return _unique([_item(entry, path.parent) for entry in entries])


def _unique(items: list[BatchItem | RejectedItem]) -> list[BatchItem | RejectedItem]:
    seen: set[str | int] = set()
    checked: list[BatchItem | RejectedItem] = []
    for item in items:
        if isinstance(item, BatchItem) and item.id in seen:
            item = RejectedItem(item.id, "An item before this one has the same id.")
        elif isinstance(item, BatchItem):
            seen.add(item.id)
        checked.append(item)
    return checked


def _item(entry: Any, folder: Path) -> BatchItem | RejectedItem:
    if not isinstance(entry, dict):
        return RejectedItem(None, f"The item is no object but {_kind(entry)}.")
    name = entry.get("id")
    if name is None or isinstance(name, bool) or not isinstance(name, (str, int)):
        return RejectedItem(name, f'"id" is a text or a whole number, here it is {_kind(name)}.')
    images = entry.get("images", [])
    if "image" in entry and "images" not in entry:
        return RejectedItem(name, 'Pictures are given as a list named "images", not as "image".')
    if not isinstance(images, list) or not all(isinstance(image, str) and image for image in images):
        return RejectedItem(name, '"images" is a list of file names.')
    if any("\0" in image for image in images):
        return RejectedItem(name, "A file name holds a NUL character.")
    question = entry.get("question")
    questions: list[Any] = question if isinstance(question, list) else [question]
    if not questions or not all(isinstance(text, str) and text.strip() for text in questions):
        return RejectedItem(name, '"question" is a text, or a list of texts, and not empty.')
    return BatchItem(
        name, tuple(folder / image for image in images), tuple(questions), single=isinstance(question, str)
    )


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "missing"}
    return names.get(type(value), "a number")
