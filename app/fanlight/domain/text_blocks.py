"""Lines of recognized text joined to the blocks that are translated as a whole: paragraphs, headings, single labels.

Lines belong together where one continues the other, as a person sees it: they stand below each other, are of one size,
and the first one was broken for want of room, not because it was at its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from fanlight.domain.reading import TextLine, read_in_order

_NEAR, _FARTHEST, _ALIKE = 0.6, 0.9, 0.72
"""Of a line's height: the gap to the next line of its block, which is smaller where nothing in the words says that they
go on; and how much higher one may be than the other."""
_INDENT, _FEWEST_COLUMN = 1.3, 4
"""Of a column's width: how much lower or higher the next one may begin; a column that goes on in the next one has at
least so many letters."""
_SHARED = 0.5
"""Of the narrower line: how much of it lies below the other."""
_LETTERS = 18
"""A line that was broken has at least as many, or goes on with a small letter: the entries of a menu have fewer."""
_FEWEST_TIGHT = 8
"""The same for scripts that are written without spaces."""
_TIGHT = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f"
_BULLET = re.compile(r"\s*(?:[•·▪◦‣–—*+-]|\(?\d{1,3}[.)]|[a-zA-Z][.)])\s")


@dataclass(frozen=True, slots=True)
class TextBlock:
    """Its lines, from top to bottom, or its columns, from right to left; edges in pixels of the picture."""

    lines: tuple[TextLine, ...]

    @property
    def left(self) -> float:
        return min(line.left for line in self.lines)

    @property
    def top(self) -> float:
        return min(line.top for line in self.lines)

    @property
    def right(self) -> float:
        return max(line.right for line in self.lines)

    @property
    def bottom(self) -> float:
        return max(line.bottom for line in self.lines)

    @property
    def line_height(self) -> float:
        """In pixels, of the line in the middle by height; of a line that is written downwards, its width."""
        heights = (min(line.height, line.width) if _is_vertical(line) else line.height for line in self.lines)
        return sorted(heights)[len(self.lines) // 2]

    @property
    def text(self) -> str:
        """In one line; words that were divided at the end of a line are whole again."""
        whole = self.lines[0].text.strip()
        for line in self.lines[1:]:
            whole = _joined(whole, line.text.strip())
        return whole


def blocks_of(lines: Sequence[TextLine]) -> list[TextBlock]:
    """In reading order. Every line with text is in exactly one of them."""
    stacks = list[list[TextLine]]()
    for row in read_in_order(lines):
        for line in row:
            near = [stack for stack in stacks if _stands_below(stack[-1], line)]
            if near:
                min(near, key=lambda stack: line.top - stack[-1].bottom).append(line)
            else:
                stacks.append([line])
    blocks = _with_columns_joined([TextBlock(tuple(part)) for stack in stacks for part in _parts(stack)])
    return [one for block in blocks for one in _without_others(block, lines)]


def _with_columns_joined(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Columns that are written downwards, and stand side by side, are one block."""
    columns = [line for block in blocks for line in block.lines if _is_vertical(line)]
    joined = list[list[TextLine]]()
    for line in sorted(columns, key=lambda line: -line.right):
        right = next((stack for stack in joined if _stands_left(stack[-1], line)), None)
        if right is None:
            joined.append([line])
        else:
            right.append(line)
    by_first = {id(stack[0]): TextBlock(tuple(stack)) for stack in joined}
    rest = [by_first.get(id(block.lines[0]), block) for block in blocks]
    inside = {id(line) for stack in joined for line in stack[1:]}
    return [block for block in rest if id(block.lines[0]) not in inside]


def _stands_left(right: TextLine, line: TextLine) -> bool:
    """Whether it is the next column: beside the other one, of its size, and beginning as high or a letter lower."""
    narrow, wide = sorted((right.width, line.width))
    gap = right.left - line.right
    return (
        -0.5 * narrow < gap <= _FARTHEST * wide
        and narrow >= _ALIKE * wide
        and abs(line.top - right.top) <= _INDENT * wide
        and len(right.text.strip()) >= _FEWEST_COLUMN
    )


def _without_others(block: TextBlock, lines: Sequence[TextLine]) -> list[TextBlock]:
    """Each line for itself where others stand between them, as in tables and terminals."""
    own = set(map(id, block.lines))
    for line in lines if len(block.lines) > 1 else ():
        x, is_inside = line.left + line.width / 2, block.top < line.middle < block.bottom
        if is_inside and block.left < x < block.right and id(line) not in own:
            return [TextBlock((one,)) for one in block.lines]
    return [block]


def _stands_below(above: TextLine, line: TextLine) -> bool:
    """Whether they may be of one column: the gap is small, and so is the difference in size."""
    if _is_vertical(above) or _is_vertical(line):
        return False
    low, high = sorted((above.height, line.height))
    gap = line.top - above.bottom
    shared = min(above.right, line.right) - max(above.left, line.left)
    return (
        -0.5 * low < gap <= _FARTHEST * high
        and low >= _ALIKE * high
        and shared >= _SHARED * min(above.width, line.width)
    )


def _is_vertical(line: TextLine) -> bool:
    """Whether it is written from the top down, as Chinese and Japanese can be."""
    return line.height > 1.5 * line.width and len(line.text.strip()) > 1


def _parts(stack: Sequence[TextLine]) -> list[list[TextLine]]:
    """Divides lines that stand below each other where a line ends a thought."""
    left, right = min(line.left for line in stack), max(line.right for line in stack)
    parts = [[stack[0]]]
    for above, line in pairwise(stack):
        if _goes_on(above, line, right - left):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _goes_on(above: TextLine, line: TextLine, width: float) -> bool:
    """Whether the first word of `line` had no room at the end of `above`, in a column of that width."""
    text, following = above.text.strip(), line.text.strip()
    if not text or not following or _BULLET.match(line.text):
        return False
    if line.top - above.bottom > _NEAR * max(above.height, line.height) and not following[0].islower():
        return False
    is_tight = _is_tight(text[-1]) or _is_tight(following[0])
    word = 1 if is_tight else len(following.split()[0]) + 1
    room = width - above.width
    if room > (word + 0.5) * line.width / max(1, len(line.text)):
        return False
    return len(text) >= (_FEWEST_TIGHT if is_tight else _LETTERS) or following[0].islower()


def _joined(text: str, line: str) -> str:
    if not text or not line:
        return text or line
    if text[-1] in "-\u2010\u00ad" and len(text) > 1 and text[-2].isalpha() and line[0].islower():
        return text[:-1] + line
    return text + line if _is_tight(text[-1]) and _is_tight(line[0]) else f"{text} {line}"


def _is_tight(letter: str) -> bool:
    return re.match(f"[{_TIGHT}。、，！？：；）」』]", letter) is not None
