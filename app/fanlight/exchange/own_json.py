"""Fanlight's own format, which keeps everything; `resources/docs/cli.md` describes it."""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any, cast, get_args

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.clips import moment_of, plain_moment
from fanlight.domain.detail import detail_of
from fanlight.domain.documents import document_kind_of
from fanlight.domain.file_names import SHA256
from fanlight.domain.messages import Role, TextPart, ThinkingPart
from fanlight.domain.stored import State, StoredDocument, StoredPart, StoredPicture
from fanlight.domain.tags import tags_of

FORMAT, VERSION = "fanlight-conversations", 6
"""Version 1 had no branches, version 2 no documents, version 3 no archived conversations and no tags,
version 4 no clips, version 5 no sounds that the model heard itself."""
HEAD = f'{{"format": "{FORMAT}", "version": {VERSION}, "conversations": ['
TAIL = "\n]}\n"


def conversation_text(conversation: ArchivedConversation) -> str:
    """One conversation, as an item of the list."""
    seen = set[str]()
    plain = {
        "title": conversation.title,
        "created": conversation.created,
        "updated": conversation.updated,
        "pinned": conversation.pinned,
        "archived": conversation.archived,
        "tags": list(conversation.tags),
        **({} if conversation.shown is None else {"shown": conversation.shown}),
        "messages": [_plain_message(message, conversation, seen) for message in conversation.messages],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1)


def read_conversation(found: Any, _files: object = None) -> ArchivedConversation:
    """Raises KeyError, TypeError, ValueError for what is no conversation."""
    pictures: dict[str, bytes] = {}
    messages = tuple(_read_message(one, pictures, place) for place, one in enumerate(found["messages"]))
    title, created, updated = _text(found["title"]), _time(found["created"]), _time(found["updated"])
    shown = _place(found.get("shown"), 0, len(messages))
    pinned, archived = found.get("pinned") is True, found.get("archived") is True
    tags = _tags(found.get("tags", []))
    return ArchivedConversation(title, created, updated, messages, pinned, pictures, shown, archived, tags)


def _plain_message(message: ArchivedMessage, conversation: ArchivedConversation, seen: set[str]) -> dict[str, Any]:
    return {
        "role": message.role,
        "created": message.created,
        "state": message.state,
        "footer": message.footer,
        **({} if message.follows is None else {"follows": message.follows}),
        "parts": [_plain_part(part, conversation, seen) for part in message.parts],
    }


def _plain_part(part: StoredPart, conversation: ArchivedConversation, seen: set[str]) -> dict[str, Any]:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ThinkingPart(text):
            return {"type": "thinking", "text": text}
        case StoredPicture(sha256, kind, name, width, height, image_id, detail, moment):
            made: dict[str, Any] = {"type": "picture", "sha256": sha256, "kind": kind, "name": name}
            made |= {"width": width, "height": height, "image_id": image_id}
            made |= {} if detail == "normal" else {"detail": detail}
            made |= {} if moment is None else {"moment": plain_moment(moment)}
            return made | _data(sha256, conversation, seen)
        case StoredDocument(sha256, kind, name, pages, texts, as_sound):
            made = {"type": "document", "sha256": sha256, "kind": kind, "name": name, "pages": list(pages)}
            made |= {"sound": True} if as_sound else {}
            return made | {"texts": list(texts)} | _data(sha256, conversation, seen)


def _data(sha256: str, conversation: ArchivedConversation, seen: set[str]) -> dict[str, Any]:
    """The file, once in a conversation, unless it is lost."""
    data = conversation.pictures.get(sha256)
    if data is None or sha256 in seen:
        return {}
    seen.add(sha256)
    return {"data": base64.b64encode(data).decode("ascii")}


def _read_message(found: Any, pictures: dict[str, bytes], place: int) -> ArchivedMessage:
    role, state = found["role"], found["state"]
    if role not in get_args(Role) or state not in get_args(State):
        raise ValueError(role, state)
    parts = tuple(_read_part(part, pictures) for part in found["parts"])
    footer, created = _text(found["footer"]), _time(found["created"])
    follows = _place(found.get("follows"), -1, place)
    return ArchivedMessage(cast("Role", role), parts, cast("State", state), footer, created, follows)


def _read_part(found: Any, pictures: dict[str, bytes]) -> StoredPart:
    match found["type"]:
        case "text":
            return TextPart(_text(found["text"]))
        case "thinking":
            return ThinkingPart(_text(found["text"]))
        case "picture":
            return _read_picture(found, pictures)
        case "document":
            return _read_document(found, pictures)
        case other:
            raise ValueError(other)


def _read_document(found: Any, pictures: dict[str, bytes]) -> StoredDocument:
    sha256 = _read_data(found, pictures)
    pages, texts = found["pages"], found["texts"]
    if not isinstance(pages, list) or not isinstance(texts, list):
        raise TypeError(pages)
    given = tuple(_size(page) for page in pages)
    kind, name, as_sound = document_kind_of(_text(found["kind"])), _text(found["name"]), found.get("sound") is True
    return StoredDocument(sha256, kind, name, given, tuple(map(_text, texts)), as_sound)


def _read_data(found: Any, pictures: dict[str, bytes]) -> str:
    """Keeps the file, where there is one; its sha256."""
    sha256 = _text(found["sha256"])
    if not SHA256.fullmatch(sha256):  # it names a file
        raise ValueError(sha256)
    if (data := found.get("data")) is not None:
        try:
            pictures[sha256] = base64.b64decode(_text(data), validate=True)
        except binascii.Error as error:
            raise ValueError(str(error)) from error
    return sha256


def _read_picture(found: Any, pictures: dict[str, bytes]) -> StoredPicture:
    sha256 = _read_data(found, pictures)
    kind, name, image_id = (_text(found[key]) for key in ("kind", "name", "image_id"))
    size = (_size(found["width"]), _size(found["height"]))
    seen = detail_of(found.get("detail")), moment_of(found.get("moment"))
    return StoredPicture(sha256, kind, name, *size, image_id, *seen)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _time(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(value)
    return float(value)


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tags_of(map(_text, value))


def _place(value: Any, first: int, end: int) -> int | None:
    """Of a message in the list. The usual one is not written: it would be another file after a second export."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not first <= value < end:
        raise ValueError(value)
    return None if value == end - 1 else value


def _size(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise TypeError(value)
    return value
