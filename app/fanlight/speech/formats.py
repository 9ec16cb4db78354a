"""A transcript as text, subtitles or JSON. Writers take segments as they come, so that a long one can be streamed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from fanlight.domain.speech import Segment, Word

Format = Literal["text", "srt", "vtt", "json"]
FORMATS: tuple[Format, ...] = ("text", "srt", "vtt", "json")
SUFFIXES: dict[Format, str] = {"text": ".txt", "srt": ".srt", "vtt": ".vtt", "json": ".json"}

_LONGEST_CHARACTERS = 84
"""Two lines of 42, the usual measure of subtitles."""
_LONGEST_SECONDS = 7.0
_PAUSE_SECONDS = 0.8
_PARAGRAPH_SECONDS = 2.0
_SHORTEST_SECONDS = 0.7
"""A line shown for less can not be read."""
_MOST_WORDS = 100
"""Of a sentence that does not end."""
_CLAUSE_ENDS = (",", ";", ":", "–", "，", "、")
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


class Lines:
    """Words become segments, a line of subtitles each: what lies between sentence ends and pauses, halved to fit."""

    def __init__(self) -> None:
        self._open: list[Word] = []
        self._language = ""

    def take(self, words: Iterable[Word], language: str) -> Iterator[Segment]:
        for word in words:
            if self._open and self._ends_before(word):
                yield from self.flush()
            self._language = language
            self._open.append(word)

    def flush(self) -> Iterator[Segment]:
        for line in _halved(self._open):
            yield Segment(tuple(line), self._language)
        self._open = []

    def _ends_before(self, word: Word) -> bool:
        last = self._open[-1]
        return (
            last.text.rstrip().endswith(_SENTENCE_ENDS)
            or word.start - last.end >= _PAUSE_SECONDS
            or len(self._open) >= _MOST_WORDS
        )


def _halved(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Cut near the middle until each line fits, after a comma rather than between two words."""
    length = sum(len(word.text) for word in words)
    fits = length <= _LONGEST_CHARACTERS and words and words[-1].end - words[0].start <= _LONGEST_SECONDS
    if len(words) < 2 or fits:
        if words:
            yield words
        return
    before, best, least = 0, 1, float("inf")
    for i, word in enumerate(words[:-1], 1):
        before += len(word.text)
        off_centre = abs(before - length / 2) / length - (0.2 if word.text.endswith(_CLAUSE_ENDS) else 0)
        if off_centre < least:
            best, least = i, off_centre
    yield from _halved(words[:best])
    yield from _halved(words[best:])


def text(segments: Iterable[Segment]) -> Iterator[str]:
    """Sentences one after the other; a long pause begins a paragraph."""
    end: float | None = None
    for segment in segments:
        if end is not None:
            yield "\n\n" if segment.start - end >= _PARAGRAPH_SECONDS else _between(segment)
        yield segment.text
        end = segment.end
    if end is not None:
        yield "\n"


def srt(segments: Iterable[Segment]) -> Iterator[str]:
    """SubRip has no way to escape: what would read as a line of times is written otherwise."""
    for number, (segment, end) in enumerate(_shown(segments), 1):
        said = segment.text.replace("-->", "→")
        yield f"{number}\n{_time(segment.start, ',')} --> {_time(end, ',')}\n{said}\n\n"


def vtt(segments: Iterable[Segment]) -> Iterator[str]:
    yield "WEBVTT\n\n"
    for segment, end in _shown(segments):
        said = segment.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        yield f"{_time(segment.start, '.')} --> {_time(end, '.')}\n{said}\n\n"


def as_json(segments: Iterable[Segment], about: dict[str, Any]) -> str:
    """One object: `about`, then language, text and segments with their words; seconds and probabilities."""
    known = list(segments)
    said = "".join(text(known)).strip()
    language = known[0].language if known else ""
    return json.dumps(
        about | {"language": language, "text": said, "segments": [_plain(segment) for segment in known]},
        ensure_ascii=False,
        indent=2,
    )


def _plain(segment: Segment) -> dict[str, Any]:
    words = [
        {"text": w.text.strip(), "start": _short(w.start), "end": _short(w.end), "probability": round(w.probability, 3)}
        for w in segment.words
    ]
    return {"start": _short(segment.start), "end": _short(segment.end), "text": segment.text, "words": words}


def _shown(segments: Iterable[Segment]) -> Iterator[tuple[Segment, float]]:
    """Each segment and when it goes: not so soon that nobody can read it, not after the next one begins."""
    before: Segment | None = None
    for segment in segments:
        if before is not None:
            yield before, _until(before, segment.start)
        before = segment
    if before is not None:
        yield before, _until(before, float("inf"))


def _until(segment: Segment, following: float) -> float:
    return max(segment.end, min(segment.start + _SHORTEST_SECONDS, following))


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
