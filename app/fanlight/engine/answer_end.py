"""When an answer ends without the model having ended it, and when its thinking does."""

from __future__ import annotations

from fanlight.domain.events import Reason
from fanlight.domain.models import Sampling
from fanlight.engine.computation import Computation
from fanlight.engine.context import Context
from fanlight.engine.detokenizer import StreamParser
from fanlight.engine.loops import LoopGuard
from fanlight.engine.thinking import ThinkingLimit
from fanlight.engine.vocab import Vocab


class AnswerEnd:
    """For one answer, from its first token on."""

    def __init__(
        self, parser: StreamParser, context: Context, vocab: Vocab, sampling: Sampling, run: Computation
    ) -> None:
        self._parser, self._context, self._run = parser, context, run
        self._token_bytes = vocab.token_bytes
        self._guard = LoopGuard(vocab.token_bytes)
        self._limit = ThinkingLimit(sampling, context.room - context.used, run.flag)

    def reason(self, token: int) -> Reason | None:
        """Why `token` was the last one, before it is evaluated; None where another may follow."""
        if self._parser.stopped:
            return "stop_string"
        if self._run.stopped:
            return "stopped"
        if self._guard.add(token):
            if not self._parser.thinking:
                return "loop"
            self._limit.end()  # an answer may well come of it
            self._guard = LoopGuard(self._token_bytes)
        return "length" if self._context.used >= self._context.room else None

    def ends_thinking(self) -> bool:
        """Whether the thinking is to be closed here, once the last token was evaluated."""
        return self._parser.thinking and self._limit.reached()
