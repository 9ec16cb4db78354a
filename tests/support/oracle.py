"""llama.cpp and mtmd used the plain way: a fresh context, the whole cache of every layer, every picture encoded again.

What the engine says from its reused cache is held against this, by a `Pair` of both.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fanlight.domain.messages import FramePair, Image, ImagePart, Message, sent_parts
from fanlight.domain.models import ModelSpec
from fanlight.domain.slots import Slot
from fanlight.engine import backend
from fanlight.engine.backend import llama, mtmd
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import Item, MediaChunk
from support.asking import GREEDY, hear

_NEAR = 2e-3  # logits; sums in another order differ by less


class Oracle:
    """Load once, ask often; `close` it."""

    def __init__(self, spec: ModelSpec) -> None:
        backend.start()
        assert spec.files.projector is not None
        self._model = llama.llama_model_load_from_file(
            str(spec.files.model).encode(), llama.llama_model_default_params()
        )
        params = mtmd.mtmd_context_params_default()
        params.use_gpu = False
        params.n_threads = 1
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_AUTO  # as the engine: it rounds to half precision inside
        self._eye = mtmd.mtmd_init_from_file(str(spec.files.projector).encode(), self._model, params)
        self._vocab_size = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self._model))

    def close(self) -> None:
        mtmd.mtmd_free(self._eye)
        llama.llama_model_free(self._model)

    def shortfall(self, items: Sequence[Item], said: Sequence[int], images: Mapping[str, Image | FramePair]) -> float:
        """By how much the worst of the tokens `said` after `items` is less likely (in logits) than the likeliest."""
        params = llama.llama_context_default_params()
        params.n_ctx = 4096
        params.n_batch = params.n_ubatch = 1024
        params.n_threads = params.n_threads_batch = 1
        params.flash_attn_type = llama.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.swa_full = True
        context = llama.llama_init_from_model(self._model, params)
        try:
            position = ctypes.c_int32(0)
            self._evaluate(context, items, images, position)
            worst = 0.0
            for token in said:
                logits = llama.llama_get_logits_ith(context, -1)[: self._vocab_size]
                worst = max(worst, max(logits) - logits[token])
                self._text(context, [token], position)
            return worst
        finally:
            llama.llama_free(context)

    def _evaluate(
        self, context: Any, items: Sequence[Item], images: Mapping[str, Image | FramePair], position: ctypes.c_int32
    ) -> None:
        run: list[int] = []
        for item in items:
            if isinstance(item, MediaChunk):
                self._text(context, run, position)
                run = []
                self._media(context, item, images[item.media_id], position)
            else:
                run.append(item)
        self._text(context, run, position)

    def _text(self, context: Any, tokens: Sequence[int], position: ctypes.c_int32) -> None:
        for start in range(0, len(tokens), 512):
            part = tokens[start : start + 512]
            batch = llama.llama_batch_init(len(part), 0, 1)
            for i, token in enumerate(part):
                batch.token[i] = token
                batch.pos[i] = position.value + i
                batch.n_seq_id[i] = 1
                batch.seq_id[i][0] = 0
                batch.logits[i] = i == len(part) - 1
            batch.n_tokens = len(part)
            assert llama.llama_decode(context, batch) == 0
            llama.llama_batch_free(batch)
            position.value += len(part)

    def _media(self, context: Any, media: MediaChunk, picture: Image | FramePair, position: ctypes.c_int32) -> None:
        frames = (picture,) if isinstance(picture, Image) else (picture.first, picture.second)
        made = []
        for image in frames:
            pixels = (ctypes.c_uint8 * len(image.rgb)).from_buffer_copy(image.rgb)
            made.append(mtmd.mtmd_bitmap_init(image.width, image.height, pixels))
            mtmd.mtmd_bitmap_set_mergeable(made[-1], len(frames) > 1)
        chunks = mtmd.mtmd_input_chunks_init()
        marker = mtmd.mtmd_default_marker() * len(frames)
        text = mtmd.mtmd_input_text(marker, len(marker), False, True)
        bitmaps = (mtmd.mtmd_bitmap_p_ctypes * len(frames))(*made)
        assert mtmd.mtmd_tokenize(self._eye, chunks, ctypes.byref(text), bitmaps, len(frames)) == 0
        handles = [mtmd.mtmd_input_chunks_get(chunks, i) for i in range(mtmd.mtmd_input_chunks_size(chunks))]
        seen = [handle for handle in handles if mtmd.mtmd_input_chunk_get_type(handle) == 1]
        after = ctypes.c_int32(0)
        code = mtmd.mtmd_helper_eval_chunk_single(
            self._eye, context, seen[media.part], position, 0, 1024, False, ctypes.byref(after)
        )
        assert code == 0
        position.value = after.value
        mtmd.mtmd_input_chunks_free(chunks)
        for bitmap in made:
            mtmd.mtmd_bitmap_free(bitmap)


@dataclass
class Pair:
    engine: LlamaEngine
    oracle: Oracle

    def check(self, messages: Sequence[Message], slot: Slot = Slot.WINDOW) -> str:
        """Ask, and hold every token said against the oracle; gives the answer."""
        heard = hear(self.engine.generate(messages, GREEDY, slot=slot))
        cached = self.engine.cached
        said = heard.end.timings.generated_tokens
        assert heard.end.reason in ("length", "end")
        tokens = [item for item in cached[len(cached) - said :] if isinstance(item, int)]
        merges = self.engine.info.frames.merges
        sent = (part for message in messages for part in sent_parts(message.parts, merges_frames=merges))
        pictures = [part.image if isinstance(part, ImagePart) else part for part in sent]
        images = {picture.id: picture for picture in pictures if isinstance(picture, Image | FramePair)}
        shortfall = self.oracle.shortfall(cached[: len(cached) - said], tokens, images)
        assert shortfall < _NEAR, f"a token is {shortfall} worse than a fresh context's"
        return heard.text
