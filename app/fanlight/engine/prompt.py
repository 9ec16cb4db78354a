"""From messages to a prompt: text tokens and media chunks, truncated to the context."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from fanlight.domain.budget import FILLED, fit_or_least, goes_on, left_out, still_there
from fanlight.domain.errors import ImagesUnsupported, PictureError, PromptTooLong, SoundUnsupported
from fanlight.domain.messages import FramePair, Image, ImagePart, Media, Message
from fanlight.domain.models import ThinkingMode
from fanlight.domain.sounds import SOUND_RATE, Sound
from fanlight.domain.stop import StopFlag
from fanlight.engine.answer_opening import opens_thinking, switch_thinking
from fanlight.engine.answers import SampledAnswers
from fanlight.engine.families import Thinking, closed_in_place
from fanlight.engine.hearing import SoundEncoder
from fanlight.engine.mtmd import Item, VisionEncoder, tokens_of
from fanlight.engine.prompt_chunks import ChunkWriter
from fanlight.engine.template import Template, TemplateFrame
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _

_ANSWER_ROOM, _LEAST_ANSWER = 512, 64  # tokens reserved for the answer: usually, and at least
_AHEAD, _MOST_AHEAD = 16, 256  # room for a question that is still to come: a share of the context, in tokens at most


@dataclass(frozen=True, slots=True)
class ResumedAnswer:
    """The beginning of the answer that is continued; it ends the prompt."""

    text: str
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """`checkpoints_at`: item counts where a checkpoint pays, since other continuations are likely there."""

    items: list[Item]
    checkpoints_at: frozenset[int]
    media: dict[str, Media | FramePair]
    dropped: int = 0
    thinking: bool = False
    """The next tokens are thinking: the template opened it, or the answer was stopped inside it."""
    resumed: ResumedAnswer | None = None

    @property
    def cells(self) -> int:
        return sum(1 if isinstance(item, int) else item.tokens for item in self.items)


class PromptBuilder:
    """Builds the prompts of one conversation. Messages that were dropped once stay dropped, so that the cached prefix
    stays valid. The engine stores sampled answers in `answers`."""

    def __init__(
        self,
        vocab: Vocab,
        template: Template,
        vision: VisionEncoder | None,
        thinking: Thinking | None,
        hearing: SoundEncoder | None = None,
    ) -> None:
        self._vocab = vocab
        self._template = template
        self._vision, self._hearing = vision, hearing
        self._thinking = thinking
        self.answers = SampledAnswers()
        self._dropped: dict[int, Message] = {}
        self._too_long: tuple[Message, ...] = ()  # what goes on from here does not fit either: not counted again
        self._stop: StopFlag | None = None
        self._mode: ThinkingMode = "auto"
        talk = (Message.of("user", "a"), Message.of("assistant", "b"), Message.of("user", "c"))
        for part in itertools.chain(*(template.parts(talk, thinking=mode) for mode in get_args(ThinkingMode))):
            vocab.forbid_tags(vocab.tokens(part.text, special=True) if isinstance(part, TemplateFrame) else ())
        if vision is not None:
            with contextlib.suppress(PictureError):
                around = vision.layout(Image.of(64, 64, bytes(64 * 64 * 3)))
                vocab.forbid_tags(item for item in around if isinstance(item, int))
        if hearing is not None:
            with contextlib.suppress(SoundUnsupported):
                around = hearing.layout(Sound.of(SOUND_RATE, bytes(2 * SOUND_RATE)))
                vocab.forbid_tags(item for item in around if isinstance(item, int))

    def prompt(
        self,
        messages: Sequence[Message],
        context: int,
        *,
        unfinished: bool = False,
        stop: StopFlag | None = None,
        thinking: ThinkingMode = "auto",
    ) -> Prompt:
        """The prompt for what follows `messages`, with room left in the `context` (cells) for an answer. `unfinished`
        leaves out what a longer last question would change, and leaves room for one, so that messages are dropped while
        nobody waits. Raises ImagesUnsupported, SoundUnsupported, PromptTooLong, TemplateBroken,
        and RenderingStopped when `stop` was set."""
        self._stop, self._mode = stop, thinking
        room = context - min(_ANSWER_ROOM, context // 4)
        if self._vision is None and any(message.images for message in messages):
            raise ImagesUnsupported(_("This model does not support pictures."))
        if self._hearing is None and any(message.sounds for message in messages):
            raise SoundUnsupported(_("This model does not hear."))
        before = room - min(_MOST_AHEAD, context // _AHEAD)
        stays = bool(self._dropped) and still_there(self._dropped, messages)
        full = None
        if not (stays and goes_on(self._too_long, messages)):
            full = self._build(messages, range(len(messages)), unfinished)
            if full.cells <= (before if unfinished or stays else room):
                self._dropped, self._too_long = {}, ()
                return full
            self._too_long = tuple(messages)
        if stays:
            again = self._build(messages, [i for i in range(len(messages)) if i not in self._dropped], unfinished)
            if again.cells <= (before if unfinished else room):
                return replace(again, dropped=len(self._dropped))
        full = full or self._build(messages, range(len(messages)), unfinished)
        return self._build_truncated(messages, full.cells, context, unfinished)

    @property
    def dropped_indices(self) -> list[int]:
        """Of the messages that were left out of the last prompt."""
        return sorted(self._dropped)

    def drop_again(self, messages: Sequence[Message], indices: Sequence[int]) -> None:
        """Leave these out, as they were before."""
        self._dropped = {index: messages[index] for index in indices if index < len(messages)}

    def _build_truncated(self, messages: Sequence[Message], total: int, context: int, unfinished: bool) -> Prompt:
        """The prompt without the oldest turns. Messages that must stay may use most of the room reserved for the
        answer."""
        most = context - min(_LEAST_ANSWER, context // 8)
        costs = [self._message_tokens(message) for message in messages]
        extra = max(0, total - sum(costs)) // len(messages) + 1
        spread = [cost + extra for cost in costs]
        kept = fit_or_least(messages, spread, int(context * FILLED))
        prompt = self._build(messages, kept, unfinished)
        if prompt.cells > most:
            raise PromptTooLong(prompt.cells, most)
        self._dropped = left_out(messages, kept)
        return replace(prompt, dropped=len(self._dropped))

    def _message_tokens(self, message: Message) -> int:
        pictures = sum(self.picture_tokens(picture) for picture in self._pictures(message))
        sounds = sum(self.sound_tokens(sound) for sound in message.sounds)
        return len(self._vocab.plain_tokens(message.text)) + pictures + sounds

    def picture_tokens(self, picture: Image | FramePair) -> int:
        if self._vision is None:
            return 0
        return tokens_of(self._vision.layout(picture))

    def _pictures(self, message: Message) -> list[Image | FramePair]:
        """As the encoder gets them."""
        parts = self._template.message_parts(message) if message.images else ()
        return [
            part.image if isinstance(part, ImagePart) else part
            for part in parts
            if isinstance(part, ImagePart | FramePair)
        ]

    def sound_tokens(self, sound: Sound) -> int:
        return self._hearing.tokens(sound) if self._hearing is not None else 0

    def _build(self, messages: Sequence[Message], kept: Sequence[int], unfinished: bool) -> Prompt:
        """`kept`: indices of the messages to include; the last may be an answer to continue."""
        kept = list(kept)
        resumed_index = kept.pop() if kept and messages[kept[-1]].role == "assistant" else None
        chosen = [messages[i] for i in kept]
        answer = messages[resumed_index] if resumed_index is not None else None
        mode: ThinkingMode = "on" if answer is not None and answer.thinking else self._mode  # which it began in
        parts = self._template.parts(chosen, self._stop, mode) if chosen else []
        unfinished = unfinished and resumed_index is None
        if answer is None or not answer.thinking:
            parts = switch_thinking(parts, self._thinking, mode, switched=bool(self._template.switches))
        thinking = opens_thinking(parts, self._thinking)
        encoders, parts_of = (self._vision, self._hearing), self._template.message_parts
        writer = ChunkWriter(self._vocab, encoders, self.answers, messages, kept, parts_of, unfinished=unfinished)
        writer.write(parts)
        resumed = None
        if resumed_index is not None and answer is not None:
            thinking, resumed = self._write_resumed(writer, resumed_index, answer, thinking)
        writer.close()
        media = {one.id: one for message in chosen for one in (*self._pictures(message), *message.sounds)}
        return Prompt(writer.items, frozenset(writer.checkpoints_at), media, thinking=thinking, resumed=resumed)

    def _write_resumed(
        self, writer: ChunkWriter, index: int, message: Message, opened: bool
    ) -> tuple[bool, ResumedAnswer | None]:
        """Write the beginning of an answer that is continued; also returns whether it was still thinking."""
        tags = self._thinking
        if tags is not None and (message.thinking or opened):
            writer.add_frame("" if opened else tags.open + "\n")
            writer.add_plain_text(message.thinking)
            if not message.text:
                writer.flush()
                return True, None
            writer.add_frame(closed_in_place(tags))
        tokens = self.answers.sampled_tokens(index, message.text) or self._vocab.plain_tokens(message.text)
        writer.add_items(tokens)
        return False, ResumedAnswer(message.text, tokens)
