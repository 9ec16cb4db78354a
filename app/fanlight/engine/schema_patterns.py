"""Regular expressions of JSON schemas.

llguidance enforces them as automata, which know no look-around: `enforced_patterns` gives what it can follow, and
whether the rest has to be checked in the finished answer. Checking uses the same automata, so that no pattern takes
long; only one with look-around is left to `re`, and only if it cannot take long there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import llguidance

MAX_CHARACTERS = 4_000
MOST_LOOPS = 4
LONGEST_CHECKED = 256
_LOOK = ("(?=", "(?!", "(?<=", "(?<!")
_BOUNDARIES = ("\\b", "\\B")
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:P?<[A-Za-z_]\w*>|<?[=!]|:))?|.", re.DOTALL)
_ONLY_CLASS = re.compile(r"\^?\[([^\]\\^](?:[^\]\\]|\\.)*)\]\*\$")


@dataclass(frozen=True, slots=True)
class Enforced:
    """All of `patterns` together; `checked`: the written pattern says more."""

    patterns: tuple[str, ...]
    checked: bool = False


def enforced_patterns(pattern: str) -> Enforced:
    """Raises ValueError, with the reason, for a pattern that can be neither enforced nor checked."""
    if len(pattern) > MAX_CHARACTERS:
        raise ValueError(f"{len(pattern)} > {MAX_CHARACTERS}")
    if not _looks_around(pattern):
        _compiled(pattern)
        return Enforced((_in_rust(pattern),))
    if not _is_cheap(pattern):
        raise ValueError("look-around")
    try:
        re.compile(_ascii_classes(pattern))
    except re.error as error:
        raise ValueError(str(error)) from error
    extra, rest = _leading_looks(pattern)
    simple = _without_looks(rest)
    for one in (simple, *extra):
        _compiled(one)
    return Enforced(tuple(map(_in_rust, (simple, *extra))), checked=simple != rest)


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern is found in the text."""
    if _looks_around(pattern):
        return len(text) <= LONGEST_CHECKED and re.search(_ascii_classes(pattern), text) is not None
    matcher = _compiled(pattern).deep_copy()
    raw = json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")
    return matcher.try_consume_tokens(list(raw)) == len(raw) and bool(matcher.is_accepting())


@cache
def byte_tokenizer() -> Any:
    """Tokens that are bytes: to try a schema without a model."""
    return llguidance.LLTokenizer("byte")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    """Raises ValueError with llguidance's reason."""
    schema = json.dumps({"type": "string", "pattern": _in_rust(pattern)})
    matcher = llguidance.LLMatcher(byte_tokenizer(), llguidance.LLMatcher.grammar_from_json_schema(schema), log_level=0)
    if matcher.is_error():
        raise ValueError(matcher.get_error().strip().rpartition("error: ")[2].splitlines()[0])
    return matcher


def _looks_around(pattern: str) -> bool:
    return any(look in pattern for look in _LOOK) or any(token in _BOUNDARIES for token in _TOKEN.findall(pattern))


def _in_rust(pattern: str) -> str:
    """The same pattern in the words of Rust's regular expressions, where `[[`, `&&`, `--` and `~~` join classes and a
    brace is never a letter."""
    made = []
    at = 0
    for token in _TOKEN.findall(pattern):
        at += len(token)
        if token[0] == "[" and len(token) > 1:
            inside = re.sub(
                r"\\.|[\[&~]", lambda match: match[0] if match[0][0] == "\\" else f"\\{match[0]}", token[1:-1]
            )
            token = f"[{inside}]"
        elif token == "{" and not re.match(r"\d+(?:,\d*)?\}", pattern[at:]):
            token = "\\{"
        made.append(token)
    return "".join(made)


def _leading_looks(pattern: str) -> tuple[list[str], str]:
    """Patterns that say the same as look-aheads right at the start, and the pattern without these."""
    extra: list[str] = []
    while (match := re.match(r"\^\(\?[=!]", pattern)) is not None:
        end = _closing(pattern, 1)
        body = pattern[match.end() : end]
        only = _ONLY_CLASS.fullmatch(body)
        if any(look in body for look in _LOOK) or (pattern[3] == "!" and only is None):
            break
        extra.append(f"[^{only[1]}]" if pattern[3] == "!" and only else f"^(?:{body})")
        pattern = "^" + pattern[end + 1 :]
    return extra, pattern


def _closing(pattern: str, start: int) -> int:
    """Where the group that begins at `start` ends."""
    depth = 0
    for match in _TOKEN.finditer(pattern, start):
        depth += (match[0][0] == "(") - (match[0] == ")")
        if not depth:
            return match.start()
    return len(pattern)


def _without_looks(pattern: str) -> str:
    """The pattern without its look-around groups and inner ends; an inner end becomes one of all."""
    kept: list[str] = []
    open_groups: list[bool] = []  # of the groups around: whether it is a look-around
    for token in _TOKEN.findall(pattern):
        inside = any(open_groups)
        if token[0] == "(" and token != "\\(":
            look = token in _LOOK
            open_groups.append(look)
            if look or inside:
                continue
        elif token == ")":
            if open_groups.pop() if open_groups else False:
                continue
            if inside:
                continue
        elif inside:
            continue
        if token not in _BOUNDARIES:
            kept.append(token)
    ends = "$" in kept[:-1]
    body = [token for token in kept[1:] if token not in "^$"]
    return "".join([*kept[:1], *body]) + ("$" if ends or kept[-1:] == ["$"] else "")


def _is_cheap(pattern: str) -> bool:
    """No loop around a loop, and few of them: `re` tries all ways."""
    loops, depth_loops = 0, [False]
    tokens = _TOKEN.findall(pattern)
    for at, token in enumerate(tokens):
        if token[0] == "(":
            depth_loops.append(False)
        elif token == ")" and len(depth_loops) > 1:
            inner = depth_loops.pop()
            repeated = at + 1 < len(tokens) and tokens[at + 1] in "*+{"
            if inner and repeated:
                return False
            depth_loops[-1] = depth_loops[-1] or inner or repeated
        elif token in "*+" or (token == "{" and "," in pattern):
            loops += token in "*+"
            depth_loops[-1] = True
    return loops <= MOST_LOOPS


def _ascii_classes(pattern: str) -> str:
    """As ECMAScript reads digits and letters."""
    return "(?a:" + pattern + ")"
