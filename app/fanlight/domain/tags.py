"""Tags of conversations: short names, told apart without regard to case."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from fanlight.domain.unicode import well_formed

LONGEST_TAG = 100
_LEFT_OUT = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Controls, and those that would turn the direction of what stands beside a name."""
_QUOTES = re.compile('["“”„‟«»「」『』]')


def clean_tag(text: str) -> str:
    """As it is kept; "" where nothing is left."""
    spaced = " ".join(_LEFT_OUT.sub(" ", unicodedata.normalize("NFC", well_formed(text))).split())
    return spaced[:LONGEST_TAG].strip()


def tag_key(name: str) -> str:
    """Two names with the same one are the same tag."""
    folded = unicodedata.normalize("NFD", name).casefold()
    return unicodedata.normalize("NFC", folded)


def tags_of(names: Iterable[str]) -> tuple[str, ...]:
    """Clean, each once (as it is written first), in the order of the alphabet."""
    kept: dict[str, str] = {}
    for name in map(clean_tag, names):
        if name:
            kept.setdefault(tag_key(name), name)
    return tuple(kept[key] for key in sorted(kept))


def joined_tags(names: Iterable[str], between: str = ", ") -> str:
    """In one line. Where one is written from right to left, each keeps its own direction (between FSI and PDI)."""
    kept = list(names)
    if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in "".join(kept)):
        kept = [f"\u2068{name}\u2069" for name in kept]
    return between.join(kept)


def typed_tags(text: str) -> tuple[str, ...]:
    """Of a field in which commas stand between names."""
    return tags_of(re.split(r"[,;，、\n]", text))


def counted_tags(tags: Iterable[Sequence[str]]) -> dict[str, int]:
    """Each tag, in the order of the alphabet, and how many conversations have it. `tags`: of each conversation."""
    counts = Counter(name for names in tags for name in names)
    return {name: counts[name] for name in sorted(counts, key=tag_key)}


def wanted_tags(typed: str, known: Iterable[str]) -> frozenset[str]:
    """The keys of the tags that someone means who has typed this: the one of that name, or else those that begin so.
    Quotation marks, which end a name in a search, count for nothing."""
    wanted = _unquoted(typed)
    keys = {tag_key(name): _unquoted(name) for name in known}
    if exact := frozenset(key for key, plain in keys.items() if plain == wanted):
        return exact
    return frozenset(key for key, plain in keys.items() if plain.startswith(wanted))


def _unquoted(name: str) -> str:
    return " ".join(tag_key(_QUOTES.sub("", name)).split())
