"""From a template's parts to prompt items: text is tokenized in the longest possible runs, pictures and sounds
become media chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fanlight.domain.messages import FramePair, Image, ImagePart, Message, SoundPart, TextPart
from fanlight.domain.sounds import Sound
from fanlight.engine.answers import SampledAnswers
from fanlight.engine.hearing import SoundEncoder
from fanlight.engine.mtmd import Item, VisionEncoder
from fanlight.engine.template import PromptPart, TemplateFrame, TemplatePart
from fanlight.engine.vocab import Vocab


class ChunkWriter:
    """Writes the messages with the indices `kept`. Text is collected until it must be tokenized, so that the tokens are
    those the model was trained on; text that would act as a control token is tokenized separately, as plain text."""

    def __init__(
        self,
        vocab: Vocab,
        encoders: tuple[VisionEncoder | None, SoundEncoder | None],
        answers: SampledAnswers,
        messages: Sequence[Message],
        kept: Sequence[int],
        parts_of: Callable[[Message], Sequence[PromptPart]],
        *,
        unfinished: bool,
    ) -> None:
        """`parts_of`: those of a message, as the template numbers them."""
        self.items: list[Item] = []
        self.checkpoints_at: set[int] = set()
        self._vocab = vocab
        self._vision, self._hearing = encoders
        self._answers = answers
        self._messages = messages
        self._kept = kept
        self._parts_of = parts_of
        self._unfinished = unfinished
        self._pending = ""
        self._pending_checkpoint = -1

    def write(self, parts: Sequence[TemplatePart]) -> None:
        for part in parts:
            if isinstance(part, TemplateFrame):
                self.add_frame(part.text)
                continue
            index = self._kept[part.index]
            message_parts = self._parts_of(self._messages[index])
            content = message_parts[part.number]
            if isinstance(content, SoundPart):
                self.add_sound(content.sound)
                continue
            if not isinstance(content, TextPart):
                self.add_picture(content.image if isinstance(content, ImagePart) else content)
                continue
            is_last = index == self._kept[-1] and part.number == len(message_parts) - 1
            if is_last:
                self._pending_checkpoint = len(self._pending)
            self.text(index, content.text, unfinished=is_last and self._unfinished)
            if is_last and self._unfinished:
                break
        self.flush()

    def add_frame(self, text: str) -> None:
        self._pending += text

    def add_plain_text(self, text: str) -> None:
        """Text from the user or an answer: never control tokens."""
        if self._vocab.is_plain(text):
            self._pending += text
        else:
            self.add_items(self._vocab.plain_tokens(text))

    def add_items(self, items: Sequence[Item]) -> None:
        self.flush()
        self._begin_chunk()
        self.items += items

    def text(self, index: int, text: str, *, unfinished: bool) -> None:
        """A text part of message `index`; of an unfinished one only the words that further typing cannot change."""
        role = self._messages[index].role
        if role == "assistant":
            tokens = self._answers.sampled_tokens(index, text)
            if tokens is None:
                self.add_plain_text(text)
            else:
                self.add_items(tokens)
        else:
            self.add_plain_text(_stable_prefix(text) if unfinished else text.strip())
            if role == "system":
                self._pending_checkpoint = len(self._pending)

    def add_picture(self, picture: Image | FramePair) -> None:
        assert self._vision is not None
        self.add_items(self._vision.layout(picture))
        self.checkpoints_at.add(len(self.items))

    def add_sound(self, sound: Sound) -> None:
        assert self._hearing is not None
        self.add_items(self._hearing.layout(sound))
        self.checkpoints_at.add(len(self.items))

    def flush(self) -> None:
        if not self._pending and self._pending_checkpoint < 0:
            return
        self._begin_chunk()
        tokens = self._vocab.tokens(self._pending, special=True)
        twice = self.items == [self._vocab.bos] and tokens[:1] == [self._vocab.bos]  # the template wrote one, too
        tokens = tokens[1:] if twice else tokens
        if self._pending_checkpoint >= 0:
            head = self._vocab.tokens(self._pending[: self._pending_checkpoint], special=True)
            self.checkpoints_at.add(len(self.items) + _common(head[1:] if twice else head, tokens))
        self.items += tokens
        self._pending, self._pending_checkpoint = "", -1

    def close(self) -> None:
        """Make the last item a token, since sampling needs its logits."""
        if not self._unfinished and (not self.items or not isinstance(self.items[-1], int)):
            self.items += self._vocab.tokens("\n", special=False) or [max(0, self._vocab.bos)]

    def _begin_chunk(self) -> None:
        if not self.items and self._vocab.adds_bos and self._vocab.bos >= 0:
            self.items.append(self._vocab.bos)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _stable_prefix(text: str) -> str:
    """The words of a text still being typed that the next letter cannot change."""
    pieces = text.strip().rsplit(None, 1)
    return pieces[0] if len(pieces) == 2 else ""
