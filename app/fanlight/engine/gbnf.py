"""Reads a GBNF grammar before llama.cpp does, whose parser recurses, expands repetitions, and prints past the log.

The syntax is that of llama-grammar.cpp. What passes has bounded nesting and size; what does not is a sentence that
names line and column. Whether the rules end is in `gbnf_rules.py`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from typing import NoReturn

from fanlight.domain.errors import GrammarError
from fanlight.engine.gbnf_rules import Alternative, Element, RuleTable
from fanlight.i18n import _, format_number

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 64
MAX_REPETITIONS = 1_500
"""llama.cpp refuses from 2,000 on, multiplied by the rules inside."""
_TERMINAL = Element(None)
_BLANK = re.compile(r"(?:[ \t]|#[^\r\n]*)*")
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_NUMBER = re.compile(r"[0-9]+")
_CHARACTER = re.compile(r'\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[trn\\"\[\]-])|[^\\]', re.DOTALL)
_TOKEN = re.compile(r"!?<(?:\[([0-9]{1,9})\]|[^>\[\r\n][^>\r\n]*)>")
IsToken = Callable[[str], bool]


def check_grammar(text: str, is_token: IsToken) -> None:
    """`is_token` tells whether a text such as `<think>` is one token of the model. Raises GrammarError."""
    if not text.strip():
        raise GrammarError(_("The grammar is empty."))
    if len(text) > MAX_CHARACTERS:
        raise GrammarError(
            _("The grammar has {count} characters; at most {most} are possible.").format(
                count=format_number(len(text)), most=format_number(MAX_CHARACTERS)
            )
        )
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise GrammarError(_("The grammar is not valid text: it has NUL characters, or halves of characters."))
    _GrammarReader(text, is_token).read().check()


class _GrammarReader:
    """One pass over the text. `_at` is the position of the next character."""

    def __init__(self, text: str, is_token: IsToken) -> None:
        self._text = text
        self._is_token = is_token
        self._at = 0
        self._rules = RuleTable()
        self._rule = ""
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def read(self) -> RuleTable:
        self._skip(lines=True)
        while self._at < len(self._text):
            self._read_rule()
        return self._rules

    def _read_rule(self) -> None:
        start = self._at
        self._rule = self._take(_NAME, _("the name of a rule"))
        self._skip()
        if not self._text.startswith("::=", self._at):
            self._fail(_("“::=” is expected here."))
        self._at += 3
        self._skip(lines=True)
        self._rules.define(self._rule, self._alternatives(0), self._line(start))
        if self._at < len(self._text) and self._next() not in "\r\n":
            self._fail(_("The rule {rule} should end here.").format(rule=self._rule))
        self._skip(lines=True)

    def _alternatives(self, depth: int) -> list[Alternative]:
        if depth > MAX_DEPTH:
            self._fail(_("Parentheses are nested more than {most} deep.").format(most=MAX_DEPTH))
        found = [self._sequence(depth)]
        while self._next() == "|":
            self._at += 1
            self._skip(lines=True)
            found.append(self._sequence(depth))
        return found

    def _sequence(self, depth: int) -> Alternative:
        """One alternative; `last` is what a repetition sign would repeat, with the number of rules that it makes."""
        made: Alternative = []
        last, rules = 0, 1
        while self._at < len(self._text):
            sign = self._next()
            if sign in "*+?{":
                rules = self._repeat(made, last, rules, depth)
                continue
            if sign not in '"[<!(.' and not _NAME.match(sign):
                break
            last, rules = len(made), 1
            before = self._rules.count
            made.extend(self._element(sign, depth))
            if sign == "(":
                rules = max(1, self._rules.count - before)
            self._skip(lines=depth > 0)
        return made

    def _element(self, sign: str, depth: int) -> list[Element]:
        if sign == '"':
            return self._characters('"')
        if sign == "[":
            return self._character_class()
        if sign in "<!":
            return self._token()
        if sign == "(":
            return [self._group(depth)]
        if sign == ".":
            self._at += 1
            return [_TERMINAL]
        name = self._take(_NAME, "")
        self._rules.mention(name)
        return [Element(name)]

    def _group(self, depth: int) -> Element:
        start = self._at
        self._at += 1
        self._skip(lines=True)
        name = self._rules.reserve(self._rule)
        alternatives = self._alternatives(depth + 1)
        if self._next() != ")":
            self._fail(_("The parenthesis opened at {place} is not closed.").format(place=self._place(start)))
        self._at += 1
        self._rules.define(name, alternatives, self._line(start))
        return Element(name)

    def _characters(self, end: str) -> list[Element]:
        start = self._at
        self._at += 1
        made: list[Element] = []
        while self._next() != end:
            self._character(start)
            made.append(_TERMINAL)
        self._at += 1
        return made

    def _character_class(self) -> list[Element]:
        start = self._at
        self._at += 1
        if self._next() == "^":
            self._at += 1
        if self._next() == "]":
            self._fail(_("A choice of characters is empty."), start)
        while self._next() != "]":
            self._character(start)
            if self._next() == "-" and self._text[self._at + 1 : self._at + 2] != "]":
                self._at += 1
                self._character(start)
        self._at += 1
        return [_TERMINAL]

    def _character(self, start: int) -> None:
        if self._at >= len(self._text):
            self._fail(_("What was opened at {place} is not closed.").format(place=self._place(start)))
        self._take(_CHARACTER, "", _("This is not an escape that grammars know."))

    def _token(self) -> list[Element]:
        start = self._at
        text = self._take(_TOKEN, "", _("This is not the name of a token, such as <think> or <[1000]>."))
        name = text.removeprefix("!")
        if not name.startswith("<[") and not self._is_token(name):
            self._fail(_("The model has no token {name}.").format(name=name[:40]), start)
        return [_TERMINAL]

    def _repeat(self, made: Alternative, last: int, rules: int, depth: int) -> int:
        """Applies a repetition sign to the elements from `last` on; returns the number of rules that result."""
        start = self._at
        least, most = self._bounds(depth)
        if last == len(made):
            self._fail(_("There is nothing to repeat before this sign."), start)
        times = most or least or 1
        if max(times, least) * rules > MAX_REPETITIONS:
            self._fail(
                _("Something is repeated {count} times, with all that is inside; at most {most} are possible.").format(
                    count=format_number(max(times, least) * rules), most=format_number(MAX_REPETITIONS)
                ),
                start,
            )
        repeated = made[last:]
        del made[last:]
        made.extend(self._rules.repeat(repeated, least, most, self._rule, self._line(start)))
        return times * rules

    def _bounds(self, depth: int) -> tuple[int, int | None]:
        sign = self._next()
        self._at += 1
        lines = depth > 0
        self._skip(lines=lines)
        if sign != "{":
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        least = self._number()
        self._skip(lines=lines)
        most: int | None = least
        if self._next() == ",":
            self._at += 1
            self._skip(lines=lines)
            most = self._number() if self._next().isdigit() else None
            self._skip(lines=lines)
        if self._next() != "}":
            self._fail(_("A closing brace is expected here."))
        self._at += 1
        self._skip(lines=lines)
        if most is not None and most < least:
            self._fail(_("A repetition ends before it begins."))
        return least, most

    def _number(self) -> int:
        digits = self._take(_NUMBER, _("a number"))
        return int(digits) if len(digits) < 10 else 10**9

    def _next(self) -> str:
        """The next character; "" at the end."""
        return self._text[self._at : self._at + 1]

    def _skip(self, *, lines: bool = False) -> None:
        match = (_BLANK_LINES if lines else _BLANK).match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _take(self, pattern: re.Pattern[str], what: str, problem: str = "") -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            self._fail(problem or _("There should be {what} here.").format(what=what))
        self._at = match.end()
        return match[0]

    def _line(self, at: int) -> int:
        return bisect.bisect_right(self._line_starts, at)

    def _place(self, at: int) -> str:
        column = at - self._line_starts[self._line(at) - 1] + 1
        return _("line {line}, column {column}").format(line=self._line(at), column=column)

    def _fail(self, problem: str, at: int | None = None) -> NoReturn:
        """`problem` is a sentence."""
        place = self._place(self._at if at is None else at)
        raise GrammarError(_("The grammar cannot be used ({place}). {problem}").format(place=place, problem=problem))
