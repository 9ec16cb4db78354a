"""The engine on llama.cpp: one model, and the cache of each seat's conversation as long as it can be of use."""

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
from fanlight.engine.embeddings import Embeddings
from fanlight.engine.families import Thinking
from fanlight.engine.loading import LoadedModel, load
from fanlight.engine.mtmd import Item, MediaChunk, VisionEncoder
from fanlight.engine.prompt import Prompt, PromptBuilder
from fanlight.engine.sampling import Sampler
from fanlight.engine.slots import FIRST, Slots
from fanlight.engine.vocab import Vocab

_EMBEDDING_BYTES = 256 * 2**20
_PROMPT_STEP = 512  # tokens between two reports of progress, and between two looks at the flag on a GPU
_SHORT_SECONDS = 0.1

_clock = time.perf_counter


@dataclass(slots=True)
class _Tally:
    """Timings in the making."""

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
    """Implements `Engine`. Everything but `StopFlag.set` happens on the thread that loaded it."""

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
        self._embeddings = Embeddings(_EMBEDDING_BYTES)
        self._closed = False
        self._job: _Tally | None = None

    @classmethod
    def load(
        cls,
        spec: ModelSpec,
        loading: LoadOptions | None = None,
        progress: Callable[[float], None] | None = None,
        stop: StopFlag | None = None,
    ) -> LlamaEngine:
        """`progress` gets 0 to 1. Raises ModelError; a load that was stopped raises it too."""
        return cls(load(spec, loading or LoadOptions(), progress, stop))

    @property
    def info(self) -> ModelInfo:
        return self._info

    @property
    def cached(self) -> tuple[Item, ...]:
        """What is in the cache now, to the token: the conversation of the seat that asked last."""
        return tuple(self._context.items)

    def image_tokens(self, image: Image) -> int:
        self._check_open()
        return self._slots.prompter(FIRST).image_tokens(image)

    def close(self) -> None:
        """The engine cannot be used afterwards."""
        self._closed = True
        self._embeddings.clear()
        self._slots.clear()
        self._loaded.close()

    def prefill(self, messages: Sequence[Message], stop: StopFlag | None = None, slot: Slot = FIRST) -> Events:
        self._check_open()
        return self._prefill(messages, stop or StopFlag(), slot, _Tally(_clock()))

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = FIRST
    ) -> Events:
        self._check_open()
        return self._generate(messages, sampling, stop or StopFlag(), slot, _Tally(_clock()))

    def _prefill(self, messages: Sequence[Message], flag: StopFlag, slot: Slot, tally: _Tally) -> Events:
        reason: Reason = "end"
        unfinished = not messages or messages[-1].role != "assistant"
        if not messages or messages[-1].role == "system":
            messages = [*messages, Message.of("user", "")]
        prompt = self._slots.prompter(slot).prompt(messages, self._context.room, unfinished=unfinished)
        self._begin(tally, flag, slot)
        try:
            yield from self._evaluate(prompt, tally, flag, logits=False)
        except ComputationStopped:
            reason = "stopped"
        finally:
            self._rest(tally)
        yield Finished(reason, tally.timings(self._info.device))

    def _generate(
        self, messages: Sequence[Message], sampling: Sampling, flag: StopFlag, slot: Slot, tally: _Tally
    ) -> Events:
        self._check_open()
        with Sampler(sampling, self._vocab) as sampler:
            prompter = self._slots.prompter(slot)
            prompt = prompter.prompt(messages, self._context.room)
            if prompt.dropped:
                yield EngineNotice(_left(prompt.dropped, self._info.context_tokens))
            index = len(messages) - (messages[-1].role == "assistant")
            self._begin(tally, flag, slot)
            answer = SampledAnswer()
            try:
                yield from self._evaluate(prompt, tally, flag, logits=True)
                reason = yield from self._speak(prompt, answer, sampler, sampling, tally, flag)
            except ComputationStopped:
                reason = "stopped"
            finally:
                prompter.answers.remember(index, answer)
                self._rest(tally)
        yield Finished(reason, tally.timings(self._info.device))

    def _check_open(self) -> None:
        if self._closed:  # llama.cpp would end the process
            raise ModelError("The model was put away.", "Choose it again to load it.")

    def _begin(self, job: _Tally, flag: StopFlag, slot: Slot) -> None:
        """From now on the cache is this job's; one that was begun before and left standing is over."""
        self._job = job
        self._slots.take(slot)
        self._context.watch(flag)

    def _go_on(self, job: _Tally, flag: StopFlag) -> None:
        """Raises Stopped."""
        if flag.is_set() or self._job is not job:
            raise ComputationStopped

    def _rest(self, job: _Tally) -> None:
        """Between jobs the flag of the last one is not looked at: its owner may be gone."""
        if self._job is job:
            self._context.watch(None)
        logs.drain()

    def _evaluate(self, prompt: Prompt, tally: _Tally, flag: StopFlag, *, logits: bool) -> Generator[Event, None, None]:
        """Put into the cache what it lacks of the prompt. Raises Stopped."""
        context, items = self._context, prompt.items
        count = len(items)
        stays = max(0, min(context.match(items), count - logits))
        done = stays if stays == count else context.rewind(stays)
        tally.reused, total = context.cells(done), prompt.cells
        yield PromptProgress(tally.reused, total)
        if 0 < done < count:
            context.checkpoint()
        while done < count:
            self._go_on(tally, flag)
            item = items[done]
            if isinstance(item, MediaChunk):
                yield from self._see(prompt, done, tally, flag)
                done += 1
            else:
                done = self._read(prompt, done, tally, logits=logits)
            tally.evaluated = context.used - tally.reused
            if done in prompt.marks:
                context.checkpoint()
            yield PromptProgress(context.cells(done), total)
        self._go_on(tally, flag)

    def _read(self, prompt: Prompt, start: int, tally: _Tally, *, logits: bool) -> int:
        """Evaluate text from `start` to the next stretch, mark or step; where it got to is returned."""
        context, items = self._context, prompt.items
        end = start + 1
        limit = min(len(items), start + min(_PROMPT_STEP, context.step))
        marks = prompt.marks if context.keeps_checkpoints else ()
        if logits and context.keeps_checkpoints and start < len(items) - 1:
            limit = min(limit, len(items) - 1)  # a checkpoint before the last token lets the answer be asked again
        while end < limit and end not in marks and isinstance(items[end], int):
            end += 1
        began = _clock()
        tokens = [item for item in items[start:end] if isinstance(item, int)]
        context.add_text(tokens, logits=logits and end == len(items))
        if logits and end == len(items) - 1:
            context.checkpoint()
        tally.prefill += _clock() - began
        return end

    def _see(self, prompt: Prompt, at: int, tally: _Tally, flag: StopFlag) -> Generator[Event, None, None]:
        """Evaluate the stretch at `at`; at a picture's first one, all its parts that are not known are encoded."""
        media = prompt.items[at]
        assert isinstance(media, MediaChunk)
        assert self._vision is not None
        rows = self._embeddings.get(media.key)
        seconds = 0.0
        if rows is None:
            own = [item for item in prompt.items if isinstance(item, MediaChunk) and item.image_id == media.image_id]
            lacking = sorted({item.part for item in own if self._embeddings.get(item.key) is None})
            began = _clock()
            for part, new in self._vision.encode(prompt.images[media.image_id], lacking, flag):
                self._embeddings.put((media.image_id, part), new)
                if part == media.part:
                    rows = new
            seconds = _clock() - began
            tally.encode += seconds
            if flag.is_set() or rows is None:
                raise ComputationStopped
            tally.encoded += 1
        if media.part == 0:
            tokens = self.image_tokens(prompt.images[media.image_id])
            yield ImageReady(media.image_id, tokens, seconds)
            self._go_on(tally, flag)
        began = _clock()
        self._context.add_media(media, rows)
        tally.prefill += _clock() - began

    def _speak(
        self, prompt: Prompt, answer: SampledAnswer, sampler: Sampler, sampling: Sampling, tally: _Tally, flag: StopFlag
    ) -> Generator[Event, None, Reason]:
        """Sample, say and evaluate one token after the other; in the end `answer` is what was said."""
        tags = self._thinking
        stops = (*sampling.stop, *self._loaded.stops)
        speech = StreamParser(
            stops,
            tags.open if tags else "",
            tags.close if tags else "",
            thinking=prompt.thinking,
            trim=not (prompt.resumed and prompt.resumed.text) and not sampler.bound,
        )
        try:
            reason = yield from self._tokens(speech, answer, sampler, sampling.max_tokens, tally, flag)
            yield from speech.finish()
            return reason
        finally:
            if speech.stopped:  # then the tokens say more than the text
                answer.tokens, answer.ends = [], []
            else:
                answer.settle(speech, self._vocab)
                if prompt.resumed is not None:
                    answer.follow(prompt.resumed.text, prompt.resumed.tokens)

    def _tokens(
        self, speech: StreamParser, answer: SampledAnswer, sampler: Sampler, most: int, tally: _Tally, flag: StopFlag
    ) -> Generator[Event, None, Reason]:
        context, handle = self._context, self._context.handle
        sample, feed, add = sampler.sample, speech.feed, context.add_token
        piece, ends = self._vocab.piece, self._vocab.ends
        tokens, lengths, room = answer.tokens, answer.ends, context.room
        opened = speech.thinking  # what the template made the model think is free; its grammar is for the answer
        began = _clock()
        token = sample(handle, free=opened and speech.thinking)
        now = _clock()
        tally.generate += now - began
        tally.first = now - tally.began
        while token is not None and not ends(token):
            tally.generated += 1
            tokens.append(token)
            said = feed(piece(token))
            lengths.append(speech.length if speech.settled else -1)
            yield from said
            if speech.stopped:
                return "stop_string"
            if flag.is_set() or self._job is not tally:
                return "stopped"
            if context.used >= room:
                return "length"
            began = _clock()
            if not add(token):
                return "stopped"
            if tally.generated == 1 and context.recurrent and _clock() - began < _SHORT_SECONDS:
                context.watch(None)  # a state broken off is lost: the flag is looked at between these short tokens
            if tally.generated == most:
                tally.generate += _clock() - began
                return "length"
            token = sample(handle, free=opened and speech.thinking)
            tally.generate += _clock() - began
        return "end"


def _left(count: int, room: int) -> str:
    what = "1 earlier message" if count == 1 else f"{count} earlier messages"
    return f"{what} left the context, which holds {room:,} tokens."
