"""LM Studio's `….conversation.json`: one conversation a file; each message has versions, of which one is selected, and
an answer has steps. Format: github.com/YorkieDev/lm-studio-conversation-converter, script.js; what is known of the
generation of an answer: github.com/lmstudio-ai/lmstudio-js."""

from __future__ import annotations

from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage, PictureFile
from fanlight.exchange.export_pictures import ExportFiles
from fanlight.exchange.foreign import ListMarks, conversation_of, linked, message_of, tags_in

FOLDERS = "fanlight-folders"
"""Added to an entry: the names of the folders in which its file stands (`exchange/export_files.py`)."""


def recognizes(entry: dict[str, Any]) -> bool:
    messages = entry.get("messages")
    return isinstance(messages, list) and any(isinstance(one, dict) and "versions" in one for one in messages)


def read_conversation(entry: Any, files: ExportFiles | None = None) -> ArchivedConversation:
    """What follows a message follows the version that is selected."""
    read: list[ArchivedMessage] = []
    end = -1
    for found in entry["messages"]:
        versions, before = found["versions"], end
        number = found.get("currentlySelected", 0)
        selected = number if isinstance(number, int) and 0 <= number < len(versions) else len(versions) - 1
        versions[selected]  # an entry without any is broken
        for place, version in enumerate(versions):
            message = _message(version, files) if place == selected else _other(version, files)
            if message is not None:
                read.append(linked(message, before, len(read)))
                end = len(read) - 1 if place == selected else end
    begun, marks = entry.get("createdAt"), ListMarks(entry.get("pinned") is True, tags=tags_in(entry.get(FOLDERS)))
    return conversation_of(entry.get("name"), begun, begun, read, shown=end if end >= 0 else None, marks=marks)


def _other(version: Any, files: ExportFiles | None) -> ArchivedMessage | None:
    """One that cannot be read is left out."""
    try:
        return _message(version, files)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _message(version: Any, files: ExportFiles | None) -> ArchivedMessage | None:
    if version.get("type") != "multiStep":
        content = version.get("content")
        return message_of(version.get("role"), _text(content), files=_pictures(content, files))
    steps = [step for step in version.get("steps") or [] if step.get("type") == "contentBlock"]
    thoughts = [_text(step.get("content")) for step in steps if _is_thought(step)]
    texts = [_text(step.get("content")) for step in steps if not _is_thought(step)]
    return message_of(
        version.get("role"),
        "\n\n".join(filter(None, texts)),
        thinking="\n\n".join(filter(None, thoughts)),
        model=next((name for step in steps if (name := _model(step))), ""),
    )


def _pictures(content: Any, files: ExportFiles | None) -> list[PictureFile | None]:
    """They are named by the files in `user-files`."""
    if not isinstance(content, list) or files is None:
        return []
    named = [part for part in content if part.get("type") == "file" and part.get("fileType", "image") == "image"]
    return [files.find(part.get("fileIdentifier"), part.get("name")) for part in named]


def _is_thought(step: Any) -> bool:
    return (step.get("style") or {}).get("type") == "thinking"


def _model(step: Any) -> str:
    info = step.get("genInfo")
    name = (info.get("identifier") or info.get("indexedModelIdentifier")) if isinstance(info, dict) else ""
    return name if isinstance(name, str) else ""


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text") or "") for part in content or [] if part.get("type") == "text")
