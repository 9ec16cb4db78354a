"""Tokens per second beside llama-bench: Fanlight's include sampling, text and events, llama-bench's are decoding alone.
The two take turns, so that what else the computer does hits both."""

from __future__ import annotations

from contextlib import closing

from bench import models
from bench.child import CanNotMeasure
from bench.llama_bench import llama_bench
from bench.readings import Notebook
from bench.talk import answer_seconds, drain, greedy
from fanlight.domain.chat import Message

_TOKENS = 64
_PROMPT = "Tell me a long story about a lighthouse, a letter and a storm. " * 12


def measure(notebook: Notebook, quick: bool) -> None:
    peer = llama_bench()
    spec, threads = models.smolvlm(), models.threads()
    asked = [Message("user", _PROMPT)]
    with closing(models.load(spec)) as engine:
        _, end = drain(engine.generate(asked, greedy(1)))
        depth = end.timings.reused_tokens + end.timings.evaluated_tokens
        for _ in range(2 if quick else 7):
            one, _ = answer_seconds(engine, asked, 1)
            many, tokens = answer_seconds(engine, asked, 1 + _TOKENS)
            if tokens < 1 + _TOKENS:
                raise CanNotMeasure(f"the model ended its answer after {tokens} tokens")
            ours = _TOKENS / (many - one)
            theirs = peer.decode(spec.model, _TOKENS, depth, threads)
            notebook.write("decode_tokens_per_second", ours)
            notebook.write("llama_bench_tokens_per_second", theirs)
            notebook.write("decode_ratio_llama_bench", ours / theirs)
