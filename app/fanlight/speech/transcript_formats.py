"""A transcript as text, subtitles or JSON, written segment by segment: a long one can be streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, Protocol

from fanlight.domain.speech import Segment
from fanlight.speech.subtitle_lines import subtitle_lines

Format = Literal["text", "srt", "vtt", "json"]
FORMATS: tuple[Format, ...] = ("text", "srt", "vtt", "json")
SUFFIXES: dict[Format, str] = {"text": ".txt", "srt": ".srt", "vtt": ".vtt", "json": ".json"}

PARAGRAPH_SECONDS = 2.0
_SHORTEST_SECONDS = 0.7
"""A line shown for less cannot be read."""


class TranscriptWriter(Protocol):
    """The results of `add_segment` and `end`, one after the other, are the document."""

    def add_segment(self, segment: Segment) -> str: ...

    def end(self) -> str: ...


class TextWriter:
    """Sentences one after the other; a long pause begins a paragraph."""

    def __init__(self) -> None:
        self._end: float | None = None

    def add_segment(self, segment: Segment) -> str:
        before, self._end = self._end, segment.end
        if before is None:
            return segment.text
        return ("\n\n" if segment.start - before >= PARAGRAPH_SECONDS else _between(segment)) + segment.text

    def end(self) -> str:
        return "" if self._end is None else "\n"


class _Subtitles:
    """A cue is written when the next segment is known: it lasts at least _SHORTEST_SECONDS, and not into the next."""

    _head = ""

    def __init__(self) -> None:
        self._waiting: Segment | None = None

    def add_segment(self, segment: Segment) -> str:
        before, self._waiting = self._waiting, segment
        return self._finished(before, segment.start)

    def end(self) -> str:
        last, self._waiting = self._waiting, None
        return self._finished(last, float("inf"))

    def _finished(self, segment: Segment | None, following: float) -> str:
        head, self._head = self._head, ""
        if segment is None:
            return head
        return head + self._cue(segment, max(segment.end, min(segment.start + _SHORTEST_SECONDS, following)))

    def _cue(self, segment: Segment, until: float) -> str:
        raise NotImplementedError


class SrtWriter(_Subtitles):
    """SubRip has no way to escape: what would read as a line of times is written otherwise."""

    _number = 0

    def _cue(self, segment: Segment, until: float) -> str:
        self._number += 1
        text = "\n".join(subtitle_lines(segment.words)).replace("-->", "→")
        return f"{self._number}\n{_time(segment.start, ',')} --> {_time(until, ',')}\n{text}\n\n"


class VttWriter(_Subtitles):
    _head = "WEBVTT\n\n"

    def _cue(self, segment: Segment, until: float) -> str:
        text = "\n".join(subtitle_lines(segment.words))
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"{_time(segment.start, '.')} --> {_time(until, '.')}\n{text}\n\n"


WRITERS: dict[Format, Callable[[], TranscriptWriter]] = {"text": TextWriter, "srt": SrtWriter, "vtt": VttWriter}
"""JSON is one object and cannot be streamed."""


def render_transcript(segments: Iterable[Segment], form: Format, about: dict[str, Any] | None = None) -> Iterator[str]:
    """The whole document in pieces; `about` goes into JSON."""
    if form == "json":
        yield as_json(segments, about or {}) + "\n"
        return
    writer = WRITERS[form]()
    for segment in segments:
        yield writer.add_segment(segment)
    yield writer.end()


def as_json(segments: Iterable[Segment], about: dict[str, Any]) -> str:
    """One object: `about`, then language, text and segments with their words; seconds and probabilities."""
    known = list(segments)
    text = "".join(render_transcript(known, "text")).strip()
    language = known[0].language if known else ""
    return json.dumps(
        about | {"language": language, "text": text, "segments": [_plain(segment) for segment in known]},
        ensure_ascii=False,
        indent=2,
    )


def _plain(segment: Segment) -> dict[str, Any]:
    words = [
        {"text": w.text.strip(), "start": _short(w.start), "end": _short(w.end), "probability": round(w.probability, 3)}
        for w in segment.words
    ]
    return {"start": _short(segment.start), "end": _short(segment.end), "text": segment.text, "words": words}


def _time(seconds: float, point: str) -> str:
    """hh:mm:ss and thousandths; hours may have more digits."""
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{thousandths // 1000:02}{point}{thousandths % 1000:03}"


def _between(segment: Segment) -> str:
    return " " if segment.words[0].text.startswith(" ") else ""


def _short(seconds: float) -> float:
    return round(seconds, 3)
