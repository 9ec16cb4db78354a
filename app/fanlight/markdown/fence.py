"""A fenced code block that is being written: which lines belong to it, and which one ends it."""

from __future__ import annotations

import re
from typing import NamedTuple

from fanlight.markdown.blocks import Block, Op, code_line, language
from fanlight.markdown.highlight import Highlighter

_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})(.*)")


class OpenFence(NamedTuple):
    """Its fence, its indentation, its language, and the block before it."""

    mark: str
    indent: int
    name: str
    highlighter: Highlighter
    before: Op | None

    @classmethod
    def opened(cls, line: str, before: Op | None) -> OpenFence:
        found = _FENCE.match(line)
        if found is None:
            raise ValueError(f"no fence: {line!r}")
        name = language(found[3])
        return cls(found[2], len(found[1]), name, Highlighter(name), before)

    def closes(self, line: str) -> bool:
        bare = line.strip(" \t")
        return _indent(line) < 4 and len(bare) >= len(self.mark) and set(bare) == {self.mark[0]}

    def may_close(self, partial: str) -> bool:
        return set(partial.strip(" \t")) == {self.mark[0]}

    def block(self, line: str, *, first: bool, whole: bool) -> Block:
        """A line of it. One that is not `whole` yet is read again when it is."""
        read = self.highlighter.line if whole else self.highlighter.peek
        return code_line(read(line[min(_indent(line), self.indent) :]), self.name, "", self.before, first)

    def empty(self) -> Block:
        """What is shown of a block without any line."""
        return code_line((), self.name, "", self.before, True)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
