"""Lasting notes: what a person wants a model to know in every conversation that he chooses."""

from __future__ import annotations

import re

MOST_CHARACTERS = 20_000
"""What is beyond is not sent: it would take the room of the conversation."""
_LINE_CHARACTERS = 300
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
# To the model.
_HEAD = "Notes that the user keeps for you:"
_ASKS = (
    "If the user now tells you something that should be remembered in later conversations, end your answer with one "
    "line that begins with NOTE: and says it. The user decides whether it is kept."
)
_PROPOSED = re.compile(r"^[\s>*_`-]*NOTE:[*_`\s]*(?P<line>\S.*?)[*_`\s]*$", re.MULTILINE)
_TOLD = re.compile(
    r"(?:^|[.!?]\s+)(?:please\s+)?(?:remember(?:\s+this)?|keep in mind|note (?:that|this|for later))\s*[:,]?\s+"
    r"(?:that\s+)?(?P<line>[^\n]+?)\s*$|"
    r"(?:^|[.!?]\s+)(?:bitte\s+)?(?:merke?\s+dir|merken\s+sie\s+sich)(?:\s+bitte)?\s*[:,]?\s+"
    r"(?:dass\s+)?(?P<german>[^\n]+?)\s*$",
    re.IGNORECASE,
)
"""A question that asks to remember something, in English or German."""


def with_notes(system: str, notes: str) -> str:
    """The standing instruction with the notes behind it; itself where there are none."""
    kept = notes.strip()[:MOST_CHARACTERS].rstrip()
    return "\n\n".join(part for part in (system.strip(), f"{_HEAD}\n{kept}", _ASKS) if part) if kept else system


def proposed_note(question: str, answer: str) -> str:
    """The line that is offered to be added to the notes: what the model proposes in the last line of its answer that
    begins with NOTE:, or what the question asks to remember. "" where there is neither."""
    proposed = [match["line"] for match in _PROPOSED.finditer(answer)]
    if not proposed and "?" not in question and (told := _TOLD.search(question.strip())):
        proposed = [told["line"] or told["german"]]
    line = " ".join(proposed[-1].split()) if proposed else ""
    return line[:1].upper() + line[1:] if 2 < len(line) <= _LINE_CHARACTERS else ""


def with_line(notes: str, line: str) -> str:
    """With one more line; the same where it is there already."""
    lines = notes.splitlines()
    if line.casefold() in (one.strip(" -*").casefold() for one in lines):
        return notes
    return "\n".join([*lines, f"- {line}"]).strip() + "\n"


def about_tokens(notes: str) -> int:
    """Roughly what they take of the context: four letters are a token, and so is a character of CJK."""
    sent = notes.strip()[:MOST_CHARACTERS]
    wide = len(_WIDE.findall(sent))
    return wide + (len(sent) - wide + 3) // 4
