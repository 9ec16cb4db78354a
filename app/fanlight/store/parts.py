"""Parts of messages as rows of the table `part`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any, assert_never

from fanlight.domain.clips import moment_of, plain_moment
from fanlight.domain.detail import detail_of
from fanlight.domain.documents import document_kind_of
from fanlight.domain.messages import DocumentPart, ImagePart, Message, Picture, Role, SoundPart, TextPart, ThinkingPart
from fanlight.domain.stored import StoredDocument, StoredPart, StoredPicture
from fanlight.domain.unicode import well_formed

_PAGE_BREAK = "\f"
"""Between the pages of a document in a row's text; no page holds it."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """The columns of one part, without its message and position. `details` is a JSON object."""

    kind: str
    text: str = ""
    sha256: str | None = None
    details: str = "{}"


def rows_of(parts: Sequence[StoredPart]) -> list[PartRow]:
    return [_row(part) for part in parts]


def part_of(row: PartRow) -> StoredPart | None:
    """The part of a row; None for an unknown kind. Damaged details cost the name and the size of a picture, not the
    picture."""
    match row.kind:
        case "text":
            return TextPart(row.text)
        case "thinking":
            return ThinkingPart(row.text)
        case "picture" if row.sha256:
            found = _details(row.details)
            kind, name, image_id = (str(found.get(key, "")) for key in ("kind", "name", "image_id"))
            width, height = (size if type(size := found.get(key)) is int else 0 for key in ("width", "height"))
            seen = detail_of(found.get("detail")), moment_of(found.get("moment"))
            return StoredPicture(row.sha256, kind, name, width, height, image_id, *seen)
        case "document" if row.sha256:
            return _document_of(row, row.sha256)
        case _:
            return None


def _document_of(row: PartRow, sha256: str) -> StoredDocument:
    """Damaged details cost its name, and which pages were given."""
    found = _details(row.details)
    pages = found.get("pages")
    given = tuple(page for page in pages if type(page) is int and page > 0) if isinstance(pages, list) else ()
    texts = () if found.get("again") is True else tuple(row.text.split(_PAGE_BREAK))
    return StoredDocument(
        sha256,
        document_kind_of(found.get("kind")),
        str(found.get("name", "")),
        given,
        texts,
        found.get("sound") is True,
    )


def fitting(role: Role, parts: Sequence[StoredPart]) -> tuple[StoredPart, ...]:
    """What a message of that role can hold, where a damaged row says otherwise: thoughts of the user's are text; a
    picture or a document of the model's is left out."""
    if len(parts) == 1 and isinstance(parts[0], TextPart):
        return (parts[0],)
    if role == "assistant":
        return tuple(part for part in parts if isinstance(part, TextPart | ThinkingPart))
    return tuple(TextPart(part.text) if isinstance(part, ThinkingPart) else part for part in parts)


def stored_parts(message: Message, pictures: Sequence[Picture], names: Sequence[str]) -> Iterator[StoredPart]:
    """The parts of `message` with a picture's file, called `names` (sha256), in the place of its pixels. Pictures that
    the model was not sent come first. Raises ValueError where `pictures` are not those of the message."""
    sizes = [(picture.image.width, picture.image.height) for picture in pictures]  # the model may have seen more of one
    if message.images and [(image.width, image.height) for image in message.images] != sizes:
        raise ValueError("the pictures are not those of the message")
    files = iter([_stored_picture(picture, name) for picture, name in zip(pictures, names, strict=True)])
    if not message.images:
        yield from files
    for part in message.parts:
        match part:
            case TextPart(text):
                yield TextPart(well_formed(text))
            case ThinkingPart(text):
                yield ThinkingPart(well_formed(text))
            case ImagePart(moment=moment):
                yield replace(next(files), moment=moment)
            case DocumentPart():
                yield stored_document(part)
            case SoundPart():
                raise ValueError("a sound is kept with its transcript")
            case _:
                assert_never(part)


def stored_document(part: DocumentPart) -> StoredDocument:
    document = part.document
    texts = () if part.again else tuple(well_formed(text).replace(_PAGE_BREAK, "\n") for text in document.texts)
    return StoredDocument(
        document.id, document.kind, well_formed(document.name), part.pages, texts, part.sound is not None
    )


def write_document_texts(change: sqlite3.Connection, sha256: str, texts: Sequence[str]) -> None:
    """Wherever that document's texts stand, let them be these."""
    text = _PAGE_BREAK.join(well_formed(one).replace(_PAGE_BREAK, "\n") for one in texts)
    found = change.execute(
        "SELECT rowid, details FROM part WHERE kind = 'document' AND sha256 = ?", (sha256,)
    ).fetchall()
    rows = [(text, row) for row, details in found if _details(details).get("again") is not True]
    change.executemany("UPDATE part SET text = ? WHERE rowid = ?", rows)


def write_parts(change: sqlite3.Connection, message_id: int, parts: Sequence[StoredPart]) -> None:
    """Replace the parts of that message; a part at the same position keeps its row."""
    rows = [(message_id, position, *astuple(row)) for position, row in enumerate(rows_of(parts))]
    change.executemany(
        "INSERT INTO part (message_id, position, kind, text, sha256, details) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (message_id, position) DO UPDATE SET "
        "kind = excluded.kind, text = excluded.text, sha256 = excluded.sha256, details = excluded.details",
        rows,
    )
    change.execute("DELETE FROM part WHERE message_id = ? AND position >= ?", (message_id, len(rows)))


def _row(part: StoredPart) -> PartRow:
    match part:
        case TextPart(text):
            return PartRow("text", text)
        case ThinkingPart(text):
            return PartRow("thinking", text)
        case StoredPicture(sha256):
            details = {name: value for name, value in asdict(part).items() if name not in ("sha256", "moment")}
            if part.detail == "normal":
                del details["detail"]
            if part.moment is not None:
                details["moment"] = plain_moment(part.moment)
            return PartRow("picture", sha256=sha256, details=well_formed(json.dumps(details, ensure_ascii=False)))
        case StoredDocument(sha256, kind, name, pages, texts, as_sound):
            about = {"kind": kind, "name": name, "pages": list(pages), "again": not texts}
            about |= {"sound": True} if as_sound else {}
            told = well_formed(json.dumps(about, ensure_ascii=False))
            return PartRow("document", _PAGE_BREAK.join(texts), sha256, told)
        case _:
            assert_never(part)


def _stored_picture(picture: Picture, sha256: str) -> StoredPicture:
    name = well_formed(picture.name)
    size = (picture.width, picture.height)
    return StoredPicture(sha256, picture.kind, name, *size, picture.image.id, picture.detail)


def _details(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
