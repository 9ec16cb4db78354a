"""The engine on llama.cpp: one model, one context, and the conversations of several slots."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from fanlight.domain.errors import ModelError
from fanlight.domain.events import EngineNotice, Event, Finished, ImageReady, PromptProgress, Reason, Timings
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelInfo, ModelSpec, Sampling
from fanlight.domain.ports import Events
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine import logs
from fanlight.engine.answers import SampledAnswer
from fanlight.engine.context import ComputationStopped, Context
from fanlight.engine.detokenizer import StreamParser
from fanlight.engine.embeddings import EmbeddingCache
from fanlight.engine.families import Thinking
from fanlight.engine.loading import LoadedModel, load
from fanlight.engine.mtmd import Item, MediaChunk, VisionEncoder
from fanlight.engine.prompt import Prompt, PromptBuilder
from fanlight.engine.sampling import Sampler
from fanlight.engine.slots import DEFAULT_SLOT, Slots
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _, format_number, ngettext

_EMBEDDING_BYTES = 256 * 2**20
_PROMPT_STEP = 512  # tokens between two progress events, and between two checks of the stop flag on a GPU
_SHORT_SECONDS = 0.1

_clock = time.perf_counter


@dataclass(slots=True)
class _Timing:
    """Sums for `Timings`, in seconds and tokens; also the identity of the job that owns the context."""

    began: float
    encode: float = 0.0
    reused: int = 0
    evaluated: int = 0
    prefill: float = 0.0
    first: float = 0.0
    generated: int = 0
    generate: float = 0.0
    encoded: int = 0

    def timings(self, device: str) -> Timings:
        return Timings(
            encode_seconds=self.encode,
            reused_tokens=self.reused,
            evaluated_tokens=self.evaluated,
            prefill_seconds=self.prefill,
            first_token_seconds=self.first,
            generated_tokens=self.generated,
            generate_seconds=self.generate,
            images_encoded=self.encoded,
            device=device,
        )


class LlamaEngine:
    """Implements `Engine`. All calls but `StopFlag.set` must come from the thread that loaded the model."""

    def __init__(self, loaded: LoadedModel) -> None:
        self._loaded = loaded
        self._info = loaded.info
        self._vocab: Vocab = loaded.vocab
        self._vision: VisionEncoder | None = loaded.vision
        self._context: Context = loaded.context
        self._thinking: Thinking | None = loaded.thinking
        self._slots = Slots(
            loaded.context, lambda: PromptBuilder(loaded.vocab, loaded.template, loaded.vision, loaded.thinking)
        )
        self._embeddings = EmbeddingCache(_EMBEDDING_BYTES)
        self._closed = False
        self._job: _Timing | None = None

    @classmethod
    def load(
        cls,
        spec: ModelSpec,
        loading: LoadOptions | None = None,
        progress: Callable[[float], None] | None = None,
        stop: StopFlag | None = None,
    ) -> LlamaEngine:
        """`progress` is called with 0 to 1. Raises ModelError, also when `stop` was set."""
        return cls(load(spec, loading or LoadOptions(), progress, stop))

    @property
    def info(self) -> ModelInfo:
        return self._info

    @property
    def cached(self) -> tuple[Item, ...]:
        """The items in the KV cache: the conversation of the slot in use."""
        return tuple(self._context.items)

    def image_tokens(self, image: Image) -> int:
        self._check_open()
        return self._slots.prompt_builder(DEFAULT_SLOT).image_tokens(image)

    def close(self) -> None:
        """Free the model; every later call raises ModelError."""
        self._closed = True
        self._embeddings.clear()
        self._slots.clear()
        self._loaded.close()

    def prefill(self, messages: Sequence[Message], stop: StopFlag | None = None, slot: Slot = DEFAULT_SLOT) -> Events:
        self._check_open()
        return self._prefill(messages, stop or StopFlag(), slot, _Timing(_clock()))

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = DEFAULT_SLOT
    ) -> Events:
        self._check_open()
        return self._generate(messages, sampling, stop or StopFlag(), slot, _Timing(_clock()))

    def _prefill(self, messages: Sequence[Message], flag: StopFlag, slot: Slot, timing: _Timing) -> Events:
        reason: Reason = "end"
        unfinished = not messages or messages[-1].role != "assistant"
        if not messages or messages[-1].role == "system":
            messages = [*messages, Message.of("user", "")]
        prompt = self._slots.prompt_builder(slot).prompt(messages, self._context.room, unfinished=unfinished)
        self._claim_context(timing, flag, slot)
        try:
            yield from self._evaluate_prompt(prompt, timing, flag, logits=False)
        except ComputationStopped:
            reason = "stopped"
        finally:
            self._release_context(timing)
        yield Finished(reason, timing.timings(self._info.device))

    def _generate(
        self, messages: Sequence[Message], sampling: Sampling, flag: StopFlag, slot: Slot, timing: _Timing
    ) -> Events:
        self._check_open()
        with Sampler(sampling, self._vocab) as sampler:
            prompt_builder = self._slots.prompt_builder(slot)
            prompt = prompt_builder.prompt(messages, self._context.room)
            if prompt.dropped:
                yield EngineNotice(_dropped_notice(prompt.dropped, self._info.context_tokens))
            index = len(messages) - (messages[-1].role == "assistant")
            self._claim_context(timing, flag, slot)
            answer = SampledAnswer()
            try:
                yield from self._evaluate_prompt(prompt, timing, flag, logits=True)
                reason = yield from self._sample_answer(prompt, answer, sampler, sampling, timing, flag)
            except ComputationStopped:
                reason = "stopped"
            finally:
                prompt_builder.answers.store(index, answer)
                self._release_context(timing)
        yield Finished(reason, timing.timings(self._info.device))

    def _check_open(self) -> None:
        if self._closed:  # llama.cpp would abort the process
            raise ModelError(_("The model was unloaded."), _("Choose it again to load it."))

    def _claim_context(self, job: _Timing, flag: StopFlag, slot: Slot) -> None:
        """Give the context to this job. A generator that was left unfinished before stops at its next step."""
        self._job = job
        self._slots.switch_to(slot)
        self._context.use_stop_flag(flag)

    def _check_stop(self, job: _Timing, flag: StopFlag) -> None:
        """Raises ComputationStopped."""
        if flag.is_set() or self._job is not job:
            raise ComputationStopped

    def _release_context(self, job: _Timing) -> None:
        """Detach the job's stop flag, whose memory may be freed after the job."""
        if self._job is job:
            self._context.use_stop_flag(None)
        logs.drain()

    def _evaluate_prompt(
        self, prompt: Prompt, timing: _Timing, flag: StopFlag, *, logits: bool
    ) -> Generator[Event, None, None]:
        """Evaluate the part of the prompt that is not in the cache. Raises ComputationStopped."""
        context, items = self._context, prompt.items
        count = len(items)
        reusable = max(0, min(context.match(items), count - logits))
        done = reusable if reusable == count else context.rewind(reusable)
        timing.reused, total = context.cells(done), prompt.cells
        yield PromptProgress(timing.reused, total)
        if 0 < done < count:
            context.checkpoint()
        while done < count:
            self._check_stop(timing, flag)
            item = items[done]
            if isinstance(item, MediaChunk):
                yield from self._evaluate_media(prompt, done, timing, flag)
                done += 1
            else:
                done = self._evaluate_text(prompt, done, timing, logits=logits)
            timing.evaluated = context.used - timing.reused
            if done in prompt.checkpoints_at:
                context.checkpoint()
            yield PromptProgress(context.cells(done), total)
        self._check_stop(timing, flag)

    def _evaluate_text(self, prompt: Prompt, start: int, timing: _Timing, *, logits: bool) -> int:
        """Evaluate text from `start` to the next media chunk, checkpoint or step; returns the index after it."""
        context, items = self._context, prompt.items
        end = start + 1
        limit = min(len(items), start + min(_PROMPT_STEP, context.batch_tokens))
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
        timing.prefill += _clock() - began
        return end

    def _evaluate_media(self, prompt: Prompt, at: int, timing: _Timing, flag: StopFlag) -> Generator[Event, None, None]:
        """Evaluate the media chunk at index `at`, after encoding the chunks of its picture that are not cached."""
        media = prompt.items[at]
        assert isinstance(media, MediaChunk)
        assert self._vision is not None
        rows = self._embeddings.get(media.key)
        seconds = 0.0
        if rows is None:
            own = [item for item in prompt.items if isinstance(item, MediaChunk) and item.image_id == media.image_id]
            missing = sorted({item.part for item in own if self._embeddings.get(item.key) is None})
            began = _clock()
            for part, new in self._vision.encode(prompt.images[media.image_id], missing, flag):
                self._embeddings.put((media.image_id, part), new)
                if part == media.part:
                    rows = new
            seconds = _clock() - began
            timing.encode += seconds
            if flag.is_set() or rows is None:
                raise ComputationStopped
            timing.encoded += 1
        if media.part == 0:
            tokens = self.image_tokens(prompt.images[media.image_id])
            yield ImageReady(media.image_id, tokens, seconds)
            self._check_stop(timing, flag)
        began = _clock()
        self._context.add_media(media, rows)
        timing.prefill += _clock() - began

    def _sample_answer(
        self,
        prompt: Prompt,
        answer: SampledAnswer,
        sampler: Sampler,
        sampling: Sampling,
        timing: _Timing,
        flag: StopFlag,
    ) -> Generator[Event, None, Reason]:
        """Sample tokens until the answer ends, and record them in `answer`."""
        tags = self._thinking
        stops = (*sampling.stop, *self._loaded.stops)
        parser = StreamParser(
            stops,
            tags.open if tags else "",
            tags.close if tags else "",
            thinking=prompt.thinking,
            trim=not (prompt.resumed and prompt.resumed.text) and not sampler.has_grammar,
        )
        try:
            reason = yield from self._sample_tokens(parser, answer, sampler, sampling.max_tokens, timing, flag)
            yield from parser.finish()
            return reason
        finally:
            if parser.stopped:  # the tokens reach beyond the text
                answer.tokens, answer.ends = [], []
            else:
                answer.drop_thinking(parser, self._vocab)
                if prompt.resumed is not None:
                    answer.prepend(prompt.resumed.text, prompt.resumed.tokens)

    def _sample_tokens(
        self,
        parser: StreamParser,
        answer: SampledAnswer,
        sampler: Sampler,
        most: int,
        timing: _Timing,
        flag: StopFlag,
    ) -> Generator[Event, None, Reason]:
        context, handle = self._context, self._context.handle
        sample, feed, add = sampler.sample, parser.feed, context.add_token
        piece, ends = self._vocab.token_bytes, self._vocab.ends_turn
        tokens, lengths, room = answer.tokens, answer.ends, context.room
        opened = parser.thinking  # the grammar binds the answer, not the thinking
        began = _clock()
        token = sample(handle, unconstrained=opened and parser.thinking)
        now = _clock()
        timing.generate += now - began
        timing.first = now - timing.began
        while token is not None and not ends(token):
            timing.generated += 1
            tokens.append(token)
            deltas = feed(piece(token))
            lengths.append(parser.length if parser.complete else -1)
            yield from deltas
            if parser.stopped:
                return "stop_string"
            if flag.is_set() or self._job is not timing:
                return "stopped"
            if context.used >= room:
                return "length"
            began = _clock()
            if not add(token):
                return "stopped"
            if timing.generated == 1 and context.recurrent and _clock() - began < _SHORT_SECONDS:
                context.use_stop_flag(None)  # an aborted recurrent state is lost
            if timing.generated == most:
                timing.generate += _clock() - began
                return "length"
            token = sample(handle, unconstrained=opened and parser.thinking)
            timing.generate += _clock() - began
        return "end"


def _dropped_notice(count: int, context_tokens: int) -> str:
    return ngettext(
        "{count} earlier message no longer fits into the context of {tokens} tokens.",
        "{count} earlier messages no longer fit into the context of {tokens} tokens.",
        count,
    ).format(count=count, tokens=format_number(context_tokens))
