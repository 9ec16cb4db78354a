"""What a real language model says: SmolLM2-135M-Instruct, where it is installed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import jinja2
import pytest

from fanlight.domain.events import TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, Sampling
from fanlight.engine.llama import LlamaEngine
from fanlight.gguf.check import check
from support.asking import assistant, hear, user
from support.language_model import smollm2

pytestmark = pytest.mark.model

CONTEXT = 1024
SHORT = Sampling(temperature=0, max_tokens=24)
CAPITAL = [user("What is the capital of France? Answer with one sentence.")]


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(smollm2(), LoadOptions(CONTEXT, gpu_layers=0))) as loaded:
        yield loaded


def _prompt_text(engine: LlamaEngine) -> str:
    """What is in the cache, as text with its control tokens."""
    vocab = engine._loaded.vocab
    return "".join(vocab.token_text(item) for item in engine.cached if isinstance(item, int))


def test_it_is_asked_in_the_words_of_its_own_template(engine: LlamaEngine) -> None:
    talk = [Message.of("system", "Be brief."), user("Hello."), assistant("Hi!"), user("What is 2 + 2?")]
    hear(engine.generate(talk, replace(SHORT, max_tokens=1)))
    source = str(check(smollm2()).model.metadata["tokenizer.chat_template"])
    rendered = jinja2.Environment(trim_blocks=True, lstrip_blocks=True).from_string(source).render(
        messages=[{"role": message.role, "content": message.text} for message in talk],
        add_generation_prompt=True, bos_token="<|im_start|>", eos_token="<|im_end|>",
    )  # fmt: skip
    assert _prompt_text(engine).startswith(rendered)


def test_it_answers_as_it_streams_and_ends_by_itself(engine: LlamaEngine) -> None:
    events = list(engine.generate(CAPITAL, replace(SHORT, max_tokens=64)))
    heard = hear(events)
    assert "Paris" in heard.text
    assert heard.end.reason == "end"
    assert sum(isinstance(event, TextDelta) for event in events) > 3
    assert heard.text == heard.text.strip()


def test_the_next_turn_evaluates_only_what_is_new(engine: LlamaEngine) -> None:
    first = hear(engine.generate(CAPITAL, SHORT))
    second = hear(engine.generate([*CAPITAL, assistant(first.text), user("And of Italy?")], SHORT))
    assert second.end.timings.reused_tokens > second.end.timings.evaluated_tokens
    assert "Rome" in second.text


def test_an_answer_by_a_schema_is_json_with_sense_in_it(engine: LlamaEngine) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string", "maxLength": 30}, "is_capital": {"type": "boolean"}},
        "required": ["city", "is_capital"],
    }
    sampling = Sampling(temperature=0, max_tokens=60, json_schema=json.dumps(schema))
    heard = hear(engine.generate([user("Describe the capital of France as JSON.")], sampling))
    assert heard.end.reason == "end"
    assert json.loads(heard.text)["city"].startswith("Paris")


@pytest.mark.parametrize("thinking", ["on", "off", "auto"])
def test_thinking_makes_no_difference_to_a_model_that_cannot(engine: LlamaEngine, thinking: str) -> None:
    heard = hear(engine.generate(CAPITAL, replace(SHORT, thinking=thinking)))  # type: ignore[arg-type]
    assert not engine.info.can_think
    assert not heard.thinking
    assert heard.text == hear(engine.generate(CAPITAL, SHORT)).text


def test_what_does_not_fit_is_said_and_the_newest_question_is_answered(engine: LlamaEngine) -> None:
    filler = "The lighthouse keeper wrote in his diary about the sea and the wind. " * 20
    talk = [message for _ in range(4) for message in (user(filler), assistant("I see."))]
    heard = hear(engine.generate([*talk, *CAPITAL], SHORT))
    assert heard.notices
    assert "Paris" in heard.text
    assert len(engine.cached) <= CONTEXT


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_long_conversation_goes_on_past_the_context(engine: LlamaEngine) -> None:
    talk: list[Message] = []
    dropped = 0
    for number in range(60):
        talk.append(user(f"Question {number}: name one fact about the number {number}, in one sentence."))
        heard = hear(engine.generate(talk, SHORT))
        assert heard.text
        assert heard.end.reason in ("end", "length")
        assert len(engine.cached) <= CONTEXT
        dropped += bool(heard.notices)
        talk.append(assistant(heard.text))
    assert dropped
    assert "Paris" in hear(engine.generate([*talk, *CAPITAL], SHORT)).text


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("thing", ["the sea", "an old house", "a long winter"])
def test_an_answer_in_a_loop_ends_long_before_the_context_is_full(thing: str) -> None:
    """This small model hardly ever ends a long story by itself."""
    with closing(LlamaEngine.load(smollm2(), LoadOptions(4096, gpu_layers=0))) as engine:
        heard = hear(engine.generate([user(f"Write a very long story about {thing}.")], Sampling(temperature=0)))
    assert heard.end.reason in ("loop", "end")
    assert heard.end.timings.generated_tokens < 3000
