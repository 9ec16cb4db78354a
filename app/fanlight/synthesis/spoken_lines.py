"""What a line of Markdown may be, by its beginning, for text that is spoken while it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

QUOTE = re.compile(r"(?: {0,3}> ?)+")
ITEM = re.compile(r"\s*(?:[-+*]|(\d{1,9})[.)])(?:[ \t]+|$)(\[[ xX]\](?:[ \t]+|$))?")
FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)")
HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)(.*?)(?:[ \t]+#+)?[ \t]*")
RULE = re.compile(r" {0,3}(?:=+|-+|(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})[ \t]*")
DELIMITERS = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?)?\s*\|?\s*")
DEFINITION = re.compile(r" {0,3}\[[^\]]+\]:\s")
INDENTED = re.compile(r"(?: {4}| {0,3}\t)")


@dataclass(frozen=True, slots=True)
class MarkdownLine:
    """A classified line, perhaps unfinished: `rest` is its text, `mark` its fence or its item's number and task."""

    kind: Literal["blank", "code", "fence", "heading", "rule", "definition", "item", "text", "formula"]
    rest: str = ""
    mark: str = ""
    indent: int = 0


def unquoted(line: str) -> str:
    quote = QUOTE.match(line)
    return line[quote.end() :] if quote else line
