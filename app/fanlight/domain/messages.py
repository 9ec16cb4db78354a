"""Messages and pictures: frozen values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from fanlight.domain.clips import Clip, Moment, clip_heading, frame_label, pair_begins
from fanlight.domain.detail import Detail
from fanlight.domain.documents import Document, given_text, heard_heading
from fanlight.domain.sounds import Sound

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """Packed RGB pixels, row by row from the top left; `id` is the sha256 of width, height, pixels, and `low`, so that
    equal pictures share an entry in every cache. Build one with `Image.of`. `low`: in low detail, so that an encoder
    which cuts pictures into tiles takes the whole of it alone."""

    id: str
    width: int
    height: int
    rgb: bytes
    low: bool = False

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or len(self.rgb) != self.width * self.height * 3:
            raise ValueError(f"expected {self.width}x{self.height} RGB, got {len(self.rgb)} bytes")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Image) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Image({self.width}x{self.height}, {self.id[:8]})"

    @classmethod
    def of(cls, width: int, height: int, rgb: bytes, *, low: bool = False) -> Image:
        digest = hashlib.sha256(f"{width}x{height}{':low' if low else ''}:".encode())
        digest.update(rgb)
        return cls(digest.hexdigest(), width, height, rgb, low)

    def in_detail(self, detail: Detail) -> Image:
        """These pixels, as those of low detail where that is it."""
        return self.in_low_detail() if detail == "low" else self

    def in_low_detail(self) -> Image:
        return self if self.low else Image.of(self.width, self.height, self.rgb, low=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the user gave it: `image` is what the model is sent, as large as `detail` and
    `Settings.picture_side` say; `data` is the file without its metadata, which is what is kept; `width` and `height`
    are the original's, turned upright; `pages`: how many pages the file has, of which this is number `page`."""

    image: Image
    data: bytes
    kind: str
    width: int
    height: int
    name: str = ""
    pages: int = 1
    page: int = 1
    detail: Detail = "normal"


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class ThinkingPart:
    """The reasoning that the model wrote before its answer; it is shown, never sent back."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """Pixels the model is sent. Only a user's message may hold them. `moment`: where in a clip they come from."""

    image: Image
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """`pages` of a document, counted from 1, of which the model is sent the text. Only a user's message may hold them.
    `again`: an earlier message of the conversation holds other pages of it. `sound`: the model is sent that instead of
    the text of what is said in it."""

    document: Document
    pages: tuple[int, ...]
    again: bool = False
    sound: Sound | None = None

    @property
    def text(self) -> str:
        """As the model is sent it."""
        return given_text(self.document, self.pages)

    @property
    def paragraph(self) -> str:
        """`text`, behind which something else begins."""
        return f"{self.text}\n\n"

    @property
    def sent(self) -> tuple[TextPart | SoundPart, ...]:
        """What the model is sent of it."""
        if self.sound is not None:
            return TextPart(heard_heading(self.document)), SoundPart(self.sound)
        return (TextPart(self.paragraph),)


@dataclass(frozen=True, slots=True)
class SoundPart:
    """Sound that the model hears itself. Only a user's message may hold it. What is kept of one is its `DocumentPart`,
    which has the transcript, too."""

    sound: Sound


Media = Image | Sound
Part = TextPart | ThinkingPart | ImagePart | DocumentPart | SoundPart
"""What a message is made of, in order. A further kind is one more class here: the type checker names the places that
match on parts."""


@dataclass(frozen=True, slots=True)
class FramePair:
    """Two neighboring frames of a clip, equal in size, that a model takes as one picture. `id`: as an Image's. Build
    one with `FramePair.of`."""

    id: str
    first: Image
    second: Image

    @classmethod
    def of(cls, first: Image, second: Image) -> FramePair:
        return cls(hashlib.sha256(f"pair:{first.id}:{second.id}".encode()).hexdigest(), first, second)

    @property
    def width(self) -> int:
        return self.first.width

    @property
    def height(self) -> int:
        return self.first.height

    @property
    def low(self) -> bool:
        return self.first.low


SentPart = TextPart | ThinkingPart | ImagePart | FramePair | SoundPart


def sent_parts(parts: Iterable[Part], *, merges_frames: bool = False) -> Iterator[SentPart]:
    """What a model is sent of them: a document is the text of its pages, or the sound that it is about, and before a
    frame of a clip stands its time. With `merges_frames` two neighboring frames are one picture, behind both times;
    else there is no FramePair."""
    clip: Clip | None = None
    listed = list(parts)
    begins = set(frame_pairs(listed)) if merges_frames else set()
    for place, part in enumerate(listed):
        match part:
            case DocumentPart():
                yield from part.sent
            case ImagePart(image, Moment() as moment):
                if place in begins and isinstance(after := listed[place + 1], ImagePart) and after.moment is not None:
                    yield _labeled(clip, moment, after.moment, in_pairs=True)
                    yield FramePair.of(image, after.image)
                elif place - 1 not in begins:
                    yield _labeled(clip, moment, in_pairs=False)
                    yield ImagePart(image)
            case _:
                yield part
        clip = part.moment.clip if isinstance(part, ImagePart) and part.moment is not None else None


def frame_pairs(parts: Sequence[Part]) -> list[int]:
    """The places of frames that are taken together with the next one by a model that merges frames."""
    return pair_begins(
        [
            (part.moment.clip, (part.image.width, part.image.height))
            if isinstance(part, ImagePart) and part.moment is not None
            else (None, (0, 0))
            for part in parts
        ]
    )


def _labeled(before: Clip | None, *moments: Moment, in_pairs: bool) -> TextPart:
    """The times of what comes next; `before`: the clip of what came before."""
    label, clip = frame_label(*moments), moments[0].clip
    return TextPart(label if clip == before else f"{clip_heading(clip, in_pairs=in_pairs)}\n\n{label}")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. `Message.of` builds the usual one: pictures first, then the text."""

    role: Role
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if len(self.parts) == 1 and isinstance(self.parts[0], TextPart):  # nearly all: thousands are made at a time
            return
        if self.role != "user" and any(isinstance(part, ImagePart | DocumentPart | SoundPart) for part in self.parts):
            raise ValueError(f"pictures, documents and sounds come from the user, not from {self.role}")
        if self.role != "assistant" and any(isinstance(part, ThinkingPart) for part in self.parts):
            raise ValueError(f"only the model thinks, not {self.role}")

    @classmethod
    def of(cls, role: Role, text: str, images: Iterable[Image] = (), thinking: str = "") -> Message:
        """An empty `text` or `thinking` makes no part."""
        thoughts = [ThinkingPart(thinking)] if thinking else []
        return cls(role, (*thoughts, *map(ImagePart, images), *([TextPart(text)] if text else [])))

    @property
    def text(self) -> str:
        """The text parts, separated by an empty line."""
        return "\n\n".join([part.text for part in self.parts if isinstance(part, TextPart)])

    @property
    def thinking(self) -> str:
        return "".join([part.text for part in self.parts if isinstance(part, ThinkingPart)])

    @property
    def documents(self) -> tuple[DocumentPart, ...]:
        return tuple(part for part in self.parts if isinstance(part, DocumentPart))

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(part.image for part in self.parts if isinstance(part, ImagePart))

    @property
    def media(self) -> tuple[Media, ...]:
        """What has to be encoded."""
        return (*self.images, *self.sounds)

    @property
    def sounds(self) -> tuple[Sound, ...]:
        """Those that the model is sent."""
        found = (part.sound for part in self.parts if isinstance(part, SoundPart | DocumentPart))
        return tuple(sound for sound in found if sound is not None)
