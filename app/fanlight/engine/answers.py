"""Answers as token sequences. Tokenizing an answer's text again may give other tokens and miss the KV cache."""

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
    """`ends`: length of `text` after each token; -1 where a character, tag or stop string was incomplete."""

    tokens: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    text: str = ""

    def prefix_tokens(self, text: str) -> list[int] | None:
        """The tokens that spell exactly `text`, a prefix of the answer; None when no token ends there."""
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

    def drop_thinking(self, parser: StreamParser, vocab: Vocab) -> None:
        """Remove the tokens of the thinking. When the answer begins inside a token, all tokens are removed."""
        self.text = parser.text
        if not parser.had_thinking:
            return
        first = next((i for i, end in enumerate(self.ends) if end > 0), len(self.ends))
        while first and self.ends[first - 1] < 0 and vocab.token_bytes(self.tokens[first - 1]).strip():
            first -= 1
        spelled = b"".join(map(vocab.token_bytes, self.tokens[first:])).decode("utf-8", "replace")
        whole = spelled.startswith(self.text[: max(self.ends, default=0)])
        self.tokens, self.ends = (self.tokens[first:], self.ends[first:]) if whole else ([], [])

    def prepend(self, text: str, tokens: list[int]) -> None:
        """Prepend the beginning of the answer that was resumed."""
        if tokens:
            self.ends = [*[-1] * (len(tokens) - 1), len(text), *(e + len(text) if e >= 0 else -1 for e in self.ends)]
            self.tokens = [*tokens, *self.tokens]
        self.text = text + self.text


class SampledAnswers:
    """The last 512 answers, by index of their message and by text."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[int, str], SampledAnswer] = OrderedDict()
        self._heads: dict[int, set[str]] = {}

    def store(self, index: int, answer: SampledAnswer) -> None:
        """Keep `answer` as message `index`, without tokens after its last complete character."""
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

    def know(self, index: int, text: str, tokens: list[int]) -> None:
        """Message `index` was sampled as these tokens, by a process before this one."""
        answer = SampledAnswer()
        answer.prepend(text, tokens)
        self.store(index, answer)

    def sampled_tokens(self, index: int, text: str) -> list[int] | None:
        """The tokens that message `index` was sampled as; None when it was not sampled here."""
        for head in self._heads.get(index, ()):
            tokens = self._answers[index, head].prefix_tokens(text)
            if tokens is not None:
                return tokens
        return None
