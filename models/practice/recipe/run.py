"""The exported pair through llama.cpp and mtmd, at the lowest level: for tests and for the scores of the card."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import ctypes
from pathlib import Path
from types import TracebackType

import llama_cpp
import numpy as np
from llama_cpp import mtmd_cpp as mtmd
from numpy.typing import NDArray
from PIL import Image

from recipe.export import EYE, HOME, TEXT

MARKER = "<__media__>"


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _quiet(level: int, text: bytes, data: object) -> None:
    """llama.cpp's chatter, dropped."""


class Pair:
    """One model and one context; a prompt is evaluated from nothing each time."""

    def __init__(self, folder: Path = HOME, threads: int = 1) -> None:
        llama_cpp.llama_log_set(_quiet, ctypes.c_void_p(0))
        mtmd.mtmd_log_set(_quiet, ctypes.c_void_p(0))
        mtmd.mtmd_helper_log_set(_quiet, ctypes.c_void_p(0))
        llama_cpp.llama_backend_init()
        how = llama_cpp.llama_model_default_params()
        how.n_gpu_layers = 0
        self.model = llama_cpp.llama_model_load_from_file(str(folder / TEXT).encode(), how)
        context = llama_cpp.llama_context_default_params()
        context.n_ctx, context.n_batch, context.n_ubatch = 2048, 2048, 2048
        context.n_threads = context.n_threads_batch = threads
        context.flash_attn_type = 0
        self.context = llama_cpp.llama_init_from_model(self.model, context)
        eye = mtmd.mtmd_context_params_default()
        eye.use_gpu, eye.print_timings, eye.n_threads, eye.flash_attn_type, eye.warmup = False, False, threads, 0, False
        self.eye = mtmd.mtmd_init_from_file(str(folder / EYE).encode(), self.model, eye)
        if not self.model or not self.context or not self.eye:
            raise RuntimeError(f"the pair in {folder} does not load")
        self.words = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.words)

    def __enter__(self) -> Pair:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        mtmd.mtmd_free(self.eye)
        llama_cpp.llama_free(self.context)
        llama_cpp.llama_model_free(self.model)

    def _start(self, prompt: str, images: list[Image.Image]) -> int:
        """Evaluates the prompt and returns the next position; the logits of its last token are there after."""
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        pixels = [image.convert("RGB").tobytes() for image in images]
        buffers = [(ctypes.c_uint8 * len(data)).from_buffer_copy(data) for data in pixels]
        bitmaps = [
            mtmd.mtmd_bitmap_init(image.width, image.height, data) for image, data in zip(images, buffers, strict=True)
        ]
        array = (ctypes.c_void_p * len(bitmaps))(*bitmaps)
        chunks = mtmd.mtmd_input_chunks_init()
        data = prompt.encode()
        text = mtmd.mtmd_input_text(data, len(data), True, True)
        try:
            if mtmd.mtmd_tokenize(self.eye, chunks, ctypes.byref(text), array, len(bitmaps)):
                raise RuntimeError("the prompt does not tokenise")
            past = llama_cpp.llama_pos(0)
            if mtmd.mtmd_helper_eval_chunks(self.eye, self.context, chunks, 0, 0, 2048, True, ctypes.byref(past)):
                raise RuntimeError("the prompt does not evaluate")
            return int(past.value)
        finally:
            mtmd.mtmd_input_chunks_free(chunks)
            for bitmap in bitmaps:
                mtmd.mtmd_bitmap_free(bitmap)

    def _logits(self) -> NDArray[np.float32]:
        return np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, -1), (self.size,)).copy()

    def logits(self, prompt: str, images: list[Image.Image]) -> NDArray[np.float32]:
        """Of the token that would come next, shape (vocabulary,)."""
        self._start(prompt, images)
        return self._logits()

    def answer(self, prompt: str, images: list[Image.Image], most: int = 120) -> tuple[str, list[int]]:
        """Greedy: the text and its tokens."""
        past = self._start(prompt, images)
        tokens: list[int] = []
        data = b""
        piece = ctypes.create_string_buffer(256)
        while len(tokens) < most:
            token = int(self._logits().argmax())
            if llama_cpp.llama_vocab_is_eog(self.words, token):
                break
            tokens.append(token)
            count = llama_cpp.llama_token_to_piece(self.words, token, piece, 256, 0, True)
            data += piece.raw[:count]
            one = (llama_cpp.llama_token * 1)(token)
            if llama_cpp.llama_decode(self.context, llama_cpp.llama_batch_get_one(one, 1)):
                raise RuntimeError("decoding failed")
            past += 1
        return data.decode("utf-8", "replace"), tokens


def prompt(turns: list[tuple[str, str | None]], picture_first: bool = True) -> str:
    """The chat template's text: (question, answer or None) a turn; the marker goes before the first question."""
    text = ""
    for k, (question, answer) in enumerate(turns):
        text += "<user>" + (MARKER if picture_first and k == 0 else "") + question.strip() + "<model>"
        if answer is not None:
            text += answer + "<end>"
    return text
