"""Incremental syntax highlighting: the lexer's state is kept between lines, so that each new line costs its own length
only, and a block read at once gives the same result.

Only languages whose alias Pygments lists are highlighted: its own look-up by name scans the installed packages for
plugins (38-75 ms for an unknown name), and guessing takes 300 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Piece = tuple[str, str]
"""Text and its kind: "" (plain), or one of KINDS."""

KINDS = ("keyword", "string", "number", "comment", "name", "type")

COMMON = (
    "python", "bash", "json", "javascript", "html", "css", "c", "cpp", "sql", "typescript", "yaml", "java", "rust",
    "go", "console", "diff", "csharp", "php", "ruby", "kotlin", "toml", "xml", "markdown", "swift",
)  # fmt: skip
"""The most frequent languages in answers, in the order in which their lexers are loaded ahead."""

_MAKING = RLock()
"""Pygments compiles a lexer's expressions in its class."""
_LONGEST_LINE = 2_000
_LONGEST_CARRY = 8_000


@cache
def _by_alias() -> dict[str, tuple[str, str]]:
    from pygments.lexers._mapping import LEXERS

    known = {alias.lower(): (row[0], name) for name, row in LEXERS.items() for alias in row[2]}
    known.update({"c++": known["cpp"], "shell": known["bash"], "jsonc": known["json"]})
    return known


@cache
def lexer(language: str) -> Lexer | None:
    """The lexer for the first word of a fence's info string; None for what Pygments does not list. The first use takes
    5 to 50 ms. Any thread."""
    place = _by_alias().get(language.lower())
    if place is None or place[1] in ("TextLexer", "RawTokenLexer"):
        return None
    with _MAKING:
        made = cast("Lexer", getattr(import_module(place[0]), place[1])(stripnl=False, ensurenl=False))
        _tokens(made)
    return made


def label(language: str) -> str:
    """The language's name for display: "Python" for "py"."""
    found = lexer(language)
    return found.name if found is not None else language


@dataclass(frozen=True, slots=True)
class _Carry:
    """State at the start of the next line: the lexer's states, and the text of an open comment."""

    states: tuple[str, ...] = ("root",)
    pending: str = ""


class Highlighter:
    """Highlights the lines of one block, in order."""

    def __init__(self, language: str) -> None:
        self._lexer = lexer(language) if language else None
        self._rules = _tokens(self._lexer) if self._lexer is not None else None
        self._carry = _Carry()

    def line(self, text: str) -> tuple[Piece, ...]:
        """The pieces of a complete line, without its line end; advances the state."""
        pieces, self._carry = self._read(text)
        return pieces

    def peek(self, text: str) -> tuple[Piece, ...]:
        """The pieces of an incomplete line; keeps the state."""
        return self._read(text)[0]

    def _read(self, text: str) -> tuple[tuple[Piece, ...], _Carry]:
        if self._lexer is None or len(text) > _LONGEST_LINE:
            return ((text, ""),) if text else (), self._carry
        if self._rules is None:
            whole = [(kind, part) for _, kind, part in self._lexer.get_tokens_unprocessed(text + "\n")]
            return _checked(_pieces(whole, 0, len(text)), text), self._carry
        skip = len(self._carry.pending)
        source = self._carry.pending + text + "\n"
        states = list(self._carry.states)
        spans: list[tuple[Any, str]] = []
        at, began, before = 0, 0, tuple(states)
        for start, kind, part, entered in _lex(self._rules, self._lexer, source, states):
            spans.append((kind, part))
            at, began, before = start + len(part), start, entered
        open_comment = bool(spans) and "Comment.Multiline" in str(spans[-1][0]) and at == len(source)
        if open_comment and len(source) - began < _LONGEST_CARRY:
            carry = _Carry(before, source[began:])
        else:
            carry = _Carry(tuple(states))
        return _checked(_pieces(spans, skip, skip + len(text)), text), carry


def _tokens(lexer: Lexer) -> dict[str, list[Any]] | None:
    """A regex lexer's rules by state (compiled at first use); None for other lexers, which read each line by itself."""
    from pygments.lexer import ExtendedRegexLexer, RegexLexer

    if isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer):
        return cast("dict[str, list[Any]]", lexer._tokens)  # type: ignore[attr-defined]
    return None


def _lex(
    rules: dict[str, list[Any]], lexer: Lexer, text: str, states: list[str]
) -> Iterator[tuple[int, Any, str, tuple[str, ...]]]:
    """RegexLexer.get_tokens_unprocessed, but leaves `states` as they are at the end of `text`. Yields position, kind,
    text, and the states before the match."""
    from pygments.token import Error, Whitespace, _TokenType

    at = 0
    while at < len(text):
        for matches, action, change in rules[states[-1]]:
            found = matches(text, at)
            if not found:
                continue
            before = tuple(states)
            if action is not None:
                if type(action) is _TokenType:
                    yield at, action, found.group(), before
                else:
                    for start, kind, part in action(lexer, found):
                        yield start, kind, part, before
            at = found.end()
            _change(states, change)
            break
        else:
            if text[at] == "\n":
                states[:] = ["root"]
                yield at, Whitespace, "\n", ("root",)
            else:
                yield at, Error, text[at], tuple(states)
            at += 1


def _change(states: list[str], change: Any) -> None:
    """Apply Pygments' state changes: names to push, "#pop", "#push", or a number of states to pop."""
    if isinstance(change, tuple):
        for step in change:
            if step == "#pop":
                if len(states) > 1:
                    states.pop()
            else:
                states.append(states[-1] if step == "#push" else step)
    elif isinstance(change, int):
        del states[max(1, len(states) + change) :]
    elif change == "#push":
        states.append(states[-1])


def _pieces(spans: list[tuple[Any, str]], start: int, end: int) -> tuple[Piece, ...]:
    """The text between `start` and `end`, neighbors of one kind joined."""
    out: list[list[str]] = []
    at = 0
    for token, part in spans:
        shown = part[max(0, start - at) : max(0, end - at)]
        at += len(part)
        if not shown:
            continue
        kind = _kind(token)
        if out and (out[-1][1] == kind or shown.isspace()):
            out[-1][0] += shown
        else:
            out.append([shown, kind])
    return tuple((text, kind) for text, kind in out)


def _checked(pieces: tuple[Piece, ...], text: str) -> tuple[Piece, ...]:
    """The pieces, or the plain line when a lexer has left out text."""
    if "".join(part for part, _ in pieces) == text:
        return pieces
    return ((text, ""),) if text else ()


@cache
def _kind(token: Any) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    for kind, family in (
        ("type", Keyword.Type), ("type", Name.Class), ("type", Name.Builtin), ("name", Name.Function),
        ("name", Name.Tag), ("name", Name.Attribute), ("name", Name.Decorator), ("keyword", Keyword),
        ("keyword", Operator.Word), ("string", String), ("number", Number), ("comment", Comment),
    ):  # fmt: skip
        if token in family:
            return kind
    return ""
