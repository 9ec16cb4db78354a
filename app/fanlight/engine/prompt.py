"""A conversation as the items a model is given: which messages fit, in tokens and encoded stretches."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from fanlight.domain.budget import fit
from fanlight.domain.errors import ImagesUnsupported, PictureError, PromptTooLong
from fanlight.domain.messages import Image, Message
from fanlight.engine.answers import SampledAnswers
from fanlight.engine.families import Thinking
from fanlight.engine.mtmd import Item, VisionEncoder
from fanlight.engine.prompt_chunks import ChunkWriter
from fanlight.engine.template import Template, TemplateFrame, TemplatePart
from fanlight.engine.vocab import Vocab

_ANSWER_ROOM, _LEAST_ANSWER = 512, 64  # tokens kept free for the answer, as a rule and at least
_FILLED = 0.6  # after an overflow this much of the context is filled, so that not every turn drops another


@dataclass(frozen=True, slots=True)
class ResumedAnswer:
    """The beginning of the answer that goes on, at the end of the prompt."""

    text: str
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """`marks` are the counts of items at which a conversation may be taken up again another way."""

    items: list[Item]
    marks: frozenset[int]
    images: dict[str, Image]
    dropped: int = 0
    thinking: bool = False
    """The model's next words are thinking: the template opened it, or it was broken off there."""
    resumed: ResumedAnswer | None = None

    @property
    def cells(self) -> int:
        return sum(1 if isinstance(item, int) else item.tokens for item in self.items)


class PromptBuilder:
    """Turns messages into prompts. Remembers which messages had left, so that they stay away. `answers` is for the
    engine to fill."""

    def __init__(
        self, vocab: Vocab, template: Template, vision: VisionEncoder | None, thinking: Thinking | None
    ) -> None:
        self._vocab = vocab
        self._template = template
        self._vision = vision
        self._thinking = thinking
        self.answers = SampledAnswers()
        self._left: dict[int, Message] = {}
        for part in template.parts((Message.of("user", "a"), Message.of("assistant", "b"), Message.of("user", "c"))):
            vocab.guard(vocab.tokens(part.text, special=True) if isinstance(part, TemplateFrame) else ())
        if vision is not None:
            with contextlib.suppress(PictureError):
                around = vision.layout(Image.of(64, 64, bytes(64 * 64 * 3)))
                vocab.guard(item for item in around if isinstance(item, int))

    def prompt(self, messages: Sequence[Message], context: int, *, unfinished: bool = False) -> Prompt:
        """The prompt for the next words after `messages`, with room left in the `context` (cells) for an answer.
        `unfinished` leaves out what a longer last question would change. Raises CannotSee, PromptTooLong,
        ModelBroken."""
        room = context - min(_ANSWER_ROOM, context // 4)
        if self._vision is None and any(message.images for message in messages):
            raise ImagesUnsupported("This model cannot see pictures.")
        whole = self._build(messages, range(len(messages)), unfinished)
        if whole.cells <= room:
            self._left = {}
            return whole
        if self._left and all(j < len(messages) - 1 and messages[j] == gone for j, gone in self._left.items()):
            again = self._build(messages, [i for i in range(len(messages)) if i not in self._left], unfinished)
            if again.cells <= room:
                return replace(again, dropped=len(self._left))
        return self._shorter(messages, whole.cells, context, unfinished)

    def _shorter(self, messages: Sequence[Message], total: int, context: int, unfinished: bool) -> Prompt:
        """Without the oldest turns. What cannot leave may take nearly all of the room that is kept for the answer."""
        most = context - min(_LEAST_ANSWER, context // 8)
        costs = [self._cost(message) for message in messages]
        extra = max(0, total - sum(costs)) // len(messages) + 1
        spread = [cost + extra for cost in costs]
        try:
            kept = fit(messages, spread, int(context * _FILLED)).kept
        except PromptTooLong as error:  # then only what may not leave stays
            kept = fit(messages, spread, error.need).kept
        prompt = self._build(messages, kept, unfinished)
        if prompt.cells > most:
            raise PromptTooLong(prompt.cells, most)
        staying = set(kept)
        self._left = {i: message for i, message in enumerate(messages) if i not in staying}
        return replace(prompt, dropped=len(self._left))

    def _cost(self, message: Message) -> int:
        pictures = sum(self.image_tokens(image) for image in message.images)
        return len(self._vocab.words(message.text)) + pictures

    def image_tokens(self, image: Image) -> int:
        if self._vision is None:
            return 0
        return sum(1 if isinstance(item, int) else item.tokens for item in self._vision.layout(image))

    def _build(self, messages: Sequence[Message], kept: Sequence[int], unfinished: bool) -> Prompt:
        """`kept` are the indices of the messages to say; the last may be an answer that goes on."""
        kept = list(kept)
        going_on = kept.pop() if kept and messages[kept[-1]].role == "assistant" else None
        chosen = [messages[i] for i in kept]
        parts = self._template.parts(chosen) if chosen else []
        unfinished = unfinished and going_on is None
        writer = ChunkWriter(self._vocab, self._vision, self.answers, messages, kept, unfinished=unfinished)
        writer.write(parts)
        thinking = self._opens_thinking(parts)
        resumed = None
        if going_on is not None:
            thinking, resumed = self._go_on(writer, going_on, messages[going_on], thinking)
        writer.close()
        images = {image.id: image for message in chosen for image in message.images}
        return Prompt(writer.items, frozenset(writer.marks), images, thinking=thinking, resumed=resumed)

    def _opens_thinking(self, parts: Sequence[TemplatePart]) -> bool:
        last = parts[-1] if parts else None
        if self._thinking is None or not isinstance(last, TemplateFrame):
            return False
        return last.text.rstrip().endswith(self._thinking.open.rstrip())

    def _go_on(
        self, writer: ChunkWriter, index: int, message: Message, opened: bool
    ) -> tuple[bool, ResumedAnswer | None]:
        """Say the beginning of an answer again; whether it was still thinking."""
        tags = self._thinking
        if tags is not None and (message.thinking or opened):
            writer.frame("" if opened else tags.open + "\n")
            writer.say(message.thinking)
            if not message.text:
                writer.flush()
                return True, None
            writer.frame(f"\n{tags.close}\n\n")
        tokens = self.answers.spoken(index, message.text) or self._vocab.words(message.text)
        writer.put(tokens)
        return False, ResumedAnswer(message.text, tokens)
