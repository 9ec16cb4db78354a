"""Text that is selected in another program: how a question about it is written, and what comes into its place."""

from __future__ import annotations

from fanlight.domain.unicode import well_formed

LONGEST_SELECTION = 100_000
"""Characters: more than the context of most models."""

_QUOTES = (('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("'", "'"), ("‘", "’"), ("「", "」"))
_EXCERPT = 160


def question_about(text: str, instruction: str) -> str:
    """The instruction first; the text between lines that it does not contain."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{instruction}\n\n{fence}\n{text.strip()}\n{fence}"


def replacement(selected: str, answer: str) -> str:
    """What replaces the selection: the answer without a fence or quotation marks that were added around it, between
    the spaces and line ends that the selection begins and ends with."""
    bare = _without_fence(well_formed(answer).strip())
    core = selected.strip()
    for opening, closing in _QUOTES:
        added = len(bare) > 2 and bare.startswith(opening) and bare.endswith(closing)
        inside = bare[1:-1]
        if added and not core.startswith(opening) and opening not in inside and closing not in inside:
            bare = inside.strip()
            break
    if not core or not bare:
        return bare
    start = selected.index(core)
    return f"{selected[:start]}{bare}{selected[start + len(core) :]}"


def same_text(one: str, other: str) -> bool:
    """Programs write line ends and spaces differently from one way of copying to the next."""
    return one.split() == other.split()


def excerpt(text: str) -> str:
    """Its beginning in one line, for display."""
    line = " ".join(text[: 4 * _EXCERPT].split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rstrip()}…"


def _without_fence(text: str) -> str:
    lines = text.splitlines()
    if len(lines) < 2 or not lines[0].startswith("```") or not lines[-1].startswith("```"):
        return text
    inside = lines[1:-1]
    return text if any(line.startswith("```") for line in inside) else "\n".join(inside)
