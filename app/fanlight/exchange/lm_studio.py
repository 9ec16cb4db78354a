"""LM Studio's `….conversation.json`: one conversation a file; each message has versions, of which one is selected, and
an answer has steps. Format: github.com/YorkieDev/lm-studio-conversation-converter, script.js; what is known of the
generation of an answer: github.com/lmstudio-ai/lmstudio-js."""

from __future__ import annotations

from typing import Any

from fanlight.domain.archive import ArchivedConversation, ArchivedMessage
from fanlight.exchange.foreign import conversation_of, message_of


def recognizes(entry: dict[str, Any]) -> bool:
    messages = entry.get("messages")
    return isinstance(messages, list) and any(isinstance(one, dict) and "versions" in one for one in messages)


def read_conversation(entry: Any) -> ArchivedConversation:
    messages = [_message(one) for one in entry["messages"]]
    begun = entry.get("createdAt")
    return conversation_of(entry.get("name"), begun, begun, messages, pinned=entry.get("pinned") is True)


def _message(found: Any) -> ArchivedMessage | None:
    versions = found["versions"]
    number = found.get("currentlySelected", 0)
    version = versions[number if isinstance(number, int) and 0 <= number < len(versions) else -1]
    if version.get("type") != "multiStep":
        return message_of(version.get("role"), _text(version.get("content")))
    steps = [step for step in version.get("steps") or [] if step.get("type") == "contentBlock"]
    thoughts = [_text(step.get("content")) for step in steps if _is_thought(step)]
    texts = [_text(step.get("content")) for step in steps if not _is_thought(step)]
    return message_of(
        version.get("role"),
        "\n\n".join(filter(None, texts)),
        thinking="\n\n".join(filter(None, thoughts)),
        model=next((name for step in steps if (name := _model(step))), ""),
    )


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
