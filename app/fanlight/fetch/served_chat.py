"""One question to a server of the user's own. Nothing but that server is connected to: no redirect is followed, and no
proxy is used. What it answers is checked, cut to a bound, and passed on piece by piece."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any

import urllib3
from urllib3 import exceptions
from urllib3.util import Timeout

from fanlight import __version__
from fanlight.domain.downloads import FailureReason, host_of
from fanlight.domain.served_chat import ServedEnd, ServedEvent, ServedOrder, ServedReason, ServedText
from fanlight.fetch import web_errors
from fanlight.fetch.certificates import tls_context
from fanlight.fetch.trouble import Trouble
from fanlight.i18n import _

CONNECT_SECONDS = 15.0
MOST_LINE_BYTES, MOST_TEXT = 2**20, 2**21
"""Of one event, and of all text: a server that sends more is left."""
_MOST_ERROR_BYTES, _LONGEST_REASON = 2**16, 300


def ask_server(order: ServedOrder) -> Generator[ServedEvent, None, None]:
    """Ends with a ServedEnd. Raises Trouble."""
    host = host_of(order.address)
    pool = urllib3.PoolManager(ssl_context=tls_context())
    try:
        response = _post(pool, order)
        try:
            if response.status != 200:
                raise _refused(response, host)
            if "text/event-stream" not in response.headers.get("content-type", "").lower():
                raise _no_server(host)
            yield from _answer(response, host)
        except (exceptions.HTTPError, OSError, ValueError) as error:
            raise _broken(error, host) from error
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
    if order.key:
        headers["Authorization"] = f"Bearer {order.key}"
    try:
        return pool.request(
            "POST", f"{order.address.rstrip('/')}/v1/chat/completions", body=json.dumps(order.body).encode(),
            headers=headers, timeout=Timeout(connect=CONNECT_SECONDS, read=order.silent_seconds),
            redirect=False, retries=False, preload_content=False,
        )  # fmt: skip
    except (exceptions.HTTPError, OSError, ValueError) as error:
        raise _broken(error, host_of(order.address)) from error


def _answer(response: urllib3.BaseHTTPResponse, host: str) -> Generator[ServedEvent, None, None]:
    reason: ServedReason | None = None
    prompt_tokens = tokens = length = 0
    for content in _events(response, host):
        if content == "[DONE]":
            break
        chunk = _object(content, host)
        if chunk.get("error"):
            raise _failed(host, chunk["error"])
        usage = chunk.get("usage")
        if isinstance(usage, dict):
            prompt_tokens, tokens = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
        for text in _texts(chunk):
            length += len(text.text)
            if length > MOST_TEXT:
                yield ServedEnd("length", prompt_tokens, tokens)
                return
            yield text
        reason = _reason(chunk) or reason
    else:
        if reason is None:
            raise web_errors.broken_off(host)
    yield ServedEnd(reason or "end", prompt_tokens, tokens)


def _events(response: urllib3.BaseHTTPResponse, host: str) -> Iterator[str]:
    """The content of each server-sent event."""
    rest = b""
    while block := response.read1(2**16):
        *lines, rest = (rest + block).split(b"\n")
        if len(rest) > MOST_LINE_BYTES:
            raise web_errors.unusable(host, _("{host} answers without end.").format(host=host))
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].decode("utf-8", "replace").strip()
    if rest.startswith(b"data:"):
        yield rest[5:].decode("utf-8", "replace").strip()


def _object(content: str, host: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise _no_server(host) from None
    if not isinstance(found, dict):
        raise _no_server(host)
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


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def _refused(response: urllib3.BaseHTTPResponse, host: str) -> Trouble:
    if response.status in (401, 403):
        return Trouble(
            FailureReason.SIGN_IN,
            _("{host} wants a key.").format(host=host),
            _("Set FANLIGHT_SERVER_KEY to it before Fanlight is started."),
            is_final=True,
        )
    if 300 <= response.status < 400:
        return web_errors.unusable(host, _("{host} leads to another address, which is not followed.").format(host=host))
    try:
        said = json.loads(response.read(_MOST_ERROR_BYTES))
        return _failed(host, said.get("error", said))
    except (ValueError, AttributeError, RecursionError, exceptions.HTTPError, OSError):
        return _failed(host, f"status {response.status}")


def _failed(host: str, said: object) -> Trouble:
    reason = said.get("message") if isinstance(said, dict) else said
    words = "".join(char for char in str(reason) if char.isprintable())[:_LONGEST_REASON].rstrip(". ")
    return Trouble(
        FailureReason.SERVER,
        _("{host} cannot answer: {reason}.").format(host=host, reason=words),
        _("Look at the messages of the server, and ask again."),
        is_final=True,
    )


def _no_server(host: str) -> Trouble:
    return Trouble(
        FailureReason.SERVER,
        _("{host} does not answer as a model's server does.").format(host=host),
        _("Check its address. It is given without /v1, and the server must speak OpenAI's protocol."),
        is_final=True,
    )


def _broken(error: Exception, host: str) -> Trouble:
    """On the way to the server, or in the middle of its answer."""
    found = web_errors.of_error(error, host)
    return Trouble(
        found.reason,
        found.message,
        _("Check that the server runs, and ask again: your question is kept."),
        is_final=True,
    )
