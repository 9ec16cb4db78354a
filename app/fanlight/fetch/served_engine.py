"""A server of the user's own as an engine, seen from Fanlight. Imports nothing of the network: each question starts a
process that connects to that one server, and ends with the answer."""

from __future__ import annotations

import base64
import os
import queue
import struct
import subprocess  # noqa: TID251 - what connects must not be this process
import threading
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from time import perf_counter
from typing import Any

from fanlight.domain.downloads import DownloadFailed, host_of
from fanlight.domain.errors import ImagesUnsupported, ModelError
from fanlight.domain.events import Event, Finished, TextDelta, ThinkingDelta, Timings
from fanlight.domain.messages import DocumentPart, Image, ImagePart, Message, TextPart
from fanlight.domain.models import ModelAddress, ModelInfo, ModelSpec, Sampling, ThinkingMode
from fanlight.domain.ports import Events
from fanlight.domain.served_chat import ServedEnd, ServedOrder, ServedText, served_event_of, served_order_line
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.fetch.launching import ended_unexpectedly, fetch_command, fetch_environment
from fanlight.i18n import _, language_in_use

KEY = "FANLIGHT_SERVER_KEY"
_LOOK_SECONDS = 0.02
"""Between two looks at the flag of a question."""


class ServedEngine:
    """Implements `Engine`. Nothing is connected before a question is asked, and nothing is prefilled: what is not asked
    is not sent."""

    def __init__(self, spec: ModelSpec, address: ModelAddress) -> None:
        self._address, self._host = address, host_of(address.url)
        self.info = ModelInfo(
            spec.name, "served", address.supports_images, 0, self._host, can_think=True
        )  # what the server does not tell: how long its context is

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        """The server has slots of its own."""
        if not self._address.supports_images and any(message.images for message in messages):
            raise ImagesUnsupported(_("The model {name} does not support pictures.").format(name=self.info.name))
        order = ServedOrder(
            self._address.url, chat_body(self._address.model, messages, sampling),
            os.environ.get(KEY, "").strip(), language_in_use(),
        )  # fmt: skip
        return self._answered(order, stop or StopFlag())

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = Slot.WINDOW,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        yield Finished("stopped", Timings(device=self._host))

    def image_tokens(self, image: Image) -> int:
        return 0

    def close(self) -> None:
        return

    def _answered(self, order: ServedOrder, stop: StopFlag) -> Generator[Event, None, None]:
        began = perf_counter()
        first, pieces = 0.0, 0
        with _connected(order) as lines:
            for line in _while_wanted(lines, stop):
                event = served_event_of(line)
                if isinstance(event, ServedText):
                    first, pieces = first or perf_counter() - began, pieces + 1
                    yield ThinkingDelta(event.text) if event.is_thinking else TextDelta(event.text)
                elif isinstance(event, ServedEnd):
                    yield Finished(
                        event.reason, self._timings(began, first, event.tokens or pieces, event.prompt_tokens)
                    )
                    return
                elif isinstance(event, DownloadFailed):
                    raise ModelError(event.message, event.hint)
        if not stop.is_set():
            raise ModelError(ended_unexpectedly().message, _("Ask again: your question is kept."))
        yield Finished("stopped", self._timings(began, first, pieces, 0))

    def _timings(self, began: float, first: float, tokens: int, prompt_tokens: int) -> Timings:
        return Timings(
            evaluated_tokens=prompt_tokens, prefill_seconds=first, first_token_seconds=first, generated_tokens=tokens,
            generate_seconds=max(perf_counter() - began - first, 0.0), device=self._host,
        )  # fmt: skip


@contextmanager
def _connected(order: ServedOrder) -> Iterator[queue.SimpleQueue[bytes]]:
    """What the process says, line by line; b"" at its end. It is ended with the block."""
    try:
        child = subprocess.Popen(
            fetch_command(), env=fetch_environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise ModelError(_("The process that connects cannot be started ({reason}).").format(reason=error)) from error
    assert child.stdin is not None
    assert child.stdout is not None
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    output = child.stdout

    def read() -> None:
        with suppress(OSError, ValueError):
            for line in output:
                lines.put(line)
        lines.put(b"")

    reader = threading.Thread(target=read, name="served answer", daemon=True)
    try:
        reader.start()
        with suppress(BrokenPipeError):
            child.stdin.write(served_order_line(order).encode() + b"\n")
            child.stdin.flush()
        yield lines
    finally:
        child.kill()  # the server sees its connection end, and stops
        child.wait()
        reader.join(1)
        for pipe in (child.stdin, output):
            with suppress(OSError):
                pipe.close()


def _while_wanted(lines: queue.SimpleQueue[bytes], stop: StopFlag) -> Iterator[bytes]:
    while not stop.is_set():
        try:
            line = lines.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            continue
        if not line:
            return
        yield line


def chat_body(model: str, messages: Sequence[Message], sampling: Sampling) -> dict[str, Any]:
    """The question in OpenAI's protocol. What is `unset` is left to the server."""
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
    for part in message.parts:
        if isinstance(part, ImagePart):
            content.append({"type": "image_url", "image_url": {"url": _data_address(part.image)}})
        elif isinstance(part, TextPart | DocumentPart):
            content.append({"type": "text", "text": part.text})
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
