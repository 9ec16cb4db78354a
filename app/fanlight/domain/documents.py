"""Documents: files that models are given as the text of their pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

DocumentKind = Literal["pdf", "text", "sound"]
"""Sound: what is said in a recording or a video, with times."""


MOST_GIVEN_LETTERS = 12_000
"""Of one page that a model is given: a page can hold a whole book."""
MOST_PICTURED_PAGES = 8
"""Pages without text that a model is given as pictures: each takes some hundred tokens."""
_BYTES_A_TOKEN = 3
"""Of UTF-8, on the safe side: English has more, other scripts have two or three."""
_SHARE = 0.6
"""Of the context; the rest is for the question, the conversation so far, and the answer."""
_UNKNOWN_CONTEXT = 4096


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """`id` is the sha256 of the file; `texts` are those of its pages, "" where a page has none, as a scan; `data` is
    the file, which `password` opens. What is no PDF has the kind "text" and pages, too: slides, or pieces of some
    thousand letters."""

    id: str
    name: str
    kind: DocumentKind
    texts: tuple[str, ...] = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    password: str = field(default="", repr=False)
    """In memory alone."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and (other.id, other.name) == (self.id, self.name)

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def page_count(self) -> int:
        return len(self.texts)

    @property
    def has_text(self) -> bool:
        return any(self.texts)


def document_kind_of(text: object) -> DocumentKind:
    """As it was written down; what is not known is taken for a PDF."""
    return "text" if text == "text" else "sound" if text == "sound" else "pdf"


def text_tokens(text: str) -> int:
    """About how many tokens a text has, rather too many."""
    return len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 1


def page_tokens(text: str) -> int:
    """Of a page as a model is given it."""
    return text_tokens(text[:MOST_GIVEN_LETTERS]) + 8


def room_for_pages(context_tokens: int | None) -> int:
    """Tokens that pages may take of a context of so many; 0 and None: it is not known."""
    return int(_SHARE * (context_tokens or _UNKNOWN_CONTEXT))


def page_ranges(pages: Iterable[int]) -> str:
    """ "1, 3–5"."""
    wanted = sorted(set(pages))
    starts = [page for before, page in pairwise([-1, *wanted]) if page != before + 1]
    ends = [page for page, after in pairwise([*wanted, -1]) if after != page + 1]
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True))


def given_text(document: Document, pages: Sequence[int], pictured: Sequence[int] = ()) -> str:
    """What a model is sent of a document: `pages`, counted from 1, each under its number. `pictured` are sent as
    pictures, too, in that order. It is in English, as models are trained most on that."""
    if document.kind == "sound":
        return _heard_text(document, pages)
    count = document.page_count
    which = f"{count} pages" if count > 1 else "1 page"
    if len(set(pages)) < count:
        which = f"pages {page_ranges(pages)} of {count}"
    written = [f"From the document “{document.name}” ({which}). Cite the pages that you use, as in [p. {pages[0]}]."]
    for page in pages:
        text = document.texts[page - 1][:MOST_GIVEN_LETTERS]
        shown = "(This page is one of the pictures.)" if page in pictured else "(This page has no text.)"
        written.append(f"[p. {page}]\n{text or shown}")
    return "\n\n".join(written)


def heard_heading(document: Document) -> str:
    """What a model is told before it hears the sound of a document itself; in English, too."""
    return f"The recording “{document.name}”:"


def _heard_text(document: Document, pages: Sequence[int]) -> str:
    """Each line begins with its time."""
    which = "all of it" if len(set(pages)) == document.page_count else "parts of it"
    if not document.has_text:
        return f"There is no text of what is said in the recording “{document.name}”."
    told = f"What is said in “{document.name}” ({which}), each line behind its time. Cite times, as in [0:12]."
    return "\n\n".join([told, *(document.texts[page - 1][:MOST_GIVEN_LETTERS] for page in pages)])
