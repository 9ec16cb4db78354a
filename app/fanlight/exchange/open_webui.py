"""Open WebUI's export of chats: a list of records, each with a tree of messages of which the branch up to `currentId`
is shown. Older ones have a plain list. Format: github.com/open-webui/open-webui, backend/open_webui/models/chats.py;
thoughts stand in an answer as `<details type="reasoning">`."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, PictureFile
from fanlight.domain.tags import tag_key, tags_of
from fanlight.exchange.export_pictures import ExportFiles, of_data, urls_in
from fanlight.exchange.foreign import (
    ListMarks,
    MessageTree,
    conversation_of,
    message_of,
    seconds_of,
    tags_in,
)

_END = "</details>"
_THOUGHTS = re.compile(
    rf'<details\b[^>]{{0,200}}\btype="reasoning"[^>]{{0,200}}>\s*(?:<summary>[^<]*</summary>)?(.*?){_END}\s*', re.DOTALL
)


def recognizes(entry: dict[str, Any]) -> bool:
    chat = entry.get("chat")
    return isinstance(chat, dict) and ("history" in chat or "messages" in chat)


def read_conversation(entry: Any, _files: ExportFiles | None = None) -> ArchivedConversation:
    chat = entry["chat"]
    history = chat.get("history") or {}
    nodes = history.get("messages") or {}
    title = entry.get("title") or chat.get("title")
    begun, marks = entry.get("created_at") or chat.get("timestamp"), _marks(entry)
    if last := _end(nodes, history.get("currentId"), chat.get("messages")):
        tree = MessageTree(nodes, last, "parentId", "childrenIds", lambda node, _carried: (_message(node), ()))
        messages: list[ArchivedMessage | None] = [*tree.messages]
        return conversation_of(title, begun, entry.get("updated_at"), messages, shown=tree.shown, marks=marks)
    messages = [_message(one) for one in chat.get("messages") or list(nodes.values())]
    return conversation_of(title, begun, entry.get("updated_at"), messages, marks=marks)


def _marks(entry: dict[str, Any]) -> ListMarks:
    """Tags are in `meta`, in older exports in the chat itself. Those there are named with `_` for spaces."""
    meta = entry.get("meta")
    tags = tags_in(meta.get("tags")) if isinstance(meta, dict) else ()
    spaced = [name.replace("_", " ") for name in tags if name != "none"]
    older = tags_in(entry["chat"].get("tags"))
    known = {tag_key(name.replace("_", " ")): name for name in older}
    kept = [known.get(tag_key(name), name) for name in spaced]
    return ListMarks(entry.get("pinned") is True, entry.get("archived") is True, tags_of([*kept, *older]))


def _end(nodes: Any, current: object, listed: object) -> str:
    """The node that ends the shown branch: where `currentId` is lost, the last one of the plain list, or the newest one
    that nothing follows. "" where there is no tree."""
    written = listed[-1].get("id") if isinstance(listed, list) and listed and isinstance(listed[-1], dict) else None
    for name in (current, written):
        if isinstance(name, str) and name in nodes:
            return name
    known = {} if listed else {name: node for name, node in nodes.items() if isinstance(node, dict)}
    followed = {node.get("parentId") for node in known.values() if isinstance(node.get("parentId"), str)}
    ends = [name for name in known if name not in followed]
    return max(ends, key=lambda name: seconds_of(known[name].get("timestamp")), default="")


def _message(found: Any) -> ArchivedMessage | None:
    text, thinking = _text(found.get("content")), ""
    if found.get("role") == "assistant":
        whole = text.rfind(_END) + len(_END) if _END in text else 0  # what is not closed is an answer
        thinking = "\n\n".join(_unquoted(one) for one in _THOUGHTS.findall(text[:whole]))
        text = (_THOUGHTS.sub("", text[:whole]) + text[whole:]).lstrip("\n")
    role, model = found.get("role"), found.get("model")
    return message_of(role, text, found.get("timestamp"), thinking, model, _pictures(found))


def _pictures(found: Any) -> list[PictureFile | None]:
    """Those that were uploaded to a server are not in the export."""
    content, attached = found.get("content"), found.get("files")
    urls = [one.get("url") for one in attached if isinstance(one, dict)] if isinstance(attached, list) else []
    return [*map(of_data, urls), *urls_in(content)]


def _unquoted(text: str) -> str:
    """Thoughts are written as a quotation, with the signs of HTML spelled out."""
    return "\n".join(re.sub(r"^> ?", "", line) for line in unescape(text).strip().splitlines())


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n\n".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
