"""Tokens per second beside llama-bench: Fanlight's include sampling, text and events, llama-bench's are decoding alone.

Both have the same depth and the same room for context (llama-bench makes just enough; a cache of 8,192 tokens costs a
token 4 to 8 % more on either side, since its rows lie further apart). The two take turns, and a value is the best of
three of each: whatever else the computer does can only slow them down.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from bench import models
from bench.child import CanNotMeasure
from bench.llama_bench import llama_bench
from bench.readings import Notebook
from bench.talk import answer_seconds, drain, greedy
from fanlight.domain.chat import Message
from fanlight.domain.ports import Engine

_TOKENS, _TURNS = 64, 3
_CONTEXT_TOKENS = 512
_PROMPT = "Tell me a long story about a lighthouse, a letter and a storm. " * 5


def measure(notebook: Notebook, quick: bool) -> None:
    peer = llama_bench()
    spec, threads = models.smolvlm(), models.threads()
    asked = [Message("user", _PROMPT)]
    with closing(models.load(spec, _CONTEXT_TOKENS)) as engine:
        _, end = drain(engine.generate(asked, greedy(1)))
        depth = end.timings.reused_tokens + end.timings.evaluated_tokens
        if not _CONTEXT_TOKENS - 256 < depth + _TOKENS < _CONTEXT_TOKENS:  # llama.cpp rounds up to 256
            raise CanNotMeasure(f"a prompt of {depth} tokens gives llama-bench another context size")
        for _ in range(2 if quick else 5):
            ours, theirs = 0.0, 0.0
            for _ in range(_TURNS):
                ours = max(ours, _decode(engine, asked))
                theirs = max(theirs, peer.decode(spec.model, _TOKENS, depth, threads))
            notebook.write("decode_tokens_per_second", ours)
            notebook.write("llama_bench_tokens_per_second", theirs)
            notebook.write("decode_ratio_llama_bench", ours / theirs)


def _decode(engine: Engine, asked: Sequence[Message]) -> float:
    """Tokens per second after the first one."""
    one, _ = answer_seconds(engine, asked, 1)
    many, tokens = answer_seconds(engine, asked, 1 + _TOKENS)
    if tokens < 1 + _TOKENS:
        raise CanNotMeasure(f"the model ended its answer after {tokens} tokens")
    return _TOKENS / (many - one)
