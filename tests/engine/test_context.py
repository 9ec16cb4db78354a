"""What stays in the context and what leaves it: between turns, between jobs, and in C."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from fanlight.domain.errors import PromptTooLong
from fanlight.domain.events import Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.engine.backend import llama, mtmd
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.mtmd import MediaChunk
from fanlight.engine.prompt import Prompt, PromptBuilder
from support.asking import GREEDY, assistant, hear, noise, user


def test_the_oldest_turns_leave_and_it_is_said(engine: LlamaEngine) -> None:
    picture = noise(60, 60, 21)
    talk = [Message.of("system", "Be kind."), user("Old one. " + "x" * 500), assistant("o" * 300)]
    talk += [user("Look.", picture)]
    talk += [assistant("y" * 300), user("z" * 500), assistant("w" * 300), user("What was in the picture?")]
    heard = hear(engine.generate(talk, replace(GREEDY, max_tokens=200)))
    assert heard.notices == ["4 earlier messages no longer fit into the context of 2,048 tokens."]
    kept = b"".join(engine._vocab.token_bytes(i) for i in engine.cached if isinstance(i, int))
    assert b"Be kind." in kept
    assert b"Old one." not in kept
    assert picture.id in {item.media_id for item in engine.cached if isinstance(item, MediaChunk)}
    talk += [assistant(heard.text), user("And then?")]
    after = hear(engine.generate(talk, replace(GREEDY, max_tokens=200)))
    assert after.end.timings.evaluated_tokens < 120, "those that left stay away, so that the cache is of use"


def test_turns_leave_while_the_question_is_written_and_not_when_it_is_sent(engine: LlamaEngine) -> None:
    talk: list[Message] = []
    dropped, late = 0, []
    for turn in range(60):
        ahead = hear(engine.prefill([*talk, user("")])).end.timings
        question = user(f"Question {turn}. " + "abcdefg " * 10)
        heard = hear(engine.generate([*talk, question], replace(GREEDY, max_tokens=10)))
        dropped += bool(heard.notices) and ahead.evaluated_tokens > 500
        late.append(heard.end.timings.evaluated_tokens)
        talk += [question, assistant(heard.text)]
    assert dropped
    assert max(late) < 250


def test_what_was_dropped_ahead_comes_back_when_the_conversation_gets_shorter(engine: LlamaEngine) -> None:
    talk = [user("The first one. " + "x" * 700), assistant("o" * 500), user("z" * 300), assistant("w" * 120)]
    hear(engine.prefill([*talk, user("")]))
    assert not hear(engine.generate([*talk[:2], user("And?")], GREEDY)).notices
    kept = b"".join(engine._vocab.token_bytes(i) for i in engine.cached if isinstance(i, int))
    assert b"The first one." in kept


def test_a_conversation_that_is_too_long_is_counted_once_while_its_question_is_typed(
    engine: LlamaEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = [user("The first one. " + "x" * 900), assistant("o" * 500), user("z" * 300), assistant("w" * 120)]
    hear(engine.prefill([*talk, user("")]))
    written: list[int] = []
    build = PromptBuilder._build

    def counted(builder: PromptBuilder, messages: Sequence[Message], kept: Sequence[int], unfinished: bool) -> Prompt:
        written.append(len(kept))
        return build(builder, messages, kept, unfinished)

    monkeypatch.setattr(PromptBuilder, "_build", counted)
    for typed in ("And", "And what", "And what else?"):
        hear(engine.prefill([*talk, user(typed)]))
    heard = hear(engine.generate([*talk, user("And what else?")], GREEDY))
    assert written == [3] * 4
    assert heard.end.timings.evaluated_tokens < 20


def test_what_was_dropped_for_a_long_question_comes_back_when_that_is_deleted(engine: LlamaEngine) -> None:
    talk = [user("The first one. " + "x" * 300), assistant("o" * 200), user("z" * 200), assistant("w" * 100)]
    for typed in ("And", "And " + "v" * 900, "And " + "v" * 900 + " more"):
        hear(engine.prefill([*talk, user(typed)]))
    heard = hear(engine.generate([*talk, user("And?")], GREEDY))
    assert not heard.notices
    kept = b"".join(engine._vocab.token_bytes(i) for i in engine.cached if isinstance(i, int))
    assert b"The first one." in kept


def test_one_message_too_long_is_refused_and_costs_nothing(engine: LlamaEngine) -> None:
    fine = hear(engine.generate([user("Short.")], GREEDY))
    with pytest.raises(PromptTooLong) as caught:
        hear(engine.generate([user("long " * 3000)], GREEDY))
    assert caught.value.need > caught.value.have
    assert hear(engine.generate([user("Short.")], GREEDY)).text == fine.text


def test_a_sampled_answer_is_found_in_the_cache_to_the_last_token(engine: LlamaEngine) -> None:
    question, sampling = user("Say it."), Sampling(temperature=0, grammar='root ::= "they hell other hello\\n\\nthe"')
    heard = hear(engine.generate([question], sampling))
    length = len(engine.cached)
    second = hear(engine.generate([question, assistant(heard.text), user("More.")], GREEDY))
    assert second.end.timings.reused_tokens == length


def test_a_job_left_standing_is_over_when_the_next_one_begins(engine: LlamaEngine) -> None:
    alone = hear(engine.generate([user("Second.")], GREEDY)).text
    hear(engine.generate([user("Third.")], GREEDY))
    left = engine.generate([user("First.")], GREEDY)
    for event in left:
        if isinstance(event, TextDelta):
            break
    flag = StopFlag()
    second = engine.generate([user("Second.")], GREEDY, flag)
    text = ""
    for event in second:
        text += event.text if isinstance(event, TextDelta) else ""
        rest = list(left)
        assert not rest or isinstance(rest[-1], Finished)
        assert not any(isinstance(event, TextDelta) for event in rest)
    assert text == alone


def test_what_was_answered_stays_when_less_is_asked_for_ahead(engine: LlamaEngine) -> None:
    talk = [user("What is it?"), assistant(hear(engine.generate([user("What is it?")], GREEDY)).text)]
    before = engine.cached
    hear(engine.prefill([user("")]))
    assert engine.cached == before
    hear(engine.prefill(talk))
    assert engine.cached[: len(before)] == before


def test_nothing_is_left_behind_in_c(spec: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bitmap, chunk list, chunk and sampler that is made is freed."""
    made = dict.fromkeys(("mtmd_bitmap", "mtmd_input_chunks", "mtmd_input_chunk", "llama_sampler"), 0)

    def count(module: object, name: str, kind: str, by: int) -> None:
        real = getattr(module, name)

        def counted(*given: object) -> object:
            made[kind] += by
            return real(*given)

        monkeypatch.setattr(module, name, counted)

    count(mtmd, "mtmd_bitmap_init", "mtmd_bitmap", 1)
    count(mtmd, "mtmd_bitmap_free", "mtmd_bitmap", -1)
    count(mtmd, "mtmd_input_chunks_init", "mtmd_input_chunks", 1)
    count(mtmd, "mtmd_input_chunks_free", "mtmd_input_chunks", -1)
    count(mtmd, "mtmd_input_chunk_get_placeholder", "mtmd_input_chunk", 1)
    count(mtmd, "mtmd_input_chunk_free", "mtmd_input_chunk", -1)
    count(llama, "llama_sampler_chain_init", "llama_sampler", 1)
    count(llama, "llama_sampler_init_grammar", "llama_sampler", 1)
    count(llama, "llama_sampler_free", "llama_sampler", -1)
    with closing(LlamaEngine.load(spec)) as engine:
        for seed in range(3):
            hear(
                engine.generate(
                    [user("?", noise(90, 90, seed))],
                    Sampling(json_schema='{"type": "array", "items": {"enum": [1, 2]}, "maxItems": 3}'),
                )
            )
            with closing(engine.generate([user("?", noise(90, 90, seed + 50))], GREEDY)) as running:
                next(running)
        del running
    del engine
    assert made == dict.fromkeys(made, 0)


@pytest.mark.parametrize("asked", [1, 100, 300])
def test_a_context_between_two_blocks_takes_prompts_up_to_its_end(spec: ModelSpec, asked: int) -> None:
    with closing(LlamaEngine.load(spec, LoadOptions(context_tokens=asked))) as small:
        room = small.info.context_tokens
        assert room >= asked
        words = "a " * room
        while True:
            try:
                assert hear(small.generate([user(words)], GREEDY)).end.timings.evaluated_tokens > asked
                return
            except PromptTooLong as error:
                words = words[: len(words) * error.have // error.need - 2]
