"""ChatGPT's `conversations.json`: a list of trees of messages, of which the branch up to `current_node` is shown.

Format: github.com/mitkury/chatgpt-export-parser, docs/chatgpt-data-export-format.md. Pictures are files beside it,
whose names begin with what the message calls them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, PictureFile
from fanlight.exchange.export_pictures import ExportFiles
from fanlight.exchange.foreign import Carried, ListMarks, MessageTree, branch, conversation_of, message_of

_TEXTS = ("text", "multimodal_text", "code")
_ASSET = re.compile(r"file[-_][A-Za-z0-9]+")


def recognizes(entry: dict[str, Any]) -> bool:
    return isinstance(entry.get("mapping"), dict)


def read_conversation(entry: Any, files: ExportFiles | None = None) -> ArchivedConversation:
    nodes = entry["mapping"]
    last = entry.get("current_node")
    end = last if last in nodes else _deepest(nodes)
    tree = MessageTree(nodes, end, "parent", "children", partial(_read_node, files))
    times = (entry.get("create_time"), entry.get("update_time"))
    is_pinned = entry.get("is_starred") is True or bool(entry.get("pinned_time"))
    marks = ListMarks(is_pinned, archived=entry.get("is_archived") is True)
    return conversation_of(entry.get("title"), *times, tree.messages, shown=tree.shown, marks=marks)


def _read_node(files: ExportFiles | None, node: Any, thoughts: Carried) -> tuple[ArchivedMessage | None, Carried]:
    """Thoughts stand before the answer that they led to."""
    found = node.get("message")
    thoughts = (*thoughts, *_thoughts(found))
    message = _message(found, "\n\n".join(thoughts), files)
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


def _message(found: Any, thinking: str, files: ExportFiles | None) -> ArchivedMessage | None:
    if not isinstance(found, dict) or (found.get("metadata") or {}).get("is_visually_hidden_from_conversation"):
        return None
    content = found.get("content") or {}
    if content.get("content_type") not in _TEXTS or found.get("recipient") not in (None, "all"):
        return None
    parts = content.get("parts")
    texts = parts if isinstance(parts, list) else [content.get("text")]
    text = "\n\n".join(part for part in texts if isinstance(part, str) and part)
    model = (found.get("metadata") or {}).get("model_slug")
    pictures = _pictures(found, texts, files) if files is not None else []
    role = (found.get("author") or {}).get("role")
    return message_of(role, text, found.get("create_time"), thinking, model, pictures)


def _pictures(found: Any, parts: list[Any], files: ExportFiles) -> list[PictureFile | None]:
    """`sediment://file_…`, before `file-service://file-…`: the names of the files begin so."""
    attached = (found.get("metadata") or {}).get("attachments")
    names = {one.get("id"): one.get("name") for one in attached or () if isinstance(one, dict)}
    pointers = [str(part.get("asset_pointer")) for part in parts if isinstance(part, dict)]
    wanted = [match[0] for pointer in pointers if (match := _ASSET.match(pointer.partition("://")[2]))]
    return [files.find(one, names.get(one)) for one in wanted]


def _deepest(nodes: dict[str, Any]) -> str:
    """The newest leaf, where the export does not say which branch was shown."""
    leaves = [name for name, node in nodes.items() if not node.get("children")]
    return max(leaves, key=lambda name: len(branch(nodes, name, "parent")), default="")
