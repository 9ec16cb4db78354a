"""Thinking that is asked for, left out, limited, or ended by the user; and answers in a loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fanlight.domain.events import ThinkingDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, RecommendedSampling, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.engine.llama import LlamaEngine
from support import random_models
from support.asking import assistant, hear, user

pytestmark = pytest.mark.model

FREE = Sampling(temperature=0, max_tokens=60)
_OFF = "{% if enable_thinking is defined and not enable_thinking %}"
SWITCHED = (
    _OFF
    + "{{ '<|im_start|>system\nno thinking<|im_end|>\n' }}{% endif %}"
    + random_models.TEMPLATE
    + _OFF
    + "{{ '<think>\n\n</think>\n\n' }}{% endif %}"
)


@pytest.fixture(scope="module")
def thinker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    """Random words for thoughts: it never closes the thinking by itself."""
    spec = random_models.plain(tmp_path_factory.mktemp("models"), SWITCHED, "switched")
    with closing(LlamaEngine.load(spec, LoadOptions(1024, gpu_layers=0))) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def opener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaEngine]:
    """A model without such a variable."""
    spec = random_models.thinking(tmp_path_factory.mktemp("models"))
    with closing(LlamaEngine.load(spec, LoadOptions(1024, gpu_layers=0))) as loaded:
        yield loaded


def _cached(engine: LlamaEngine) -> str:
    vocab = engine._loaded.vocab
    return "".join(vocab.token_text(item) for item in engine.cached if isinstance(item, int))


def test_off_is_said_with_the_templates_own_variable(thinker: LlamaEngine) -> None:
    assert thinker.info.can_think
    heard = hear(thinker.generate([user("How many?")], replace(FREE, thinking="off", max_tokens=5)))
    assert not heard.thinking
    assert "assistant\n<think>\n\n</think>\n\n" in _cached(thinker)
    hear(thinker.generate([user("How many?")], replace(FREE, thinking="auto", max_tokens=5)))
    assert "<think>" not in _cached(thinker)


def test_on_opens_the_thinking_of_a_model_without_a_variable(opener: LlamaEngine) -> None:
    heard = hear(opener.generate([user("How many?")], replace(FREE, thinking="on", max_tokens=20)))
    assert heard.thinking
    assert "assistant\n<think>\n" in _cached(opener)


@pytest.mark.parametrize("tokens", [1, 5, 12])
def test_thinking_ends_after_as_many_tokens_as_it_may_take(opener: LlamaEngine, tokens: int) -> None:
    events = list(opener.generate([user("How many?")], replace(FREE, thinking="on", thinking_tokens=tokens)))
    heard = hear(events)
    assert heard.text
    vocab, items = opener._loaded.vocab, list(opener.cached)
    opened, closed = (items.index(vocab.tokens(tag, special=True)[0]) for tag in ("<think>", "</think>"))
    assert closed - opened - 1 == tokens + 2  # and the new lines beside the tags
    kinds = [isinstance(event, ThinkingDelta) for event in events if hasattr(event, "text")]
    assert kinds == sorted(kinds, reverse=True)


def test_thinking_leaves_room_for_the_answer(opener: LlamaEngine) -> None:
    heard = hear(opener.generate([user("How many?")], replace(FREE, thinking="on", max_tokens=40)))
    assert heard.thinking
    assert heard.text
    assert heard.end.reason == "length"


def test_thinking_ends_when_the_user_asks_for_the_answer(opener: LlamaEngine) -> None:
    flag = StopFlag()
    said = ""
    with closing(opener.generate([user("How many?")], replace(FREE, thinking="on"), flag)) as events:
        for event in events:
            if isinstance(event, ThinkingDelta):
                flag.answer_wanted = True
                said += event.text
    assert len(said) < 120
    assert "</think>" in _cached(opener)


def test_a_conversation_goes_on_behind_thinking_that_was_closed_in_place(opener: LlamaEngine) -> None:
    asked = replace(FREE, thinking="on", thinking_tokens=4, max_tokens=16)
    first = hear(opener.generate([user("How many?")], asked))
    talk = [user("How many?"), assistant(first.text), user("And now?")]
    second = hear(opener.generate(talk, asked))
    assert second.text
    assert _cached(opener).count("<think>") == 1  # of the last answer alone


def test_a_schema_binds_what_comes_after_the_thinking(opener: LlamaEngine) -> None:
    sampling = replace(FREE, thinking="on", thinking_tokens=6, grammar='root ::= "yes" | "no"')
    heard = hear(opener.generate([user("How many?")], sampling))
    assert heard.thinking
    assert heard.text in ("yes", "no")


def test_thinking_is_prefilled_as_it_is_asked(thinker: LlamaEngine) -> None:
    talk = [user("How many?"), assistant("Two."), user("And?")]
    hear(thinker.prefill(talk, thinking="off"))
    asked = hear(thinker.generate(talk, replace(FREE, thinking="off", max_tokens=2)))
    assert asked.end.timings.reused_tokens > asked.end.timings.evaluated_tokens
    hear(thinker.prefill(talk, thinking="on"))
    again = hear(thinker.generate(talk, replace(FREE, thinking="off", max_tokens=2)))
    assert again.end.timings.reused_tokens < asked.end.timings.reused_tokens


def test_a_loop_ends_the_answer(opener: LlamaEngine) -> None:
    sampling = Sampling(temperature=0, grammar='root ::= "zq "{290}')
    heard = hear(opener.generate([user("Go on.")], sampling))
    assert heard.end.reason == "loop"
    assert 200 < heard.end.timings.generated_tokens < 900
    assert heard.text.count("zq") > 50


def test_a_loop_in_the_thinking_ends_the_thinking(opener: LlamaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fanlight.engine.answer_end.LoopGuard.add", lambda self, token: True)
    half = Message.of("assistant", "", thinking="It may")
    heard = hear(opener.generate([user("How many?"), half], FREE))
    assert "</think>" in _cached(opener)
    assert heard.end.reason == "loop"  # of the answer behind it


def test_what_a_models_file_recommends_is_used_where_nothing_else_is_said(tmp_path: Path) -> None:
    spec = random_models.plain(tmp_path, recommended={"temp": 0.0, "top_k": 7, "penalty_repeat": 1.5})
    with closing(LlamaEngine.load(spec, LoadOptions(512, gpu_layers=0))) as engine:
        asked = Sampling(max_tokens=12, unset=("temperature", "repeat_penalty"))
        first, second = (hear(engine.generate([user("a")], asked)).text for _ in range(2))
        assert first == second  # greedy, as recommended
        warm = Sampling(temperature=0.1, seed=1, max_tokens=80)
        penalised = replace(warm, unset=("repeat_penalty",))
        assert hear(engine.generate([user("a")], warm)).text != hear(engine.generate([user("a")], penalised)).text


def test_what_the_catalog_knows_is_used_where_the_file_says_nothing(tmp_path: Path) -> None:
    spec = random_models.plain(tmp_path, recommended={"top_k": 7})
    loading = LoadOptions(512, gpu_layers=0, recommended=RecommendedSampling(temperature=0.0, top_k=9))
    with closing(LlamaEngine.load(spec, loading)) as engine:
        assert engine._loaded.recommended == RecommendedSampling(temperature=0.0, top_k=7)
