"""Open WebUI's export of chats: a list of records, each with a tree of messages of which the branch up to `currentId`
is shown. Older ones have a plain list. Format: github.com/open-webui/open-webui, backend/open_webui/models/chats.py."""

from __future__ import annotations

from typing import Any

from fanlight.domain.archive import ArchivedConversation
from fanlight.exchange.foreign import branch, conversation_of, message_of


def recognizes(entry: dict[str, Any]) -> bool:
    chat = entry.get("chat")
    return isinstance(chat, dict) and ("history" in chat or "messages" in chat)


def read_conversation(entry: Any) -> ArchivedConversation:
    chat = entry["chat"]
    history = chat.get("history") or {}
    nodes = history.get("messages") or {}
    found = branch(nodes, history.get("currentId"), "parentId") or chat.get("messages") or list(nodes.values())
    messages = [message_of(one.get("role"), _text(one.get("content")), one.get("timestamp")) for one in found]
    title = entry.get("title") or chat.get("title")
    begun = entry.get("created_at") or chat.get("timestamp")
    return conversation_of(title, begun, entry.get("updated_at"), messages, pinned=entry.get("pinned") is True)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n\n".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
