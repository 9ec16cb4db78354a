"""ChatGPT's `conversations.json`: a list of trees of messages, of which the branch up to `current_node` is shown.

Format: github.com/mitkury/chatgpt-export-parser, docs/chatgpt-data-export-format.md. Pictures are files beside it,
which are left out.
"""

from __future__ import annotations

from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.exchange.foreign import Carried, MessageTree, branch, conversation_of, message_of

_TEXTS = ("text", "multimodal_text", "code")


def recognizes(entry: dict[str, Any]) -> bool:
    return isinstance(entry.get("mapping"), dict)


def read_conversation(entry: Any) -> ArchivedConversation:
    nodes = entry["mapping"]
    last = entry.get("current_node")
    end = last if last in nodes else _deepest(nodes)
    tree = MessageTree(nodes, end, "parent", "children", _read_node)
    times = (entry.get("create_time"), entry.get("update_time"))
    return conversation_of(entry.get("title"), *times, tree.messages, shown=tree.shown)


def _read_node(node: Any, thoughts: Carried) -> tuple[ArchivedMessage | None, Carried]:
    """Thoughts stand before the answer that they led to."""
    found = node.get("message")
    thoughts = (*thoughts, *_thoughts(found))
    message = _message(found, "\n\n".join(thoughts))
    return message, thoughts if message is None else ()


def _thoughts(found: Any) -> list[str]:
    content = found.get("content") if isinstance(found, dict) else None
    if not isinstance(content, dict) or content.get("content_type") != "thoughts":
        return []
    listed = content.get("thoughts")
    if isinstance(listed, str):
        return [listed]
    steps = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [text for one in steps if isinstance(text := one.get("content") or one.get("summary"), str)]


def _message(found: Any, thinking: str) -> ArchivedMessage | None:
    if not isinstance(found, dict) or (found.get("metadata") or {}).get("is_visually_hidden_from_conversation"):
        return None
    content = found.get("content") or {}
    if content.get("content_type") not in _TEXTS or found.get("recipient") not in (None, "all"):
        return None
    parts = content.get("parts")
    texts = parts if isinstance(parts, list) else [content.get("text")]
    text = "\n\n".join(part for part in texts if isinstance(part, str) and part)
    model = (found.get("metadata") or {}).get("model_slug")
    return message_of((found.get("author") or {}).get("role"), text, found.get("create_time"), thinking, model)


def _deepest(nodes: dict[str, Any]) -> str:
    """The newest leaf, where the export does not say which branch was shown."""
    leaves = [name for name, node in nodes.items() if not node.get("children")]
    return max(leaves, key=lambda name: len(branch(nodes, name, "parent")), default="")
