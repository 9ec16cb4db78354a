"""The line that is being written: what of it is shown, so that nothing flickers when its marks are closed."""

from __future__ import annotations

import re

from fanlight.markdown.operators import is_word_letter

_UNDECIDED = re.compile(r"[-+*=_#>|:`~\s]*|\s*\d{1,9}[.)]?\s*|\s*(?:```|~~~).*|\s*[-+*]\s+\[[ xX]?\]?")
_OPEN_LINK = re.compile(r"(?<!\\)!?\[([^\]\n]*)(?:\](?:\([^)\n]*)?)?$")
_STRONG = "**"


def is_undecided(line: str) -> bool:
    """Whether it may become a heading's underline, a list, a rule, a fence or a table: it is held back."""
    return _UNDECIDED.fullmatch(line) is not None


def with_marks_closed(line: str) -> str:
    """The line, with open inline marks closed."""
    line = _OPEN_LINK.sub(r"\1", line)
    if line.count("`") % 2:
        return line[:-1] if line.endswith("`") else line + "`"
    if _is_strong_open(line):
        return line.removesuffix(_STRONG) if line.endswith(_STRONG) else line.rstrip(" *") + _STRONG
    return line


def _is_strong_open(line: str) -> bool:
    is_open, at = False, -len(_STRONG)
    while (at := line.find(_STRONG, at + len(_STRONG))) >= 0:
        before, after = line[at - 1 : at] if at else "", line[at + 2 : at + 3]
        is_power = before.isdigit() and after.isdigit()
        if not is_power and (is_open or not (is_word_letter(before) and is_word_letter(after))):
            is_open = not is_open
    return is_open
