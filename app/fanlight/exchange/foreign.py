"""What the exports of other programs have in common: texts by turns, times, and a tree of which one branch is shown."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.domain.messages import Role, TextPart, ThinkingPart
from fanlight.domain.stored import LATEST_DATE, StoredPart
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
    role: object, text: str, created: object = 0, thinking: str = "", model: object = ""
) -> ArchivedMessage | None:
    """None for another role, or without any text. `model`: the name of the one that answered."""
    known = _ROLES.get(role) if isinstance(role, str) else None
    parts: list[StoredPart] = [TextPart(text)] if text.strip() else []
    if known == "assistant" and thinking.strip():
        parts.insert(0, ThinkingPart(thinking))
    if not known or not parts:
        return None
    footer = json.dumps({"model": model}) if known == "assistant" and isinstance(model, str) and model else ""
    return ArchivedMessage(known, tuple(parts), footer=footer, created=seconds_of(created))


def conversation_of(
    title: object, created: object, updated: object, messages: Iterable[ArchivedMessage | None], *, pinned: bool = False
) -> ArchivedConversation:
    """Without a title it is named after its first question."""
    kept = tuple(one for one in messages if one is not None)
    named = " ".join(title.split()) if isinstance(title, str) else ""
    first = next((one.text for one in kept if one.role == "user"), "")
    begun = seconds_of(created) or next((one.created for one in kept if one.created), 0.0)
    return ArchivedConversation(
        named or title_of(first),
        begun,
        seconds_of(updated) or max([begun, *(one.created for one in kept)]),
        kept,
        pinned,
    )


def branch(nodes: Mapping[str, Any], last: object, parent_key: str) -> list[Any]:
    """The nodes from the first to `last`, which leads back by `parent_key`; a circle ends it."""
    found: list[Any] = []
    seen = set[str]()
    while isinstance(last, str) and last in nodes and last not in seen:
        seen.add(last)
        found.append(nodes[last])
        last = nodes[last].get(parent_key)
    return found[::-1]
