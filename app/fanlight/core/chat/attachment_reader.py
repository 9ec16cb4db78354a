"""Reads a picture or a document, wherever it comes from, as an `Attachment`. It takes up to a second, of a long
document some seconds: call it on a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.core.chat.turns import THUMBNAIL_SIDE, Attachment
from fanlight.domain.clips import FRAME_SIDE, WHOLE_CLIP, ClipPart, HeardWords, Moment, heard_pages
from fanlight.domain.detail import Detail, first_side
from fanlight.domain.documents import MOST_PICTURED_PAGES, Document
from fanlight.domain.errors import FanlightError
from fanlight.domain.messages import Picture
from fanlight.domain.sounds import Sound
from fanlight.files import shown_name
from fanlight.i18n import _

if TYPE_CHECKING:
    from fanlight.documents.page_index import PageIndex
    from fanlight.domain.stop import StopFlag

Source = Path | bytes | Callable[[str, int], Picture]
"""A file, the bytes of one, or a function of (name, longest side) that makes the picture, such as
`partial(mime.from_qimage, image)`."""


def read_attachment(
    source: Source, name: str, longest_side: int, page: int = 1, detail: Detail = "normal"
) -> Attachment:
    """Page number `page` of a file; `longest_side`: with normal detail. Slow, on any thread. Raises PictureError."""
    from fanlight.pictures import files
    from fanlight.pictures.detailed import in_detail

    side = first_side(detail, longest_side)
    if isinstance(source, Path):
        picture = replace(files.read_file(source, side, page=page), name=shown_name(source))
    elif isinstance(source, bytes):
        picture = files.read_bytes(source, name, side, page=page)
    else:
        picture = source(name, side)
    return attachment_of(in_detail(picture, detail, longest_side))


def in_other_detail(attachment: Attachment, detail: Detail, longest_side: int) -> Attachment:
    """The same picture, from the file that is kept. Slow, on any thread. Raises PictureError."""
    picture = attachment.picture
    assert picture is not None
    read = read_attachment(picture.data, picture.name, longest_side, detail=detail)
    assert read.picture is not None
    same = replace(read.picture, name=picture.name, pages=picture.pages, page=picture.page)
    return replace(read, picture=same, name=attachment.name)


def is_document(source: Source, name: str) -> bool:
    """Whether `read_document` is for it. Reads its first bytes; any thread."""
    from fanlight.documents import files

    return isinstance(source, Path | bytes) and files.is_document(source, name)


@dataclass(frozen=True, slots=True)
class ScannedDocument:
    """One without text: its first pages as pictures, `left_out` more have no place."""

    name: str
    pages: tuple[Attachment, ...]
    left_out: int


def read_document(
    source: Source, name: str, side: int, password: str = "", *, most_pictured: int | None = None
) -> Attachment | ScannedDocument:
    """One without text becomes pictures, `side` pixels long, where it has at most `most_pictured` pages. Slow, on any
    thread. Raises DocumentError; PasswordNeeded, also for a wrong one."""
    from fanlight.documents import files

    if isinstance(source, Path):
        document = replace(files.read_document(source, password), name=shown_name(source))
    else:
        assert isinstance(source, bytes)
        document = files.read_document_bytes(source, name, password)
    if document.has_text or (most_pictured is not None and document.page_count > most_pictured):
        return attachment_of_document(document)
    return _scanned(document, side)


def _scanned(document: Document, side: int) -> ScannedDocument:
    from PIL import Image

    from fanlight.documents.files import page_pictures
    from fanlight.pictures.fitting import picture_of

    numbers = range(1, min(document.page_count, MOST_PICTURED_PAGES) + 1)
    drawn = page_pictures(document, numbers, side)
    sheets = [Image.frombuffer("RGB", (one.width, one.height), one.rgb) for one in drawn]
    names = [_("{name}, page {page}").format(name=document.name, page=number) for number in numbers]
    pages = [attachment_of(picture_of(sheet, name, side)) for sheet, name in zip(sheets, names, strict=True)]
    return ScannedDocument(document.name, tuple(pages), document.page_count - len(pages))


def attachment_of_document(document: Document) -> Attachment:
    """`document` with the index of its pages, and its thumbnail. Slow, on any thread."""
    from fanlight.documents.page_index import PageIndex
    from fanlight.documents.thumbnails import page_thumbnail

    thumbnail = page_thumbnail(document, 1, THUMBNAIL_SIDE)
    return Attachment.of_document(document, PageIndex(document.texts), thumbnail)


def reopened_document(document: Document, index: PageIndex) -> Attachment:
    """With a sheet as its thumbnail, for which no page has to be drawn. Milliseconds, on any thread."""
    from fanlight.documents.thumbnails import sheet

    return Attachment.of_document(document, index, sheet(document.texts[0], THUMBNAIL_SIDE), thumbnail_page=0)


FRAME_THUMBNAIL_SIDE = 160
"""Of a frame of a clip: there are many."""


@dataclass(frozen=True, slots=True)
class AttachedClip:
    """`has_sound`: what is said in it can be heard."""

    frames: tuple[Attachment, ...]
    has_sound: bool

    def of_video(self, seconds: float) -> AttachedClip:
        """Where its file does not say how long it is: as a part of a video that is at least so long."""
        return replace(self, frames=tuple(_of_video(frame, seconds) for frame in self.frames))


def read_clip(
    path: Path, side: int, most: Callable[[tuple[int, int]], int], stop: StopFlag, part: ClipPart = WHOLE_CLIP,
    progress: Callable[[float], object] = lambda _share: None,
) -> AttachedClip:  # fmt: skip
    """`most`: how many frames, by the size of the video's pictures. `progress`: 0 to 1. Slow, on any thread. Raises
    ClipError, NoMovingPictures where it has sound alone."""
    from fanlight.video.clip_pictures import read_pictures
    from fanlight.video.files import probe_clip

    info = probe_clip(path, stop)
    size = (info.width, info.height)
    found = read_pictures(
        path, min(side, FRAME_SIDE), most(size), part, name=shown_name(path), stop=stop, progress=progress
    )
    return AttachedClip(tuple(frame_of(attachment_of(one.picture), one.moment) for one in found), info.has_sound)


def _of_video(frame: Attachment, seconds: float) -> Attachment:
    moment = frame.moment
    if moment is None or moment.clip.seconds >= seconds:
        return frame
    return frame.at(replace(moment, clip=replace(moment.clip, seconds=seconds)))


def frame_of(picture: Attachment, moment: Moment) -> Attachment:
    """`picture` as a frame of a clip, with a smaller thumbnail. Milliseconds, on any thread."""
    from fanlight.pictures.thumbnails import thumbnail

    small = thumbnail(picture.image, FRAME_THUMBNAIL_SIDE) if picture.image is not None else picture.thumbnail
    return replace(picture, thumbnail=small).at(moment)


def heard_attachment(path: Path, heard: Iterable[HeardWords], sound: Sound | None = None) -> Attachment | None:
    """What is said in a clip, as a document, with the `sound` that a model can be sent instead, which is kept then;
    without words it is. None where there is neither. Milliseconds, on any thread."""
    from hashlib import sha256

    pages = heard_pages(heard)
    if not pages and sound is None:
        return None
    data = sound.wav() if sound is not None else "\n".join(pages).encode("utf-8", "replace")
    document = Document(sha256(data).hexdigest(), shown_name(path), "sound", pages or ("",), data)
    attachment = attachment_of_document(document)
    return (with_sound(attachment, sound) if sound is not None else attachment).listened(not pages)


def with_sound(recording: Attachment, sound: Sound) -> Attachment:
    """`recording` with what a model can be sent in place of what is said, and with its loudness as the thumbnail.
    Milliseconds, on any thread."""
    from fanlight.pictures.waveforms import waveform

    return replace(recording, sound=sound, thumbnail=waveform(sound, THUMBNAIL_SIDE))


def read_heard_sound(path: Path, part: ClipPart, longest_seconds: int, stop: StopFlag) -> Sound | None:
    """What a model that hears so much can be sent; None where it is longer, or cannot be decoded. Slow, any thread."""
    from fanlight.speech.whole_sound import read_sound

    try:
        return read_sound(path, longest_seconds, part, stop)
    except FanlightError:  # what is said is left
        return None


def attachment_of(picture: Picture) -> Attachment:
    """`picture` with its thumbnail. Milliseconds, on any thread."""
    from fanlight.pictures.thumbnails import thumbnail

    return Attachment.of_picture(picture, thumbnail(picture.image, THUMBNAIL_SIDE))


def prepare_decoder() -> None:
    """Milliseconds, on any thread; it goes on starting in the background."""
    from fanlight.pictures import files

    files.prepare()


def import_picture_library() -> None:
    """Ahead of the first picture, on a thread: the import takes some 100 ms."""
    from fanlight.pictures import files, thumbnails  # noqa: F401
