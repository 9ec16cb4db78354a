"""What ends a sentence, and what only looks like it: for subtitles, and for answers that are read aloud."""

from __future__ import annotations

import re

WIDE_MARKS = "。！？｡।॥؟۔։።፧፨။។៕།༎᠃᙮⸮‽"
"""Marks that end a sentence whatever follows: often no space is written after them."""
SENTENCE_MARKS = f".!?…{WIDE_MARKS}"
CLOSERS = "\"'”’»)]*_~"
"""What may stand between a sentence's mark and the space behind it."""

_NEVER = frozenset(
    [
        *("mr", "mrs", "ms", "messrs", "dr", "prof", "st", "sr", "jr", "rev", "hon", "gen", "col", "capt", "cpt", "lt"),
        *("sgt", "maj", "adm", "gov", "sen", "rep", "pres", "mt", "ft", "vs", "cf", "e.g", "i.e", "viz", "approx"),
        *("hr", "fr", "hrn", "dipl", "z.b", "d.h", "u.a", "z.t", "o.ä", "bzw", "ca", "inkl", "ggf", "vgl", "bspw"),
        *("mme", "mmes", "mlle", "p.ex", "sra", "srta", "dra", "dña", "sig", "dott", "ing", "dhr", "mevr", "dott.ssa"),
    ]
)
"""Abbreviations after which a name, or anything, may follow."""
_BEFORE_NUMBERS = frozenset(
    [
        *("no", "nos", "nr", "fig", "figs", "eq", "sec", "vol", "p", "pp", "ch", "s", "abb", "kap", "bd", "art", "n"),
        *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "okt", "dez", "mär"),
    ]
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def is_abbreviation(word: str, following: str) -> bool:
    """Whether the full stop behind `word` belongs to it when `following` comes next: "Mr", "No" before a number, the
    initials "J" and "e.g"."""
    bare = word.lower()
    if bare in _NEVER or (bare in _BEFORE_NUMBERS and following[:1].isdigit()) or _INITIALS.fullmatch(word):
        return True
    return len(word) == 1 and word.isalpha() and word.isupper() and word != "I"


def ends_sentence(word: str, following: str) -> bool:
    """Whether a sentence ends with `word`, its marks and closing quotes included, when `following` is the next word."""
    bare = word.strip().rstrip(CLOSERS)
    marked = bare.rstrip(SENTENCE_MARKS)
    if marked == bare:
        return False
    following = following.lstrip()
    if following[:1].islower():
        return False
    return bare[len(marked) :] != "." or not is_abbreviation(marked.lstrip("\"'“‘„«([¿¡"), following)
