"""The peer: llama-cpp-python's high-level `Llama` with its own chat handler, set up as its README does."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from fanlight.domain.messages import Image, Message


class Stock:
    """Flash attention is off by default there; threads, context and files are those given to Fanlight."""

    def __init__(self, model: Path, projector: Path, threads: int, context_tokens: int) -> None:
        from llama_cpp import Llama
        from llama_cpp.llama_chat_format import MTMDChatHandler

        self._urls: dict[str, str] = {}
        handler = MTMDChatHandler(clip_model_path=str(projector))
        self._llama: Any = Llama(
            model_path=str(model), chat_handler=handler, n_ctx=context_tokens, n_threads=threads,
            n_threads_batch=threads, n_gpu_layers=0, verbose=True,
        )  # fmt: skip

    def first_token_seconds(self, messages: Sequence[Message]) -> float:
        """From the call to the answer's first token, greedy."""
        said = [{"role": message.role, "content": self._content(message)} for message in messages]
        start = perf_counter()
        answer = self._llama.create_chat_completion(said, max_tokens=1, temperature=0.0, stream=True)
        with closing(answer):
            for chunk in answer:
                choice = chunk["choices"][0]
                if choice["delta"].get("content") or choice["finish_reason"]:
                    break
        return perf_counter() - start

    def close(self) -> None:
        self._llama.close()

    def _content(self, message: Message) -> list[dict[str, object]]:
        pictures: list[dict[str, object]] = [
            {"type": "image_url", "image_url": {"url": self._url(i)}} for i in message.images
        ]
        return [*pictures, {"type": "text", "text": message.text}]

    def _url(self, image: Image) -> str:
        if image.id not in self._urls:
            self._urls[image.id] = as_data_url(image)
        return self._urls[image.id]


def as_data_url(image: Image) -> str:
    """The pixels as PNG in a data URL, the only way into the stock handler without a connection."""
    from PIL import Image as Pillow

    file = io.BytesIO()
    Pillow.frombytes("RGB", (image.width, image.height), image.rgb).save(file, "PNG", compress_level=1)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
