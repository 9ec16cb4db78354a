"""Jan's threads: a folder each with `thread.json` and `messages.jsonl`, or one JSON object with both.
Format: github.com/janhq/jan, docs/docs/specs/threads.md and core/src/types/message/messageEntity.ts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.exchange.export_pictures import ExportFiles, urls_in
from fanlight.exchange.foreign import ListMarks, conversation_of, message_of, tags_in

MOST_THREADS = 100_000


def entries_of(folder: Path) -> list[dict[str, Any]]:
    """Of the folder of one thread, of `threads`, or of the one above it."""
    found = [*folder.glob("thread.json"), *folder.glob("*/thread.json"), *folder.glob("threads/*/thread.json")]
    return [_entry(_json(path), _lines(path.with_name("messages.jsonl"))) for path in sorted(found)[:MOST_THREADS]]


def _entry(thread: Any, lines: list[Any]) -> dict[str, Any]:
    """Messages that can be read are a conversation, also where what is said of it is damaged."""
    return {"thread": {} if lines and not isinstance(thread, dict) else thread, "lines": lines}


def recognizes(entry: dict[str, Any]) -> bool:
    """What a thread looks like with its messages in it."""
    messages = entry.get("messages")
    return isinstance(messages, list) and any(
        isinstance(one, dict) and isinstance(one.get("content"), list | str) and "role" in one for one in messages
    )


def read_conversation(entry: Any, _files: ExportFiles | None = None) -> ArchivedConversation:
    thread = entry.get("thread", entry)
    messages = entry["lines"] if "lines" in entry else entry["messages"]
    found = sorted(filter(None, map(_message, messages)), key=lambda one: one.created)
    title = thread.get("title") or (thread.get("metadata") or {}).get("title") or thread.get("summary")
    begun, changed = thread.get("created"), thread.get("updated")
    return conversation_of(title, begun, changed, found, marks=_marks(thread))


def _marks(thread: Any) -> ListMarks:
    """A favorite is pinned; the project that a thread belongs to is a tag."""
    metadata = thread.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    is_favorite = True in (thread.get("isFavorite"), metadata.get("is_favorite"), metadata.get("isFavorite"))
    return ListMarks(is_favorite, tags=tags_in([metadata.get("project")]))


def _message(found: Any) -> ArchivedMessage | None:
    content, thinking = found.get("content"), ""
    pictures = urls_in(content)
    if isinstance(content, list):
        thinking = _texts(content, "reasoning")
        content = _texts(content, "text")
    text = content if isinstance(content, str) else ""
    created = found.get("created_at") or found.get("created")
    return message_of(found.get("role"), text, created, thinking, files=pictures)


def _texts(content: list[Any], kind: str) -> str:
    texts = [_text(part.get("text")) for part in content if isinstance(part, dict) and part.get("type") == kind]
    return "\n\n".join(filter(None, texts))


def _text(found: Any) -> str:
    value = found.get("value") if isinstance(found, dict) else found
    return value if isinstance(value, str) else ""


def _json(path: Path) -> Any:
    """Nothing for what cannot be read."""
    try:
        return json.loads(path.read_text("utf-8", "replace"))
    except (OSError, ValueError, RecursionError):
        return None


def _lines(path: Path) -> list[Any]:
    """A line that cannot be read costs itself alone."""
    found: list[Any] = []
    try:
        for line in path.read_text("utf-8", "replace").splitlines():
            if line.strip():
                found += _line(line)
    except OSError:
        return found
    return found


def _line(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [value] if isinstance(value, dict) else []
