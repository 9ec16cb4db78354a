"""A conversation as the items a model is given: which messages fit, in tokens and encoded stretches."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from fanlight.domain.budget import fit
from fanlight.domain.chat import Image, Message
from fanlight.domain.errors import CannotSee, PromptTooLong
from fanlight.engine.families import Thinking
from fanlight.engine.mtmd import Item, Vision
from fanlight.engine.template import Frame, Part, Shown, Template
from fanlight.engine.vocab import Vocab

_ANSWERS_KEPT = 512
_ANSWER_ROOM, _LEAST_ANSWER = 512, 64  # tokens kept free for the answer, as a rule and at least
_FILLED = 0.6  # after an overflow this much of the context is filled, so that not every turn drops another


@dataclass(frozen=True, slots=True)
class Resumed:
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
    resumed: Resumed | None = None

    @property
    def cells(self) -> int:
        return sum(1 if isinstance(item, int) else item.tokens for item in self.items)


@dataclass(slots=True)
class Answer:
    """What was sampled, and how long the text was after each token (-1: in the middle of something)."""

    tokens: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    text: str = ""

    def upto(self, text: str) -> list[int] | None:
        """The tokens that said exactly `text`, which is all of the answer or the beginning of it."""
        if self.text == text:
            return self.tokens
        if not self.text.startswith(text):
            return None
        marks = [(end, i) for i, end in enumerate(self.ends) if end >= 0]
        at = bisect_left(marks, (len(text), 0))
        while at + 1 < len(marks) and marks[at + 1][0] == len(text):
            at += 1
        if at < len(marks) and marks[at][0] == len(text):
            return self.tokens[: marks[at][1] + 1]
        return None


class Prompter:
    """Turns messages into prompts. Remembers the sampled tokens of answers, since the tokens of the same text, made
    again, may be others; and which messages had left, so that they stay away."""

    def __init__(self, vocab: Vocab, template: Template, vision: Vision | None, thinking: Thinking | None) -> None:
        self._vocab = vocab
        self._template = template
        self._vision = vision
        self._thinking = thinking
        self._answers: OrderedDict[tuple[int, str], Answer] = OrderedDict()
        self._left: tuple[tuple[int, Message], ...] = ()
        self._harmless: dict[str, bool] = {}

    def prompt(self, messages: Sequence[Message], context: int, *, unfinished: bool = False) -> Prompt:
        """The prompt for the next words after `messages`, with room left in the `context` (cells) for an answer.
        `unfinished` leaves out what a longer last question would change. Raises CannotSee, PromptTooLong,
        ModelBroken."""
        room = context - min(_ANSWER_ROOM, context // 4)
        if self._vision is None and any(message.images for message in messages):
            raise CannotSee("This model can not see pictures.")
        whole = self._build(messages, range(len(messages)), unfinished)
        if whole.cells <= room:
            self._left = ()
            return whole
        again = [i for i in range(len(messages)) if not any(i == j for j, _ in self._left)]
        if self._left and all(j < len(messages) - 1 and messages[j] == gone for j, gone in self._left):
            before = self._build(messages, again, unfinished)
            if before.cells <= room:
                return replace(before, dropped=len(self._left))
        return self._shorter(messages, whole.cells, context, unfinished)

    def remember(self, index: int, answer: Answer) -> None:
        """`answer` became message `index`. Tokens after the last whole character are forgotten."""
        while answer.ends and answer.ends[-1] < 0:
            answer.ends.pop()
            answer.tokens.pop()
        if not answer.tokens:
            return
        answer.text = answer.text[: answer.ends[-1]]
        self._answers[index, answer.text[:32]] = answer
        self._answers.move_to_end((index, answer.text[:32]))
        if len(self._answers) > _ANSWERS_KEPT:
            self._answers.popitem(last=False)

    def spoken(self, index: int, text: str) -> list[int] | None:
        """The tokens message `index` was sampled as, when it was here."""
        for (at, _), answer in reversed(self._answers.items()):
            if at == index and (tokens := answer.upto(text)) is not None:
                return tokens
        return None

    def harmless(self, text: str) -> bool:
        """Whether it holds nothing that would be read as a control token."""
        known = self._harmless.get(text)
        if known is None:
            known = self._vocab.tokens(text, special=True) == self._vocab.tokens(text, special=False)
            if len(self._harmless) >= _ANSWERS_KEPT:
                self._harmless.clear()
            self._harmless[text] = known
        return known

    def _shorter(self, messages: Sequence[Message], total: int, context: int, unfinished: bool) -> Prompt:
        """Without the oldest turns. What can not leave may take nearly all of the room that is kept for the answer."""
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
        self._left = tuple((i, m) for i, m in enumerate(messages) if i not in kept)
        return replace(prompt, dropped=len(self._left))

    def _cost(self, message: Message) -> int:
        pictures = sum(self.image_tokens(image) for image in message.images)
        return len(self._vocab.tokens(message.text, special=False)) + pictures

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
        writer = _Writer(self, self._vocab, self._vision, messages, kept, unfinished and going_on is None)
        writer.write(parts)
        thinking = self._opens_thinking(parts)
        resumed = None
        if going_on is not None:
            thinking, resumed = self._go_on(writer, going_on, messages[going_on], thinking)
        writer.close()
        images = {image.id: image for message in chosen for image in message.images}
        return Prompt(writer.items, frozenset(writer.marks), images, thinking=thinking, resumed=resumed)

    def _opens_thinking(self, parts: Sequence[Part]) -> bool:
        last = parts[-1] if parts else None
        if self._thinking is None or not isinstance(last, Frame):
            return False
        return last.text.rstrip().endswith(self._thinking.open.rstrip())

    def _go_on(self, writer: _Writer, index: int, message: Message, opened: bool) -> tuple[bool, Resumed | None]:
        """Say the beginning of an answer again; whether it was still thinking."""
        tags = self._thinking
        if tags is not None and (message.thinking or opened):
            writer.frame("" if opened else tags.open + "\n")
            writer.say(message.thinking)
            if not message.text:
                writer.flush()
                return True, None
            writer.frame(f"\n{tags.close}\n\n")
        writer.flush()
        tokens = self.spoken(index, message.text) or self._vocab.tokens(message.text, special=False)
        writer.items += tokens
        return False, Resumed(message.text, tokens)


class _Writer:
    """Collects text until it must be tokenised, so that a model sees the tokens it was trained on; text that would act
    as a control token is tokenised apart, as plain text."""

    def __init__(
        self,
        prompter: Prompter,
        vocab: Vocab,
        vision: Vision | None,
        messages: Sequence[Message],
        kept: Sequence[int],
        unfinished: bool,
    ) -> None:
        self.items: list[Item] = []
        self.marks: set[int] = set()
        self._prompter = prompter
        self._vocab = vocab
        self._vision = vision
        self._messages = messages
        self._kept = kept
        self._unfinished = unfinished
        self._pending = ""
        self._pending_mark = -1

    def write(self, parts: Sequence[Part]) -> None:
        last = len(self._kept) - 1
        for part in parts:
            if isinstance(part, Frame):
                self.frame(part.text)
            elif isinstance(part, Shown):
                self.picture(self._messages[self._kept[part.index]].images[part.number])
            else:
                if part.index == last:
                    self._pending_mark = len(self._pending)
                self.text(self._kept[part.index])
                if part.index == last and self._unfinished:
                    break
        self.flush()

    def frame(self, text: str) -> None:
        self._pending += text

    def say(self, text: str) -> None:
        """Words of a person or a model: never control tokens."""
        if self._prompter.harmless(text):
            self._pending += text
        else:
            self.flush()
            self.items += self._vocab.tokens(text, special=False)

    def text(self, index: int) -> None:
        message = self._messages[index]
        if message.role == "assistant":
            tokens = self._prompter.spoken(index, message.text)
            if tokens is None:
                self.say(message.text)
            else:
                self.flush()
                self.items += tokens
        else:
            unfinished = self._unfinished and index == self._kept[-1]
            self.say(_settled(message.text) if unfinished else message.text.strip())
            if message.role == "system":
                self._pending_mark = len(self._pending)

    def picture(self, image: Image) -> None:
        assert self._vision is not None
        self.flush()
        self._begin()
        self.items += self._vision.layout(image)
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
    """The words of a text still being typed that the next letter can not change."""
    words = text.strip().rsplit(None, 1)
    return words[0] if len(words) == 2 else ""
