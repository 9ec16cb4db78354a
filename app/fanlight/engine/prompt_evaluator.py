"""Evaluates a prompt into the KV cache: text in batches, media chunks after their picture, or sound, was encoded."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence

from fanlight.domain.clips import halves
from fanlight.domain.events import Event, ImageReady, PromptProgress, SoundReady
from fanlight.domain.messages import FramePair, Media
from fanlight.domain.sounds import Sound
from fanlight.engine.computation import Computation
from fanlight.engine.context import ComputationStopped, Context
from fanlight.engine.embeddings import EmbeddingCache, Rows
from fanlight.engine.hearing import SoundEncoder
from fanlight.engine.mtmd import MediaChunk, VisionEncoder, tokens_of
from fanlight.engine.prompt import Prompt

_EMBEDDING_BYTES = 256 * 2**20
_PROMPT_STEP = 512  # tokens between two progress events
_LEAST_STEP = 64  # where fewer are evaluated at once, a GPU is much slower
_STOP_SECONDS = 0.15  # between two checks of the stop flag on a GPU

_clock = time.perf_counter


class PromptEvaluator:
    def __init__(self, context: Context, vision: VisionEncoder | None, hearing: SoundEncoder | None = None) -> None:
        self._context, self._vision, self._hearing = context, vision, hearing
        self._embeddings = EmbeddingCache(_EMBEDDING_BYTES)
        self._step = _PROMPT_STEP

    def clear(self) -> None:
        """Forget the pictures and sounds that were encoded."""
        self._embeddings.clear()

    def evaluate(self, prompt: Prompt, run: Computation, *, logits: bool) -> Generator[Event, None, None]:
        """Evaluate the part of the prompt that is not in the cache. Raises ComputationStopped."""
        context, items = self._context, prompt.items
        count = len(items)
        reusable = max(0, min(context.match(items), count - logits))
        done = reusable if reusable == count else context.rewind(reusable)
        run.reused, total = context.cells(done), prompt.cells
        yield PromptProgress(run.reused, total)
        if 0 < done < count:
            context.checkpoint()
        while done < count:
            run.check()
            if isinstance(items[done], MediaChunk):
                yield from self._evaluate_media(prompt, done, run)
                done += 1
            else:
                done = self._evaluate_text(prompt, done, run, logits=logits)
            run.evaluated = context.used - run.reused
            if done in prompt.checkpoints_at:
                context.checkpoint()
            yield PromptProgress(context.cells(done), total)
        run.check()

    def _evaluate_text(self, prompt: Prompt, start: int, run: Computation, *, logits: bool) -> int:
        """Evaluate text from `start` to the next media chunk, checkpoint or step; returns the index after it."""
        context, items = self._context, prompt.items
        end = start + 1
        limit = min(len(items), start + min(self._step, context.batch_tokens))
        checkpoints_at = prompt.checkpoints_at if context.needs_checkpoints else ()
        if logits and context.needs_checkpoints and start < len(items) - 1:
            limit = min(limit, len(items) - 1)  # a checkpoint before the last token lets the answer be asked again
        while end < limit and end not in checkpoints_at and isinstance(items[end], int):
            end += 1
        began = _clock()
        tokens = [item for item in items[start:end] if isinstance(item, int)]
        context.add_text(tokens, logits=logits and end == len(items))
        if logits and end == len(items) - 1:
            context.checkpoint()
        context.wait()
        seconds = _clock() - began
        run.prefill += seconds
        if context.on_card and end - start >= _LEAST_STEP:
            self._step = int(max(_LEAST_STEP, min(_PROMPT_STEP, _STOP_SECONDS * (end - start) / max(seconds, 1e-6))))
        return end

    def _evaluate_media(self, prompt: Prompt, at: int, run: Computation) -> Generator[Event, None, None]:
        """Evaluate the media chunk at index `at`, after encoding the chunks of its picture, or sound, that are not
        cached."""
        media = prompt.items[at]
        assert isinstance(media, MediaChunk)
        rows = self._embeddings.get(media.key)
        seconds = 0.0
        if rows is None:
            own = [item for item in prompt.items if isinstance(item, MediaChunk) and item.media_id == media.media_id]
            missing = sorted({item.part for item in own if self._embeddings.get(item.key) is None})
            began = _clock()
            for part, new in self._encoded(prompt.media[media.media_id], missing, run):
                self._embeddings.put((media.media_id, part), new)
                if part == media.part:
                    rows = new
            seconds = _clock() - began
            run.encode += seconds
            if run.flag.is_set() or rows is None:
                raise ComputationStopped
            run.encoded += 2 if isinstance(prompt.media[media.media_id], FramePair) else 1
        if media.part == 0:
            yield from self._ready(prompt.media[media.media_id], seconds)
            run.check()
        began = _clock()
        self._context.add_media(media, rows)
        self._context.wait()
        run.prefill += _clock() - began

    def _encoded(self, media: Media | FramePair, parts: Sequence[int], run: Computation) -> Iterator[tuple[int, Rows]]:
        if isinstance(media, Sound):
            assert self._hearing is not None
            return self._hearing.encode(media, parts, run.flag)
        assert self._vision is not None
        return self._vision.encode(media, parts, run.flag)

    def _ready(self, media: Media | FramePair, seconds: float) -> Generator[Event, None, None]:
        """Two frames that are one picture have half of it each."""
        if isinstance(media, Sound):
            assert self._hearing is not None
            yield SoundReady(media.id, self._hearing.tokens(media), seconds)
            return
        assert self._vision is not None
        tokens = tokens_of(self._vision.layout(media))
        if not isinstance(media, FramePair):
            yield ImageReady(media.id, tokens, seconds)
            return
        for image, share in zip((media.first, media.second), halves(tokens), strict=True):
            yield ImageReady(image.id, share, seconds / 2)
