"""Tokens per second beside llama-bench: Fanlight's include sampling, text and events, llama-bench's are decoding alone.

Both have the same depth and the same room for context (llama-bench makes just enough; a cache of 8,192 tokens costs a
token 4 to 8 % more on either side, since its rows lie further apart). A stretch of tokens is short, and each side has
several in a row, of which the best counts: whatever else the computer does can only slow it down. Who begins changes
from round to round, and the figure is the middle of the rounds' ratios.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from time import perf_counter

from bench import models
from bench.child import CanNotMeasure
from bench.llama_bench import llama_bench
from bench.readings import Notebook
from bench.talk import drain, greedy
from fanlight.domain.events import Finished, PromptProgress
from fanlight.domain.messages import Message
from fanlight.domain.ports import Engine

_TOKENS, _STRETCHES, _ROUNDS = 64, 6, 7
_CONTEXT_TOKENS = 512
_PROMPT = "Tell me a long story about a lighthouse, a letter and a storm. " * 5


def measure(notebook: Notebook, quick: bool) -> None:
    peer = llama_bench()
    spec, threads = models.smolvlm(), models.threads()
    asked = [Message.of("user", _PROMPT)]
    with closing(models.load(spec, _CONTEXT_TOKENS)) as engine:
        _, end = drain(engine.generate(asked, greedy(_TOKENS)))
        depth = end.timings.reused_tokens + end.timings.evaluated_tokens
        if not _CONTEXT_TOKENS - 256 < depth + _TOKENS < _CONTEXT_TOKENS:  # llama.cpp rounds up to 256
            raise CanNotMeasure(f"a prompt of {depth} tokens gives llama-bench another context size")

        def ours() -> float:
            return max(decode_tokens_per_second(engine, asked, _TOKENS) for _ in range(_STRETCHES))

        def theirs() -> float:
            return max(peer.decode(spec.files.model, _TOKENS, depth, threads, _STRETCHES))

        for number in range(2 if quick else _ROUNDS):
            if number % 2:
                they, we = theirs(), ours()
            else:
                we, they = ours(), theirs()
            notebook.write("decode_tokens_per_second", we)
            notebook.write("llama_bench_tokens_per_second", they)
            notebook.write("decode_ratio_llama_bench", we / they)


def decode_tokens_per_second(engine: Engine, asked: Sequence[Message], tokens: int) -> float:
    """Tokens per second from the evaluated prompt to the end: each is sampled, said and evaluated."""
    start = 0.0
    with closing(engine.generate(asked, greedy(tokens))) as events:
        for event in events:
            if isinstance(event, PromptProgress):
                start = perf_counter()
            elif isinstance(event, Finished):
                seconds = perf_counter() - start
                if event.timings.generated_tokens != tokens or event.reason != "length":
                    raise CanNotMeasure(f"the model ended its answer after {event.timings.generated_tokens} tokens")
                return tokens / seconds
    raise AssertionError("an engine ends with Finished")
