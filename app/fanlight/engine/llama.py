"""The engine on llama.cpp: one model, one context, and the conversations of several slots."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from fanlight.domain.budget import dropped_notice
from fanlight.domain.errors import AnswerInvalid, ModelError
from fanlight.domain.events import EngineNotice, Event, Finished, Reason
from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelInfo, ModelSpec, Sampling, ThinkingMode
from fanlight.domain.placement import Placement
from fanlight.domain.ports import Events
from fanlight.domain.seen import SeenPicture
from fanlight.domain.slots import Slot
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.engine import logs
from fanlight.engine.answer_end import AnswerEnd
from fanlight.engine.answers import SampledAnswer
from fanlight.engine.bound_answers import check_constraint, constraint_of, follow_schema, schema_of, varied
from fanlight.engine.computation import Computation
from fanlight.engine.context import ComputationStopped, Context
from fanlight.engine.conversation_states import ConversationStates, StateWork
from fanlight.engine.detokenizer import StreamParser
from fanlight.engine.drafts import DraftedTokens
from fanlight.engine.families import Thinking, closed_in_place
from fanlight.engine.loading import LoadedModel, load
from fanlight.engine.mtmd import Item
from fanlight.engine.prompt import Prompt, PromptBuilder
from fanlight.engine.prompt_evaluator import PromptEvaluator
from fanlight.engine.run_marker import RunMarker
from fanlight.engine.sampling import Sampler
from fanlight.engine.slots import DEFAULT_SLOT, Slots
from fanlight.engine.template_budget import RenderingStopped
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _

_SHORT_SECONDS = 0.1
_clock = time.perf_counter


class LlamaEngine:
    """Implements `Engine`. All calls but `StopFlag.set` must come from the thread that loaded the model."""

    def __init__(self, loaded: LoadedModel, marker: RunMarker | None = None) -> None:
        """`marker` says while this engine computes that it does."""
        self._loaded = loaded
        self._marker = marker
        self._info = loaded.info
        self._vocab: Vocab = loaded.vocab
        self._context: Context = loaded.context
        self._thinking: Thinking | None = loaded.thinking
        self._slots = Slots(
            loaded.context,
            lambda: PromptBuilder(loaded.vocab, loaded.template, loaded.vision, loaded.thinking, loaded.hearing),
        )
        self._states = ConversationStates(loaded.context, self._slots, loaded.files, loaded.placement)
        self._prompts = PromptEvaluator(loaded.context, loaded.vision, loaded.hearing)
        self._closed = False
        self._run: Computation | None = None

    @classmethod
    def load(
        cls,
        spec: ModelSpec,
        loading: LoadOptions | None = None,
        progress: Callable[[float], None] | None = None,
        stop: StopFlag | None = None,
        marker: RunMarker | None = None,
    ) -> LlamaEngine:
        """`progress` is called with 0 to 1. Raises ModelError, also when `stop` was set."""
        if marker is None:
            return cls(load(spec, loading or LoadOptions(), progress, stop))
        try:
            loaded = load(spec, loading or LoadOptions(), progress, stop, marker.loading)
        except BaseException:
            marker.forget()
            raise
        marker.idle()
        return cls(loaded, marker)

    @property
    def info(self) -> ModelInfo:
        return self._info

    @property
    def placement(self) -> Placement:
        return self._loaded.placement

    def add_notice(self, text: str) -> None:
        """A person should know this, too, of how the model was loaded."""
        self._info = replace(self._info, notices=(text, *self._info.notices))

    @property
    def cached(self) -> tuple[Item, ...]:
        """The items in the KV cache: the conversation of the slot in use."""
        return tuple(self._context.items)

    def image_tokens(self, image: Image) -> int:
        self._check_open()
        return self._slots.image_tokens(image)

    def size_tokens(self, width: int, height: int, *, low: bool = False) -> int:
        """Implements `PictureInsight`."""
        self._check_open()
        return self._loaded.vision.size_tokens(width, height, low=low) if self._loaded.vision is not None else 0

    def sound_tokens(self, sound: Sound) -> int:
        """Implements `SoundInsight`."""
        self._check_open()
        return self._slots.sound_tokens(sound)

    def seen(self, image: Image) -> SeenPicture | None:
        self._check_open()
        return self._loaded.vision.seen(image) if self._loaded.vision is not None else None

    def close(self) -> None:
        """Free the model; every later call raises ModelError."""
        self._closed = True
        self._prompts.clear()
        self._slots.clear()
        self._loaded.close()
        if self._marker is not None:
            self._marker.forget()

    def prefill(
        self,
        messages: Sequence[Message],
        stop: StopFlag | None = None,
        slot: Slot = DEFAULT_SLOT,
        thinking: ThinkingMode = "auto",
    ) -> Events:
        self._check_open()
        return self._prefill(messages, slot, thinking, Computation.begun(stop))

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = DEFAULT_SLOT
    ) -> Events:
        self._check_open()
        sampling = sampling.with_recommended(self._loaded.recommended)
        return self._generate(messages, sampling, slot, Computation.begun(stop))

    def keep_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        return self._with_context(request, stop, self._states.keep)

    def recall_state(self, request: StateRequest, stop: StopFlag | None = None) -> bool:
        return self._with_context(request, stop, self._states.recall)

    def _with_context(self, request: StateRequest, stop: StopFlag | None, work: StateWork) -> bool:
        self._check_open()
        run = Computation.begun(stop)
        self._claim_context(run, request.slot)
        try:
            return work(request, run.flag)
        finally:
            self._release_context(run)

    def _prefill(self, messages: Sequence[Message], slot: Slot, thinking: ThinkingMode, run: Computation) -> Events:
        reason: Reason = "end"
        unfinished = not messages or messages[-1].role != "assistant"
        if not messages or messages[-1].role == "system":
            messages = [*messages, Message.of("user", "")]
        try:
            prompt = self._slots.prompt_builder(slot).prompt(
                messages, self._context.room, unfinished=unfinished, stop=run.flag, thinking=thinking
            )
            self._claim_context(run, slot)
            yield from self._prompts.evaluate(prompt, run, logits=False)
        except (ComputationStopped, RenderingStopped):
            reason = "stopped"
        finally:
            self._release_context(run)
        yield Finished(reason, run.timings(self._info.device))

    def _generate(self, messages: Sequence[Message], sampling: Sampling, slot: Slot, run: Computation) -> Events:
        self._check_open()
        schema = schema_of(sampling)
        check_constraint(sampling, schema, self._vocab)  # what is wrong with it is said before anything else
        try:
            builder = self._slots.prompt_builder(slot)
            prompt = builder.prompt(messages, self._context.room, stop=run.flag, thinking=sampling.thinking)
        except RenderingStopped:
            yield Finished("stopped", run.timings(self._info.device))
            return
        if prompt.dropped:
            yield EngineNotice(dropped_notice(prompt.dropped, self._info.context_tokens))
        index = len(messages) - (messages[-1].role == "assistant")

        def attempt(number: int) -> Generator[Event, None, Reason]:
            bound = constraint_of(sampling, schema, self._vocab)
            with Sampler(varied(sampling, number), self._vocab, bound) as sampler:
                return (yield from self._answer(prompt, index, sampler, sampling, run, slot))

        reason = yield from follow_schema(schema, attempt)
        yield Finished(reason, run.timings(self._info.device))

    def _answer(
        self, prompt: Prompt, index: int, sampler: Sampler, sampling: Sampling, run: Computation, slot: Slot
    ) -> Generator[Event, None, Reason]:
        """Evaluate the prompt and sample message `index`."""
        self._claim_context(run, slot)
        answer = SampledAnswer()
        try:
            yield from self._prompts.evaluate(prompt, run, logits=True)
            return (yield from self._sample_answer(prompt, answer, sampler, sampling, run))
        except ComputationStopped:
            return "stopped"
        finally:
            self._slots.prompt_builder(slot).answers.store(index, answer)
            self._release_context(run)

    def _check_open(self) -> None:
        if self._closed:  # llama.cpp would abort the process
            raise ModelError(_("The model was unloaded."), _("Choose it again to load it."))

    def _claim_context(self, run: Computation, slot: Slot) -> None:
        """Give the context to `run`. A generator that was left unfinished before stops at its next step."""
        if self._run is not None and self._run is not run:
            self._run.superseded = True
        self._run = run
        if self._marker is not None:
            self._marker.computing()
        self._slots.switch_to(slot)
        self._context.use_stop_flag(run.flag)

    def _release_context(self, run: Computation) -> None:
        """Detach the stop flag, whose memory may be freed after the computation."""
        if not run.superseded:
            self._context.use_stop_flag(None)
            if self._marker is not None:
                self._marker.idle()
        logs.drain()

    def _sample_answer(
        self,
        prompt: Prompt,
        answer: SampledAnswer,
        sampler: Sampler,
        sampling: Sampling,
        run: Computation,
    ) -> Generator[Event, None, Reason]:
        """Sample tokens until the answer ends, and record them in `answer`."""
        tags = self._thinking
        stops = (*sampling.stop, *self._loaded.stops)
        parser = StreamParser(
            stops,
            tags.open if tags else "",
            tags.close if tags else "",
            thinking=prompt.thinking,
            trim=not (prompt.resumed and prompt.resumed.text) and not sampler.bound,
        )
        try:
            reason = yield from self._sample_tokens(parser, answer, sampler, sampling, run)
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
        self, parser: StreamParser, answer: SampledAnswer, sampler: Sampler, sampling: Sampling, run: Computation
    ) -> Generator[Event, None, Reason]:
        context, handle, draft = self._context, self._context.handle, self._context.draft
        sample, feed, add = sampler.sample, parser.feed, DraftedTokens(context, greedy=sampling.temperature == 0).add
        piece, ends = self._vocab.token_bytes, self._vocab.ends_turn
        tokens, lengths = answer.tokens, answer.ends
        end = AnswerEnd(parser, context, self._vocab, sampling, run)
        opened = parser.thinking  # the grammar binds the answer, not the thinking
        began = _clock()
        token = sample(handle, unconstrained=opened and parser.thinking)
        now = _clock()
        run.generate += now - began
        run.first = now - run.began
        while token is not None and not ends(token):
            run.generated += 1
            tokens.append(token)
            deltas = feed(piece(token))
            lengths.append(parser.length if parser.complete else -1)
            yield from deltas
            if reason := end.reason(token):
                return reason
            began = _clock()
            if not add(token):
                return "stopped"
            if len(tokens) == 1 and context.recurrent and _clock() - began < _SHORT_SECONDS:
                context.use_stop_flag(None)  # an aborted recurrent state is lost
            if end.ends_thinking():
                yield from self._close_thinking(parser, answer)
            if sampling.max_tokens and len(tokens) >= sampling.max_tokens:
                run.generate += _clock() - began
                return "end" if sampler.finished else "length"
            token = sample(handle, draft.row, unconstrained=opened and parser.thinking)
            run.generate += _clock() - began
        if token is None and not sampler.complete:
            raise AnswerInvalid(_("The answer cannot go on as it must: the model has no token for it."))
        return "end"

    def _close_thinking(self, parser: StreamParser, answer: SampledAnswer) -> Generator[Event, None, None]:
        """End the thinking in the model's place: what it writes next is its answer."""
        assert self._thinking is not None
        tokens = self._vocab.tokens(closed_in_place(self._thinking), special=True)
        if self._context.used + len(tokens) >= self._context.room:
            return
        for token in tokens:
            answer.tokens.append(token)
            deltas = parser.feed(self._vocab.token_bytes(token))
            answer.ends.append(parser.length if parser.complete else -1)
            yield from deltas
        self._context.add_text(tokens, logits=True)
