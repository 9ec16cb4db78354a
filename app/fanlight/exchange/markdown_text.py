"""A conversation as Markdown: what is copied, and what is exported with a folder of pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.documents import page_ranges
from fanlight.domain.file_names import WINDOWS_DEVICE
from fanlight.domain.stored import StoredDocument, StoredPicture
from fanlight.domain.tags import joined_tags
from fanlight.i18n import _, ngettext

_BAD = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
LONGEST_NAME = 80
ENDINGS = {"jpeg": ".jpg", "tiff": ".tif"}

PlaceOf = Callable[[StoredPicture], str]


def conversation_markdown(conversation: ArchivedConversation, place_of: PlaceOf | None = None) -> str:
    """`place_of` returns where a picture is, relative to the text, "" for one that is lost; without it pictures are
    named only."""
    title = " ".join(conversation.title.split()) or _("Untitled")
    blocks = [f"# {title}", date_text(conversation.created), _plain(tags_text(conversation))]
    for message in conversation.shown_messages:
        blocks += [f"## {speaker_name(message)}", *_pictures(message, place_of), message.text.strip("\n")]
    return "\n\n".join(block for block in blocks if block) + "\n"


def date_text(seconds: float) -> str:
    """ "" where it is not known."""
    try:
        return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M") if seconds > 0 else ""
    except (OverflowError, OSError, ValueError):
        return ""


def tags_text(conversation: ArchivedConversation) -> str:
    """A line of the head; "" without tags."""
    tags = conversation.tags
    return ngettext("Tag: {tags}", "Tags: {tags}", len(tags)).format(tags=joined_tags(tags)) if tags else ""


def speaker_name(message: ArchivedMessage) -> str:
    match message.role:
        case "user":
            return _("You")
        case "assistant":
            return "Fanlight"
        case "system":
            return _("Instructions")


def file_name(title: str) -> str:
    """A name that every file system takes, without an ending."""
    encodable = title.encode("utf-8", "replace").decode()
    name = " ".join(_BAD.sub(" ", encodable).split()).strip(" .")[:LONGEST_NAME].strip(" .")
    while len(name.encode()) > 2 * LONGEST_NAME:
        name = name[:-1]
    return _("Untitled") if not name else f"_{name}" if WINDOWS_DEVICE.fullmatch(name) else name


def picture_file(picture: StoredPicture) -> str:
    """The name of an exported picture's file."""
    kind = re.sub(r"[^a-z0-9]", "", picture.kind.lower()) or "bin"
    return f"{picture.sha256[:16]}{ENDINGS.get(kind, '.' + kind)}"


def _pictures(message: ArchivedMessage, place_of: PlaceOf | None) -> list[str]:
    lines = []
    for picture in message.pictures:
        name = _plain(picture.name) or _("Picture")
        place = place_of(picture) if place_of is not None else ""
        lines.append(f"![{name}]({place})" if place else f"*{name}*")
    return lines + [f"*{_plain(document_line(document))}*" for document in message.documents]


def document_line(document: StoredDocument) -> str:
    """Which pages of it the model was given, or that it heard it."""
    if document.as_sound:
        return _("{name}, the sound itself").format(name=document.name or _("Document"))
    text = ngettext("{name}, page {pages}", "{name}, pages {pages}", len(document.pages))
    return text.format(name=document.name or _("Document"), pages=page_ranges(document.pages))


def _plain(text: str) -> str:
    """Without signs that mean something in Markdown."""
    return re.sub(r"[\[\]\\`*_<>\s]+", " ", text).strip()
