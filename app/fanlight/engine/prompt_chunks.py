"""From a template's parts to items: text becomes tokens in runs as long as they can be, pictures become stretches."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.domain.messages import Image, ImagePart, Message
from fanlight.engine.answers import SampledAnswers
from fanlight.engine.mtmd import Item, VisionEncoder
from fanlight.engine.template import TemplateFrame, TemplatePart, spoken_parts
from fanlight.engine.vocab import Vocab


class ChunkWriter:
    """Writes `kept` of the messages, in the template's parts. Collects text until it must be tokenised, so that a model
    sees the tokens it was trained on; text that would act as a control token is tokenised apart, as plain text."""

    def __init__(
        self,
        vocab: Vocab,
        vision: VisionEncoder | None,
        answers: SampledAnswers,
        messages: Sequence[Message],
        kept: Sequence[int],
        *,
        unfinished: bool,
    ) -> None:
        self.items: list[Item] = []
        self.marks: set[int] = set()
        self._vocab = vocab
        self._vision = vision
        self._answers = answers
        self._messages = messages
        self._kept = kept
        self._unfinished = unfinished
        self._pending = ""
        self._pending_mark = -1

    def write(self, parts: Sequence[TemplatePart]) -> None:
        for part in parts:
            if isinstance(part, TemplateFrame):
                self.frame(part.text)
                continue
            index = self._kept[part.index]
            spoken = spoken_parts(self._messages[index])
            content = spoken[part.number]
            if isinstance(content, ImagePart):
                self.picture(content.image)
                continue
            is_last = index == self._kept[-1] and part.number == len(spoken) - 1
            if is_last:
                self._pending_mark = len(self._pending)
            self.text(index, content.text, unfinished=is_last and self._unfinished)
            if is_last and self._unfinished:
                break
        self.flush()

    def frame(self, text: str) -> None:
        self._pending += text

    def say(self, text: str) -> None:
        """Words of a person or a model: never control tokens."""
        if self._vocab.harmless(text):
            self._pending += text
        else:
            self.put(self._vocab.words(text))

    def put(self, items: Sequence[Item]) -> None:
        """These, as they are."""
        self.flush()
        self._begin()
        self.items += items

    def text(self, index: int, text: str, *, unfinished: bool) -> None:
        """A text of message `index`. Of an unfinished one only the words that more letters cannot change."""
        role = self._messages[index].role
        if role == "assistant":
            tokens = self._answers.spoken(index, text)
            if tokens is None:
                self.say(text)
            else:
                self.put(tokens)
        else:
            self.say(_settled(text) if unfinished else text.strip())
            if role == "system":
                self._pending_mark = len(self._pending)

    def picture(self, image: Image) -> None:
        assert self._vision is not None
        self.put(self._vision.layout(image))
        self.marks.add(len(self.items))

    def flush(self) -> None:
        if not self._pending and self._pending_mark < 0:
            return
        self._begin()
        tokens = self._vocab.tokens(self._pending, special=True)
        twice = self.items == [self._vocab.bos] and tokens[:1] == [self._vocab.bos]  # the template wrote it too
        tokens = tokens[1:] if twice else tokens
        if self._pending_mark >= 0:
            head = self._vocab.tokens(self._pending[: self._pending_mark], special=True)
            self.marks.add(len(self.items) + _common(head[1:] if twice else head, tokens))
        self.items += tokens
        self._pending, self._pending_mark = "", -1

    def close(self) -> None:
        """The last item must be a token, whose logits say what comes next."""
        if not self._unfinished and (not self.items or not isinstance(self.items[-1], int)):
            self.items += self._vocab.tokens("\n", special=False) or [max(0, self._vocab.bos)]

    def _begin(self) -> None:
        if not self.items and self._vocab.adds_bos and self._vocab.bos >= 0:
            self.items.append(self._vocab.bos)


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _settled(text: str) -> str:
    """The words of a text still being typed that the next letter cannot change."""
    words = text.strip().rsplit(None, 1)
    return words[0] if len(words) == 2 else ""
