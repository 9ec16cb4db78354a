"""Answers as they were sampled: the tokens of the same text, made again, may be others, and the cache would be lost."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass, field

from fanlight.engine.detokenizer import StreamParser
from fanlight.engine.vocab import Vocab

_KEPT = 512
_HEAD = 32


@dataclass(slots=True)
class SampledAnswer:
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

    def settle(self, speech: StreamParser, vocab: Vocab) -> None:
        """Leave out what was thought: the text begins with the first token kept. When it begins inside one, none is."""
        self.text = speech.text
        if not speech.thought:
            return
        first = next((i for i, end in enumerate(self.ends) if end > 0), len(self.ends))
        while first and self.ends[first - 1] < 0 and vocab.piece(self.tokens[first - 1]).strip():
            first -= 1
        said = b"".join(map(vocab.piece, self.tokens[first:])).decode("utf-8", "replace")
        whole = said.startswith(self.text[: max(self.ends, default=0)])
        self.tokens, self.ends = (self.tokens[first:], self.ends[first:]) if whole else ([], [])

    def follow(self, text: str, tokens: list[int]) -> None:
        """Put before it the beginning that it went on from."""
        if tokens:
            self.ends = [*[-1] * (len(tokens) - 1), len(text), *(e + len(text) if e >= 0 else -1 for e in self.ends)]
            self.tokens = [*tokens, *self.tokens]
        self.text = text + self.text


class SampledAnswers:
    """The last few hundred, by the place of their message and the text they became."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[int, str], SampledAnswer] = OrderedDict()
        self._heads: dict[int, set[str]] = {}

    def remember(self, index: int, answer: SampledAnswer) -> None:
        """`answer` became message `index`. Tokens after the last whole character are forgotten."""
        while answer.ends and answer.ends[-1] < 0:
            answer.ends.pop()
            answer.tokens.pop()
        if not answer.tokens:
            return
        answer.text = answer.text[: answer.ends[-1]]
        at = index, answer.text[:_HEAD]
        self._answers[at] = answer
        self._answers.move_to_end(at)
        self._heads.setdefault(index, set()).add(at[1])
        if len(self._answers) > _KEPT:
            (old, head), _ = self._answers.popitem(last=False)
            self._heads[old].discard(head)

    def spoken(self, index: int, text: str) -> list[int] | None:
        """The tokens message `index` was sampled as, when it was here."""
        for head in self._heads.get(index, ()):
            tokens = self._answers[index, head].upto(text)
            if tokens is not None:
                return tokens
        return None
