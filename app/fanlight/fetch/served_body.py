"""A question in OpenAI's protocol, without a library for pictures."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import Any

from fanlight.domain.messages import DocumentPart, Image, ImagePart, Message, TextPart, sent_parts
from fanlight.domain.models import Sampling


def chat_body(model: str, messages: Sequence[Message], sampling: Sampling) -> dict[str, Any]:
    """What is `unset` is left to the server; an answer at the end is continued, where it has begun."""
    if messages and messages[-1].role == "assistant" and not (messages[-1].text or messages[-1].thinking):
        messages = messages[:-1]
    names = {"temperature": "temperature", "top_k": "top_k", "top_p": "top_p", "min_p": "min_p",
             "repeat_penalty": "repeat_penalty", "repeat_tokens": "repeat_last_n"}  # fmt: skip
    body: dict[str, Any] = {name: getattr(sampling, own) for own, name in names.items() if own not in sampling.unset}
    body |= {
        "model": model,
        "messages": [_message(message) for message in messages],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if sampling.max_tokens:
        body["max_tokens"] = sampling.max_tokens
    if sampling.seed is not None:
        body["seed"] = sampling.seed
    if sampling.stop:
        body["stop"] = list(sampling.stop)
    if sampling.json_schema is not None:
        import json

        schema = {"name": "answer", "strict": True, "schema": json.loads(sampling.json_schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    if sampling.grammar is not None:
        body["grammar"] = sampling.grammar
    if messages and messages[-1].role == "assistant":
        body |= {"continue_final_message": True, "add_generation_prompt": False}
        if messages[-1].thinking:
            body["messages"][-1]["reasoning_content"] = messages[-1].thinking
    if sampling.thinking_tokens:
        body["thinking_budget_tokens"] = sampling.thinking_tokens  # llama.cpp
    if sampling.thinking != "auto":
        body["chat_template_kwargs"] = {"enable_thinking": sampling.thinking == "on"}
        if sampling.thinking == "off":
            body["reasoning_effort"] = "none"  # Ollama
    return body


def _message(message: Message) -> dict[str, Any]:
    if not message.images:
        texts = [part.text for part in message.parts if isinstance(part, TextPart | DocumentPart)]
        return {"role": message.role, "content": "\n\n".join(texts)}
    content: list[dict[str, Any]] = []
    for part in sent_parts(message.parts):
        if isinstance(part, ImagePart):
            content.append({"type": "image_url", "image_url": {"url": _data_address(part.image)}})
        elif isinstance(part, TextPart):
            content.append({"type": "text", "text": part.text.rstrip("\n")})
    return {"role": message.role, "content": content}


def _data_address(image: Image) -> str:
    return f"data:image/png;base64,{base64.b64encode(png(image)).decode('ascii')}"


def png(image: Image) -> bytes:
    """Without a library for pictures: eight bits, three colors, no filter."""
    stride = 3 * image.width
    lines = b"".join(b"\0" + image.rgb[at : at + stride] for at in range(0, len(image.rgb), stride))
    head = struct.pack(">IIBBBBB", image.width, image.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
