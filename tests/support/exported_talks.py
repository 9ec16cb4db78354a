"""Conversations as other programs export them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def node(name: str, parent: str | None, children: Iterable[str], message: Any) -> tuple[str, Any]:
    return name, {"id": name, "parent": parent, "children": list(children), "message": message}


def said(role: str, parts: list[Any], kind: str = "text", **more: Any) -> Any:
    content = {"content_type": kind, "parts": parts}
    return {"author": {"role": role}, "create_time": 1_700_000_001.5, "content": content, **more}


def jans(role: str, second: int, text: str) -> Any:
    return {"role": role, "created_at": second, "content": [{"type": "text", "text": {"value": text}}]}


def thoughts(*texts: str) -> Any:
    return {
        "author": {"role": "assistant"},
        "content": {"content_type": "thoughts", "thoughts": [{"summary": "A step", "content": text} for text in texts]},
    }


CHATGPT = {
    "title": "Trees", "create_time": 1_700_000_000.25, "update_time": 1_700_000_009, "current_node": "d",
    "mapping": dict([
        node("root", None, ["s"], None),
        node("s", "root", ["a"], said("system", [""], metadata={"is_visually_hidden_from_conversation": True})),
        node("a", "s", ["b", "c"], said("user", [{"asset_pointer": "x"}, "What is it?"], "multimodal_text")),
        node("b", "a", [], said("assistant", ["the other answer"])),
        node("c", "a", ["t"], said("assistant", ["search('oak')"], recipient="browser")),
        node("t", "c", ["h"], said("tool", ["results"])),
        node("h", "t", ["d"], thoughts("Leaves with lobes.", "So it is an oak.")),
        node("d", "h", [], said("assistant", ["An oak."], metadata={"model_slug": "gpt-5"})),
    ]),
}  # fmt: skip
OPEN_WEBUI_ANSWER = (
    '<details type="reasoning" done="true" duration="3">\n<summary>Thought for 3 seconds</summary>\n'
    "&gt; Air &amp; water.\n&gt; \n&gt; So wind.\n</details>\nWind."
)
OPEN_WEBUI = {
    "id": "1", "title": "Waves", "created_at": 1_700_000_000, "updated_at": 1_700_000_100, "pinned": True,
    "chat": {"history": {"currentId": "3", "messages": {
        "1": {"id": "1", "parentId": None, "role": "user", "content": "Why waves?", "timestamp": 1_700_000_000},
        "2": {"id": "2", "parentId": "1", "role": "assistant", "content": "Old answer"},
        "3": {"id": "3", "parentId": "1", "role": "assistant", "content": OPEN_WEBUI_ANSWER, "model": "qwen3:8b"},
    }}},
}  # fmt: skip
LM_STUDIO = {
    "name": "", "createdAt": 1_700_000_000_000, "messages": [
        {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Name a colour"}]}],
         "currentlySelected": 0},
        {"versions": [
            {"type": "multiStep", "role": "assistant", "steps": []},
            {"type": "multiStep", "role": "assistant", "steps": [
                {"type": "contentBlock", "style": {"type": "thinking"}, "content": [{"type": "text", "text": "hm"}]},
                {"type": "debugInfoBlock", "debugInfo": "x"},
                {"type": "contentBlock", "content": [{"type": "text", "text": "Blue."}],
                 "genInfo": {"identifier": "gemma-3-4b", "indexedModelIdentifier": "lmstudio-community/gemma"}}]}],
         "currentlySelected": 1},
    ],
}  # fmt: skip
JAN_LINES = [
    {**jans("assistant", 1_700_000_005, "Yes."), "content": [
        {"type": "reasoning", "text": {"value": "It is."}}, {"type": "text", "text": {"value": "Yes."}}]},
    jans("user", 1_700_000_001, "Is it?"),
]  # fmt: skip
JAN = {"title": "Short", "created": 1_700_000_000, "messages": JAN_LINES}
