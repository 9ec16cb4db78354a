"""A conversation that is longer than the context of a server."""

from __future__ import annotations

from typing import Any

import pytest

from fanlight.domain.errors import ModelError, PromptTooLong
from fanlight.domain.events import EngineNotice, Finished
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from support.chat_server import ChatServer
from support.serving import engine_of, text_of


def talk(turns: int) -> list[Message]:
    said = [Message.of("system", "Be short.")]
    for number in range(turns):
        said += [
            Message.of("user", f"Question {number}. " + "word " * 20),
            Message.of("assistant", f"Answer {number}."),
        ]
    return [*said, Message.of("user", "And now?")]


def sent(server: ChatServer) -> list[str]:
    return [message["content"] for message in server.asked[-1]["messages"]]


@pytest.mark.parametrize(
    ("overflow", "counts"),
    [
        ({"type": "exceed_context_size_error", "message": "too large"}, True),  # llama.cpp
        ({"type": "BadRequestError", "message": "This model's maximum context length is 400 tokens."}, False),  # vLLM
        ({"code": "context_length_exceeded", "message": "no"}, False),  # OpenAI
        ({"message": "The model is loaded with context length of only 400 tokens."}, False),  # LM Studio
        ({"message": "The number of tokens to keep is greater than the context length."}, False),  # and a newer one
    ],
)
def test_what_does_not_fit_is_said_and_the_newest_question_is_answered(
    server: ChatServer, overflow: dict[str, Any], counts: bool
) -> None:
    server.room, server.overflow, server.counts = 1000, overflow, counts
    engine, asked = engine_of(server), talk(12)
    events = list(engine.generate(asked, Sampling()))
    notice = events[0]
    assert isinstance(notice, EngineNotice)
    assert "no longer fit into the context of " + ("1,000 tokens" if counts else "the server") in notice.text
    assert text_of(events) == "A red star."
    assert (sent(server)[0], sent(server)[-1]) == ("Be short.", "And now?")
    assert len(sent(server)) > 3  # not more is left out than must be

    before, left = len(server.asked), sent(server)[1]
    asked += [Message.of("assistant", "A red star."), Message.of("user", "Why?")]
    again = list(engine.generate(asked, Sampling()))
    assert isinstance(again[0], EngineNotice)
    assert len(server.asked) == before + 1  # what was left out is not sent again
    assert sent(server)[1] == left  # and what stays is in the server's cache

    assert not [event for event in engine.generate(talk(1), Sampling()) if isinstance(event, EngineNotice)]
    assert len(sent(server)) == 4  # another conversation is sent whole


def test_what_a_server_says_of_its_context_otherwise_is_passed_on(server: ChatServer) -> None:
    server.room, server.overflow, server.counts = 10, {"message": "The context size must be a power of two."}, False
    with pytest.raises(ModelError, match="cannot answer: The context size must be a power of two"):
        list(engine_of(server).generate(talk(1), Sampling()))


def test_a_question_that_alone_is_too_long_is_a_sentence(server: ChatServer) -> None:
    server.room = 1000
    question = [*talk(3)[:-1], Message.of("user", "word " * 400)]
    with pytest.raises(PromptTooLong, match="has room for") as failure:
        list(engine_of(server).generate(question, Sampling()))
    assert failure.value.hint
    server.counts = False
    with pytest.raises(ModelError, match="longer than the context of") as unknown:
        list(engine_of(server).generate(question, Sampling()))
    assert (server.host in unknown.value.message, bool(unknown.value.hint)) == (True, True)
    server.counts, server.overflow = True, {**server.overflow, "n_prompt_tokens": 5}  # it lies: less than there is room
    assert text_of(list(engine_of(server).generate(talk(12), Sampling()))) == "A red star."


def test_a_context_that_is_full_in_the_middle_of_an_answer_ends_it(server: ChatServer) -> None:
    server.faults.append("fills up")
    events = list(engine_of(server).generate(talk(2), Sampling()))
    assert text_of(events) == "A "
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.reason == "length"
    assert len(server.asked) == 1  # not asked again behind what is on the screen
