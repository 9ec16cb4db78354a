"""How what a question is asked about is read, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fanlight.batch.asking import Tell, untold
from fanlight.domain.clips import UNKNOWN_COST, FrameCost, HeardWords
from fanlight.domain.detail import Detail
from fanlight.domain.document_errors import PasswordNeeded
from fanlight.domain.documents import MOST_PICTURED_PAGES, Document, page_ranges
from fanlight.domain.messages import DocumentPart, Image, ImagePart
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.i18n import _, format_number

AskPassword = Callable[[PasswordNeeded], str]
"""The password of a document; raises the error where nobody can be asked."""


def nobody_knows(needed: PasswordNeeded) -> str:
    """An `AskPassword` for where nobody can be asked."""
    hint = _("Nobody can be asked for it here. Save a copy of the document without its password.")
    raise PasswordNeeded(needed.message, hint)


Hear = Callable[[Path, tuple[float, float], StopFlag | None], Iterable[HeardWords]]
"""What is said in a file between two times in seconds (an end of 0 is the file's own). Raises FanlightError."""


def nobody_hears(_path: Path, _part: tuple[float, float], _stop: StopFlag | None) -> Iterable[HeardWords]:
    """A `Hear` for where sound is left out."""
    return ()


Listen = Callable[[Path, tuple[float, float], StopFlag | None], Sound]
"""The sound of a file between these times, for a model that hears it itself. Raises FanlightError."""


@dataclass(frozen=True, slots=True)
class InputOptions:
    """`reads_pictures`: the model looks at them, or their text is read for it. `context_tokens` 0: not known. `frames`:
    what frames of clips take of the model."""

    longest_side: int
    """Of a picture with normal detail."""
    reads_pictures: bool
    context_tokens: int = 0
    tell: Tell = untold
    ask_password: AskPassword = nobody_knows
    stop: StopFlag | None = None
    hear: Hear = nobody_hears
    progress: Callable[[str, float], object] = lambda _name, _done: None
    """A video is being read: its name, and how much of it is done, 0 to 1."""
    detail: Detail = "normal"
    frames: FrameCost = UNKNOWN_COST
    listen: Listen | None = None
    """None: the model is given what is said, as text."""
    last_document: dict[tuple[Path | None, bytes], Document] | None = None
    """Where pages are asked about one by one: the document that was read last, by its path or its bytes."""


@dataclass(slots=True)
class QuestionInputs:
    """`texts`: one of each document, as the model is sent it; `sounds` are those that it hears itself."""

    sounds: list[DocumentPart] = field(default_factory=list)
    pictures: list[ImagePart] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def images(self) -> list[Image]:
        return [picture.image for picture in self.pictures]

    def question(self, text: str) -> str:
        """What was asked, behind the documents; an empty question stays one."""
        return "\n\n".join([*self.texts, text]) if text.strip() else text


def chosen_pages(document: Document, question: str, room: int, tell: Tell) -> tuple[int, ...]:
    """The pages that the question needs; where these are not all, it is said which."""
    from fanlight.documents.page_index import PageIndex

    if document.has_text:
        pages = PageIndex(document.texts).chosen(question, room)
    else:
        pages = tuple(range(1, document.page_count + 1))[:MOST_PICTURED_PAGES]
    if len(pages) < document.page_count:
        text = _("“{name}” is too long for the model: it is given the pages {pages} of {count}.")
        hint = _("Name others behind the file, as in {example}.")
        tell(
            text.format(name=document.name, pages=page_ranges(pages), count=format_number(document.page_count)),
            hint.format(example=f"{document.name}#2-4"),
        )
    return pages
