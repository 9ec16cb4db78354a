"""What a conversation is called before anybody names it."""

from __future__ import annotations

from fanlight.i18n import _

TITLE_LENGTH = 60
_MARKS = " \t*_#`.\"“”„«»'"


def title_of(text: str) -> str:
    """A title from the first question: its first line, cut at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LENGTH:
        return line or _("Picture")
    head, space, _rest = line[:TITLE_LENGTH].rpartition(" ")
    return (head if space else line[:TITLE_LENGTH]).rstrip(" ,.;:") + "…"


def title_said(text: str) -> str:
    """A title that a model gave: its first line, without marks around it; "" for what is none."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    label, colon, rest = line.partition(":")
    if colon and label.strip(_MARKS).casefold() == "title":
        line = rest
    return title_of(line.strip(_MARKS)) if line.strip(_MARKS) else ""
