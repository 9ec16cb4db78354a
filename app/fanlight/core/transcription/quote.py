"""A transcript as a quotation in a question, as much of it as the model has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fanlight.domain.errors import TranscriptTooLong
from fanlight.domain.speech import Segment
from fanlight.domain.transcription import clock
from fanlight.i18n import _, format_number
from fanlight.speech.transcript_formats import PARAGRAPH_SECONDS

_BYTES_A_TOKEN = 3
"""Of UTF-8, on the safe side: English has more, other scripts have two or three."""
_SHARE = 0.6
"""Of the context; the rest is for the question, the conversation so far, and the answer."""
UNKNOWN_CONTEXT = 4096
MOST_TOKENS = 60_000
"""Limit on models with a very long context: a longer quotation is not proofread before it is sent."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """`problem` is set where the quotation is incomplete."""

    text: str
    problem: TranscriptTooLong | None = None


def quotation(name: str, segments: Sequence[Segment], context_tokens: int | None, *, part: bool = False) -> Quotation:
    """Markdown, with the file's name and the times above it. `part`: they are a selection, not the whole."""
    room = min(MOST_TOKENS, int(_SHARE * (context_tokens or UNKNOWN_CONTEXT)))
    needed, count = 0, 0
    for segment in segments:
        needed += _tokens(segment)
        count += needed <= room
    kept = segments[:count] or segments[:1]
    if part or count < len(segments):
        source = _("From {name}, {start} to {end}:").format(
            name=name, start=clock(kept[0].start), end=clock(kept[-1].end)
        )
    else:
        source = _("From {name}:").format(name=name)
    text = f"{source}\n\n" + "\n>\n".join(f"> {paragraph}" for paragraph in _paragraphs(kept))
    if count >= len(segments):
        return Quotation(text)
    return Quotation(
        text,
        TranscriptTooLong(
            _(
                "The transcript has about {needed} tokens, and this model has room for about {room} besides your "
                "question. The quotation ends at {end}."
            ).format(needed=format_number(needed), room=format_number(room), end=clock(kept[-1].end))
        ),
    )


def _tokens(segment: Segment) -> int:
    return len(segment.text.encode()) // _BYTES_A_TOKEN + 1


def _paragraphs(segments: Sequence[Segment]) -> list[str]:
    paragraphs: list[str] = []
    end: float | None = None
    for segment in segments:
        if end is None or segment.start - end >= PARAGRAPH_SECONDS:
            paragraphs.append(segment.text)
        else:
            joint = " " if segment.words[0].text.startswith(" ") else ""
            paragraphs[-1] += joint + segment.text
        end = segment.end
    return paragraphs
