"""What narrows a search beside words: `has:picture`, `has:sound`, `is:pinned`, `is:archived`, `tag:work`, `model:qwen`,
`after:2026-01`, `before:2026-02-15`.

The words are the same in every language, so that a search can be told to others. `-` before one turns it round. A date
is a year, a month or a day; `after` counts from its beginning, `before` ends there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from fanlight.domain.folding import fold
from fanlight.domain.tags import tag_key, wanted_tags

_QUOTES = '"“”„‟«»「」『』'
_FILTER = re.compile(
    rf"(?P<phrase>[{_QUOTES}][^{_QUOTES}]*[{_QUOTES}]?)|"
    rf"(?<!\S)(?P<minus>-?)(?P<key>has|is|tag|model|before|after)[:：](?:[{_QUOTES}](?P<quoted>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<bare>\S*))",
    re.IGNORECASE,
)
_DATES = (
    re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?"),
    re.compile(r"(?:(?P<day>\d{1,2})\.)?(?P<month>\d{1,2})\.(?P<year>\d{4})"),
)
_BEGUN_DATE = re.compile(r"[\d.\-]*")


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """`has_picture`, `has_sound`, `is_pinned`, `is_archived` and tags are of a conversation; a model is of an answer
    and of the question to it; `since` and `until` are seconds since 1970. None and () want nothing. `typed`: as it was
    written, by its first word."""

    has_picture: bool | None = None
    has_sound: bool | None = None
    """Something was spoken, or is from a recording."""
    is_pinned: bool | None = None
    is_archived: bool | None = None
    tags: tuple[str, ...] = ()
    """As they were typed (`domain/tags.py:wanted_tags`); a conversation must have each."""
    other_tags: tuple[str, ...] = ()
    """Of which it must have none."""
    models: tuple[str, ...] = ()
    """Folded parts of names, each of which the model's must have."""
    other_models: tuple[str, ...] = ()
    """Of which it must have none."""
    since: float | None = None
    until: float | None = None
    typed: dict[str, str] = field(default_factory=dict, compare=False, hash=False)

    def __bool__(self) -> bool:
        return self != SearchFilters()

    @property
    def wants_model(self) -> bool:
        return bool(self.models or self.other_models)

    @property
    def wants_tag(self) -> bool:
        return bool(self.tags or self.other_tags)

    def fits_conversation(self, *, pinned: bool, archived: bool, has_picture: bool, has_sound: bool) -> bool:
        wanted = (
            (self.is_pinned, pinned), (self.is_archived, archived),
            (self.has_picture, has_picture), (self.has_sound, has_sound),
        )  # fmt: skip
        return all(one in (None, there) for one, there in wanted)

    def tag_filter(self, known: Iterable[str]) -> TagFilter:
        """`known`: all tags that there are."""
        names = list(known) if self.wants_tag else []
        return TagFilter(
            tuple(wanted_tags(one, names) for one in self.tags),
            frozenset[str]().union(*(wanted_tags(one, names) for one in self.other_tags)),
        )

    def fits_time(self, first: float, last: float) -> bool:
        """Whether something between the two is in the time that is wanted."""
        return (self.since is None or last >= self.since) and (self.until is None or first < self.until)

    def fits_model(self, name: str) -> bool:
        """ "" is a model that nothing is known of."""
        folded = fold(name)
        return all(one in folded for one in self.models) and not any(one in folded for one in self.other_models)


@dataclass(frozen=True, slots=True)
class TagFilter:
    """One of each of `wanted` must be there, none of `unwanted`; by their keys."""

    wanted: tuple[frozenset[str], ...] = ()
    unwanted: frozenset[str] = frozenset()

    def fits(self, tags: Iterable[str]) -> bool:
        """Those of a conversation."""
        if not self.wanted and not self.unwanted:
            return True
        keys = {tag_key(name) for name in tags}
        return all(keys & one for one in self.wanted) and not keys & self.unwanted


def split_filters(text: str) -> tuple[str, SearchFilters]:
    """The words that are left, and the filters among them. What is no filter is a word; one that is being typed
    at the end is neither."""
    found = SearchFilters()
    left: list[str] = []
    end = 0
    for match in _FILTER.finditer(text):
        if match["phrase"]:
            continue
        value = (match["quoted"] or match["bare"] or "").strip()
        changed = _with(found, match["key"].lower(), value, wanted=not match["minus"])
        if changed is not None and (value or match.end() == len(text)):
            found = changed
            left.append(text[end : match.start()])
            end = match.end()
    return "".join([*left, text[end:]]), found


def set_filter(text: str, key: str, value: str, kind: str = "") -> str:
    """The search with that filter, behind all else, in the place of the others of this key, or of this `kind` of it;
    without them where `value` is ""."""

    def without(match: re.Match[str]) -> str:
        typed = (match["quoted"] or match["bare"] or "").lower()
        is_same = (match["key"] or "").lower() == key and (not kind or f"{kind}s".startswith(typed))
        return "" if is_same else match[0]

    kept = _FILTER.sub(without, text)
    quoted = f'"{value}"' if re.search(r"\s", value) else value
    return " ".join([*kept.split(), *([f"{key}:{quoted}"] if value else [])])


def toggle_tag(text: str, name: str) -> str:
    """The search with that tag among its filters, or without it where it is one of them."""
    written = _without_quotes(name)

    def without(match: re.Match[str]) -> str:
        typed = _without_quotes(match["quoted"] or match["bare"] or "")
        is_tag = (match["key"] or "").lower() == "tag" and not match["minus"]
        return "" if is_tag and tag_key(typed) == tag_key(written) else match[0]

    changed = _FILTER.sub(without, text)
    if changed != text:
        return " ".join(changed.split())
    quoted = f'"{written}"' if re.search(r"\s", written) else written
    return " ".join([*text.split(), f"tag:{quoted}"])


def _without_quotes(name: str) -> str:
    """Which would end a name."""
    return " ".join(re.sub(f"[{_QUOTES}]", "", name).split())


def model_in_footer(footer: str) -> str:
    """The model that gave the answer with this footer; "" where that was not kept, or is damaged."""
    if footer.startswith("{"):
        with suppress(ValueError, RecursionError):
            found = json.loads(footer)
            name = found.get("model") if isinstance(found, dict) else None
            return name if isinstance(name, str) else ""
    return ""


def fits_any_model(filters: SearchFilters, footers: Iterable[str]) -> bool:
    """Whether one of the answers with these footers is of a model that is wanted."""
    return any(filters.fits_model(model_in_footer(footer)) for footer in footers)


def _with(found: SearchFilters, key: str, value: str, *, wanted: bool) -> SearchFilters | None:
    """None for what is no filter."""
    typed = {**found.typed, key: value} if wanted else found.typed
    match key:
        case "has" if "pictures".startswith(value.lower()):
            return replace(found, has_picture=wanted, typed=typed) if value else found
        case "has" if "sounds".startswith(value.lower()):
            return replace(found, has_sound=wanted, typed=typed)
        case "is" if "pinned".startswith(value.lower()):
            return replace(found, is_pinned=wanted, typed=typed) if value else found
        case "is" if "archived".startswith(value.lower()):
            return replace(found, is_archived=wanted, typed=typed)
        case "tag":
            if not value:
                return found
            if wanted:
                return replace(found, tags=(*found.tags, value), typed=typed)
            return replace(found, other_tags=(*found.other_tags, value), typed=typed)
        case "model":
            name = fold(value)
            if not name:
                return found
            if wanted:
                return replace(found, models=(*found.models, name), typed=typed)
            return replace(found, other_models=(*found.other_models, name))
        case "after" | "before":
            when = _seconds_of(value)
            if when is None:
                return found if _BEGUN_DATE.fullmatch(value) else None
            begins = (key == "after") == wanted
            typed = {**found.typed, "after" if begins else "before": value}
            return replace(found, since=when, typed=typed) if begins else replace(found, until=when, typed=typed)
        case _:
            return None


def _seconds_of(text: str) -> float | None:
    """When that year, month or day begins here."""
    for pattern in _DATES:
        if match := pattern.fullmatch(text):
            year, month, day = (int(match[name] or 1) for name in ("year", "month", "day"))
            with suppress(ValueError, OverflowError, OSError):
                return datetime(year, month, day).astimezone().timestamp()
    return None
