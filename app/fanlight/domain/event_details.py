"""Title and place of an event from the text around its date: by the first words of its line, and by a model."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from fanlight.domain.date_words import flat
from fanlight.domain.selected_text import question_about

_REQUEST = (
    "The following text was read on a screen. It holds a date: {date}. What takes place then, in at most eight words "
    "of the text, and where? Answer with JSON. The place is empty where the text does not say it."
)  # to the model
_LONGEST = 100
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "title": {"type": "string", "maxLength": _LONGEST},
            "place": {"type": "string", "maxLength": _LONGEST},
        },
        "required": ["title", "place"],
        "additionalProperties": False,
    }
)
_AROUND = " \t,;:.|·•–—-()[]/@"
_LABEL = re.compile(
    r"(?:date|datum|fecha|when|wann|quand|cuando|termin|time|uhrzeit|zeit|heure|hora|le|el|am|on|du|del|vom|from|at|um|bis|to|a)"
    r"\s*:?",
)
_WORD = re.compile(r"\w{3,}")
_SHARE = 0.6
"""Of the words of an answer that must be in the text: a model that makes one up is not believed."""


@dataclass(frozen=True, slots=True)
class EventDetails:
    title: str
    place: str = ""


def details_by_rules(text: str, begin: int, end: int) -> EventDetails:
    """What stands in the line before characters `begin` to `end`, or behind them; where that is nothing, the line
    above."""
    start = text.rfind("\n", 0, begin) + 1
    stop = text.find("\n", end)
    parts = [text[start:begin], text[end : stop if stop >= 0 else len(text)], *reversed(text[:start].splitlines()[-3:])]
    return EventDetails(next((title for part in parts if len(title := _bare(part)) >= 3), ""))


def details_request(text: str, date: str) -> str:
    return question_about(text, _REQUEST.format(date=" ".join(date.split())))


def details_in(answer: str, text: str) -> EventDetails | None:
    """What the model has answered, without what the text does not say; None where it is of no use."""
    try:
        found = json.loads(answer)
        title, place = (" ".join(str(found[name]).split()) for name in ("title", "place"))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    words = set(_WORD.findall(flat(text)))

    def grounded(value: str) -> str:
        own = _WORD.findall(flat(value))
        return value[:_LONGEST] if own and sum(word in words for word in own) >= _SHARE * len(own) else ""

    details = EventDetails(grounded(title), grounded(place))
    return details if details.title or details.place else None


def _bare(line: str) -> str:
    """Without signs and labels at its edges, in one line."""
    words = " ".join(line.split()).strip(_AROUND)
    plain = flat(words)
    if (label := _LABEL.match(plain)) and not plain[label.end() : label.end() + 1].isalnum():
        words = words[label.end() :].strip(_AROUND)
    if label := re.search(rf"(?<!\w){_LABEL.pattern}$", flat(words)):
        words = words[: label.start()].strip(_AROUND)
    return words[:_LONGEST]
