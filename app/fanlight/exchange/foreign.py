"""What the exports of other programs have in common: texts by turns, times, and a tree of which one branch is shown."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, PictureFile
from fanlight.domain.messages import Role, TextPart, ThinkingPart
from fanlight.domain.stored import LATEST_DATE, StoredPart
from fanlight.domain.tags import tags_of
from fanlight.domain.titles import title_of

_ROLES: Mapping[str, Role] = {"user": "user", "human": "user", "assistant": "assistant"}
_MILLISECONDS_FROM = 1e11


def seconds_of(value: object) -> float:
    """Seconds since 1970, of seconds, milliseconds, or nanoseconds; 0 for what is no time."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return 0.0
    found = float(value)
    while found >= _MILLISECONDS_FROM:
        found /= 1000
    return found if 0 < found <= LATEST_DATE else 0.0


def message_of(
    role: object,
    text: str,
    created: object = 0,
    thinking: str = "",
    model: object = "",
    files: Iterable[PictureFile | None] = (),
) -> ArchivedMessage | None:
    """None for another role, or without anything in it. `model`: the name of the one that answered. `files`: pictures,
    which only questions have."""
    known = _ROLES.get(role) if isinstance(role, str) else None
    parts: list[StoredPart] = [TextPart(text)] if text.strip() else []
    if known == "assistant" and thinking.strip():
        parts.insert(0, ThinkingPart(thinking))
    kept = tuple(one for one in files if one is not None) if known == "user" else ()
    if not known or not (parts or kept):
        return None
    footer = json.dumps({"model": model}) if known == "assistant" and isinstance(model, str) and model else ""
    return ArchivedMessage(known, tuple(parts), footer=footer, created=seconds_of(created), files=kept)


@dataclass(frozen=True, slots=True)
class ListMarks:
    """How a conversation stands in the other program's list."""

    pinned: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()


def tags_in(found: object) -> tuple[str, ...]:
    """Names, or objects with a name; all else is left out."""
    listed = found if isinstance(found, list) else []
    names = [one.get("name") if isinstance(one, dict) else one for one in listed]
    return tags_of(name for name in names if isinstance(name, str))


def conversation_of(
    title: object,
    created: object,
    updated: object,
    messages: Iterable[ArchivedMessage | None],
    *,
    shown: int | None = None,
    marks: ListMarks = ListMarks(),
) -> ArchivedConversation:
    """Without a title it is named after its first question. `shown`: as ArchivedConversation has it; then none of the
    messages is None."""
    kept = tuple(one for one in messages if one is not None)
    named = " ".join(title.split()) if isinstance(title, str) else ""
    first = next((one.text for one in kept if one.role == "user"), "")
    begun = seconds_of(created) or next((one.created for one in kept if one.created), 0.0)
    return ArchivedConversation(
        named or title_of(first),
        begun,
        seconds_of(updated) or max([begun, *(one.created for one in kept)]),
        kept,
        marks.pinned,
        shown=None if shown == len(kept) - 1 else shown,
        archived=marks.archived,
        tags=marks.tags,
    )


Carried = tuple[str, ...]
"""What stands before a message and belongs to it."""
ReadNode = Callable[[Any, Carried], tuple[ArchivedMessage | None, Carried]]
"""The message of a node, and what is carried on to those that follow it."""


class MessageTree:
    """`messages` in an order in which each stands after the one that it follows; `shown` is the place of the last one
    of the branch up to the node `last`, None where that has none. Nodes without a message are left out; one beside that
    branch which cannot be read is, too."""

    def __init__(self, nodes: Mapping[str, Any], last: str, parent_key: str, children_key: str, read: ReadNode) -> None:
        self.messages: list[ArchivedMessage] = []
        self.shown: int | None = None
        path = {id(node) for node in branch(nodes, last, parent_key)}
        places: dict[str | None, tuple[int, Carried]] = {None: (-1, ())}
        for name, parent in _in_order(nodes, last, parent_key, children_key):
            before, carried = places[parent]
            try:
                message, carried = read(nodes[name], carried)
            except (KeyError, TypeError, ValueError, IndexError, AttributeError):
                if id(nodes[name]) in path:
                    raise
                message = None
            if message is not None:
                self._add(message, before)
                before = len(self.messages) - 1
            places[name] = (before, carried)
            if name == last and before >= 0:
                self.shown = before

    def _add(self, message: ArchivedMessage, follows: int) -> None:
        self.messages.append(linked(message, follows, len(self.messages)))


def linked(message: ArchivedMessage, follows: int, place: int) -> ArchivedMessage:
    """At that place of the list."""
    return replace(message, follows=None if follows == place - 1 else follows)


def _in_order(
    nodes: Mapping[str, Any], last: str, parent_key: str, children_key: str
) -> Iterator[tuple[str, str | None]]:
    """Each node after its parent, which is None for a first one; those of one parent as it lists them. A circle is cut
    where the branch up to `last` begins."""
    known = {name: node for name, node in nodes.items() if isinstance(node, dict)}
    below: dict[str | None, list[str]] = {None: []}
    first = branch(known, last, parent_key)[:1]
    cut = next((name for name, node in known.items() if any(node is one for one in first)), "")
    for name, node in known.items():
        parent = node.get(parent_key)
        has_parent = isinstance(parent, str) and parent in known and name != cut
        below.setdefault(parent if has_parent else None, []).append(name)
    stack: list[tuple[str, str | None]] = [(name, None) for name in reversed(below[None])]
    while stack:
        name, parent = stack.pop()
        yield name, parent
        listed = known[name].get(children_key)
        rank = (
            {child: i for i, child in enumerate(listed) if isinstance(child, str)} if isinstance(listed, list) else {}
        )
        followers = sorted(below.get(name, ()), key=lambda child: rank.get(child, len(rank)))
        stack += [(child, name) for child in reversed(followers)]


def branch(nodes: Mapping[str, Any], last: object, parent_key: str) -> list[Any]:
    """The nodes from the first to `last`, which leads back by `parent_key`; a circle ends it."""
    found: list[Any] = []
    seen = set[str]()
    while isinstance(last, str) and last in nodes and last not in seen:
        seen.add(last)
        found.append(nodes[last])
        last = nodes[last].get(parent_key)
    return found[::-1]
