"""What is looked for, in the language of FTS5: only words between quotation marks come from the user."""

from __future__ import annotations

from collections.abc import Iterable

from fanlight.domain.search import NEAR, SearchQuery, Term

PLACES = 256
"""Numbers of entries of one message."""


def match_of(query: SearchQuery) -> str:
    """All wanted words, none that is unwanted; "" where no word is wanted."""
    wanted = _phrases(query.wanted)
    return " NOT ".join([f"({' AND '.join(wanted)})", *_unwanted(query)]) if wanted else ""


def near_match_of(query: SearchQuery) -> str:
    """The same words near each other; "" for fewer than two."""
    wanted = _phrases(query.wanted)
    return " NOT ".join([f"NEAR({' '.join(wanted)}, {NEAR})", *_unwanted(query)]) if len(wanted) > 1 else ""


def needs_check(query: SearchQuery) -> bool:
    """Whether what the index finds has to be compared with the query."""
    return any(term.needs_check for term in (*query.wanted, *query.unwanted))


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _unwanted(query: SearchQuery) -> list[str]:
    return _phrases(term for term in query.unwanted if not term.needs_check)


def _phrases(terms: Iterable[Term]) -> list[str]:
    return [quoted(" ".join(term.words)) + ("" if term.ends else " *") for term in terms if term.words]
