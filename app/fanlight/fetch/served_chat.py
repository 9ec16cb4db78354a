"""One question to a server of the user's own. Nothing but that server is connected to: no redirect is followed, and no
proxy is used. What it answers is checked, cut to a bound, and passed on piece by piece."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.util import Timeout

from fanlight import __version__
from fanlight.domain.downloads import host_of, is_token
from fanlight.domain.served_chat import ServedEnd, ServedEvent, ServedOrder, ServedOverflow, ServedReason, ServedText
from fanlight.fetch import web_errors
from fanlight.fetch.certificates import tls_context
from fanlight.fetch.served_errors import broken, failure, no_server, refusal, token_count
from fanlight.fetch.tokens import in_keyring
from fanlight.fetch.trouble import Trouble
from fanlight.i18n import _

CONNECT_SECONDS = 15.0
MOST_LINE_BYTES, MOST_TEXT = 2**20, 2**21
"""Of one event, and of all text: a server that sends more is left."""
MOST_EMPTY_LINES = 100_000
"""In a row, without any text: comments, and events that say nothing."""


def ask_server(order: ServedOrder) -> Generator[ServedEvent, None, None]:
    """Ends with a ServedEnd or a ServedOverflow. Raises Trouble."""
    host = host_of(order.address)
    pool = urllib3.PoolManager(ssl_context=tls_context())
    try:
        response = _post(pool, order)
        try:
            kind = response.headers.get("content-type", "").lower()
            if response.status != 200 or "json" in kind:  # some refuse with status 200
                yield from _instead(refusal(response, host))
            elif "text/event-stream" not in kind:
                raise no_server(host)
            else:
                yield from _answer(response, host)
        except (exceptions.HTTPError, OSError, ValueError) as error:
            raise broken(error, host) from error
        finally:
            response.close()
    finally:
        pool.clear()


def _post(pool: urllib3.PoolManager, order: ServedOrder) -> urllib3.BaseHTTPResponse:
    headers = {
        "User-Agent": f"fanlight/{__version__}",
        "Content-Type": "application/json",
        "Accept": "text/event-stream",
    }
    if key := _key(order):
        headers["Authorization"] = f"Bearer {key}"
    try:
        return pool.request(
            "POST", f"{order.address.rstrip('/')}/v1/chat/completions", body=json.dumps(order.body).encode(),
            headers=headers, timeout=Timeout(connect=CONNECT_SECONDS, read=order.silent_seconds),
            redirect=False, retries=False, preload_content=False,
        )  # fmt: skip
    except (exceptions.HTTPError, OSError, ValueError) as error:
        raise broken(error, host_of(order.address)) from error


def _key(order: ServedOrder) -> str:
    if order.key or not order.has_key:
        return order.key
    found = in_keyring(urlsplit(order.address).netloc).strip()
    return found if is_token(found) else ""


def _instead(said: ServedEvent | Trouble) -> Iterator[ServedEvent]:
    if isinstance(said, Trouble):
        raise said
    yield said


def _answer(response: urllib3.BaseHTTPResponse, host: str) -> Generator[ServedEvent, None, None]:
    reason: ServedReason | None = None
    prompt_tokens = tokens = length = empty = 0
    for content in _contents(response, host):
        if content == "[DONE]":
            break
        empty += 1
        if empty > MOST_EMPTY_LINES:
            raise _endless(host)
        chunk = _object(content, host) if content else {}
        if chunk.get("error"):
            said: ServedEvent | Trouble = failure(host, chunk["error"])
            if length and isinstance(said, ServedOverflow):  # full in the middle of the answer
                said = ServedEnd("length", prompt_tokens, tokens)
            yield from _instead(said)
            return
        usage = chunk.get("usage")
        if isinstance(usage, dict):
            prompt_tokens = token_count(usage.get("prompt_tokens"))
            tokens = token_count(usage.get("completion_tokens"))
        for text in _texts(chunk):
            empty, length = 0, length + len(text.text)
            if length > MOST_TEXT:
                yield ServedEnd("length", prompt_tokens, tokens)
                return
            yield text
        reason = _reason(chunk) or reason
    else:
        if reason is None:
            raise web_errors.broken_off(host)
    yield ServedEnd(reason or "end", prompt_tokens, tokens)


def _contents(response: urllib3.BaseHTTPResponse, host: str) -> Iterator[str]:
    """The content of each server-sent event; "" for each line that has none."""
    rest = b""
    while block := response.read1(2**16):
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > MOST_LINE_BYTES:
            raise _endless(host)
        yield from map(_content, lines)
    yield _content(rest)


def _content(line: bytes) -> str:
    """ "" also for a comment, and for one that a gateway passes on as data."""
    content = line[5:].decode("utf-8", "replace").strip() if line.startswith(b"data:") else ""
    return "" if content.startswith(":") else content


def _endless(host: str) -> Trouble:
    return web_errors.unusable(host, _("{host} answers without end.").format(host=host))


def _object(content: str, host: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise no_server(host) from None
    if not isinstance(found, dict):
        raise no_server(host)
    return found


def _choice(chunk: dict[str, Any]) -> dict[str, Any]:
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _texts(chunk: dict[str, Any]) -> Iterator[ServedText]:
    delta = _choice(chunk).get("delta")
    if not isinstance(delta, dict):
        return
    for name in ("reasoning_content", "reasoning", "content"):  # llama.cpp and vLLM; Ollama and LM Studio
        text = delta.get(name)
        if isinstance(text, str) and text:
            yield ServedText(text, is_thinking=name != "content")
            if name == "reasoning_content":
                delta = {**delta, "reasoning": ""}


def _reason(chunk: dict[str, Any]) -> ServedReason | None:
    said = _choice(chunk).get("finish_reason")
    if not isinstance(said, str) or not said:
        return None
    return "length" if said == "length" else "end"
