"""A server of the user's own as the engine: what it is sent, what it answers, and its faults."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from PIL import Image as Pillow

from fanlight.domain.errors import AnswerInvalid, ImagesUnsupported, ModelError
from fanlight.domain.events import Event, Finished, TextDelta, ThinkingDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelAddress, ModelSpec, Sampling
from fanlight.domain.served_chat import ServedOrder, ServedText
from fanlight.domain.stop import StopFlag
from fanlight.fetch.served_chat import ask_server
from fanlight.fetch.served_engine import PATIENCE_SECONDS, ServedEngine
from fanlight.fetch.trouble import Trouble
from support.chat_server import ChatServer
from support.serving import PICTURE, QUESTION, engine_of, text_of


def ask(server: ChatServer, sampling: Sampling | None = None, stop: StopFlag | None = None) -> list[Event]:
    return list(engine_of(server).generate(QUESTION, sampling or Sampling(), stop))


def test_an_answer_comes_piece_by_piece_with_its_counts(server: ChatServer) -> None:
    events = ask(server)
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["A ", "red ", "star."]
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.reason, end.timings.generated_tokens, end.timings.evaluated_tokens) == ("end", 3, 12)
    assert end.timings.device == server.host
    assert [event for event in events if isinstance(event, Finished)] == [end]


def test_comments_are_no_answer(server: ChatServer) -> None:
    server.faults.append("comments")
    assert text_of(ask(server)) == "A red star."


def test_the_question_its_picture_and_the_sampling_are_sent(server: ChatServer) -> None:
    ask(
        server,
        Sampling(temperature=0.2, seed=7, max_tokens=50, stop=("END",), unset=("top_k", "min_p"), thinking="off"),
    )
    (body,) = server.asked
    assert body["path"] == "/v1/chat/completions"
    assert (body["model"], body["stream"], body["max_tokens"], body["seed"]) == ("rose-3b", True, 50, 7)
    assert (body["temperature"], body["stop"]) == (0.2, ["END"])
    assert "top_k" not in body  # the server's own recommendation
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    system, asked = body["messages"]
    assert system == {"role": "system", "content": "Be short."}
    picture, text = asked["content"]
    assert text == {"type": "text", "text": "What is this?"}
    kind, _comma, content = picture["image_url"]["url"].partition(",")
    assert kind == "data:image/png;base64"
    with Pillow.open(io.BytesIO(base64.b64decode(content))) as drawn:
        assert (drawn.size, drawn.convert("RGB").tobytes()) == ((2, 1), PICTURE.rgb)


def test_thinking_is_told_from_the_answer(server: ChatServer) -> None:
    server.thinking = ("Hm, ", "red.")
    events = ask(server)
    assert "".join(event.text for event in events if isinstance(event, ThinkingDelta)) == "Hm, red."
    assert text_of(events) == "A red star."
    assert "chat_template_kwargs" not in server.asked[0]


def test_an_answer_that_follows_its_schema_is_taken_and_another_one_is_not(server: ChatServer) -> None:
    schema = json.dumps({"type": "object", "properties": {"color": {"type": "string"}}, "required": ["color"]})
    server.pieces = ('{"color": ', '"red"}')
    assert text_of(ask(server, Sampling(json_schema=schema))) == '{"color": "red"}'
    sent = server.asked[0]["response_format"]
    assert (sent["type"], sent["json_schema"]["schema"]) == ("json_schema", json.loads(schema))
    server.pieces = ("It is red.",)
    with pytest.raises(AnswerInvalid):
        ask(server, Sampling(json_schema=schema))


def test_nothing_is_sent_before_a_question(server: ChatServer) -> None:
    engine = engine_of(server)
    assert [type(event) for event in engine.prefill(QUESTION)] == [Finished]
    assert engine.image_tokens(PICTURE) == 0
    engine.close()
    assert server.asked == []
    with pytest.raises(ImagesUnsupported):
        list(engine_of(server, supports_images=False).generate(QUESTION, Sampling()))
    assert server.asked == []


def test_stopping_ends_the_connection(server: ChatServer) -> None:
    server.faults.append("hangs")
    stop, events = StopFlag(), list[Event]()
    for event in engine_of(server).generate(QUESTION, Sampling(), stop):
        events.append(event)
        stop.set()
    assert text_of(events) == "A "
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "stopped"
    assert server.gone.wait(10)


def test_an_answer_that_is_left_ends_the_connection(server: ChatServer) -> None:
    server.faults.append("hangs")
    events: Any = engine_of(server).generate(QUESTION, Sampling())
    next(events)
    events.close()
    assert server.gone.wait(10)
    assert text_of(ask(server)) == "A red star."  # the next question follows at once


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("dies", "broke off"),
        ("page", "does not answer as a model's server does"),
        ("nonsense", "does not answer as a model's server does"),
        ("no object", "does not answer as a model's server does"),
        ("error", "no memory is left"),
        ("status", "cannot answer: no memory left"),
        ("ok", "cannot answer: no memory left"),
        ("wants key", "wants a key"),
        ("elsewhere", "is not followed"),
        ("endless line", "answers without end"),
        ("says nothing", "answers without end"),
    ],
)
def test_a_fault_is_a_sentence_and_the_next_question_works(server: ChatServer, fault: str, words: str) -> None:
    server.faults.append(fault)
    with pytest.raises(ModelError, match=words) as failure:
        ask(server)
    assert server.host in failure.value.message
    assert failure.value.hint
    assert text_of(ask(server)) == "A red star."


@pytest.mark.loopback
def test_a_server_that_falls_silent_is_left(server: ChatServer) -> None:
    server.faults.append("silent")
    events = ask_server(ServedOrder(server.address, {"model": "x"}, silent_seconds=0.3))
    assert next(events) == ServedText("A ")
    with pytest.raises(Trouble) as trouble:
        next(events)
    assert server.host in trouble.value.message
    assert "your question is kept" in trouble.value.hint


def test_a_server_that_is_not_there_is_a_sentence(server: ChatServer) -> None:
    server.stop()
    with pytest.raises(ModelError, match="cannot be reached"):
        ask(server)


def test_text_without_end_is_cut(server: ChatServer) -> None:
    server.faults.append("floods")
    events = ask(server)
    assert len(text_of(events)) <= 2**21
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "length"
    server.faults.append("cut off")
    last = ask(server)[-1]
    assert isinstance(last, Finished)
    assert last.reason == "length"


def test_a_key_is_sent_where_there_is_one_and_no_proxy_is_used(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    ask(server)
    monkeypatch.setenv("FANLIGHT_SERVER_KEY", "sk-1")
    ask(server)
    assert [headers.get("authorization") for headers in server.headers] == [None, "Bearer sk-1"]


@pytest.mark.parametrize("fault", ["alive", "drips"])
def test_a_server_that_only_keeps_the_line_alive_is_left_after_a_while(server: ChatServer, fault: str) -> None:
    """Each byte would begin the patience of a connection anew."""
    address, looks = ModelAddress(server.address, "rose-3b"), iter(range(10**6))

    def clock() -> float:
        return next(looks) * 100.0 if server.asked else 0.0

    server.faults.append(fault)
    with pytest.raises(ModelError, match="has sent nothing of an answer for 20 minutes") as failure:
        list(ServedEngine(ModelSpec("Rose", address), address, clock=clock).generate([QUESTION[0]], Sampling()))
    assert failure.value.hint
    assert server.gone.wait(60)
    assert PATIENCE_SECONDS == 1200


def test_stop_ends_a_question_to_a_server_that_only_keeps_the_line_alive(server: ChatServer) -> None:
    address, stop = ModelAddress(server.address, "rose-3b"), StopFlag()

    def clock() -> float:
        if server.asked:
            stop.set()
        return 0.0

    server.faults.append("alive")
    engine = ServedEngine(ModelSpec("Rose", address), address, clock=clock)
    (end,) = engine.generate([QUESTION[0]], Sampling(), stop)
    assert isinstance(end, Finished)
    assert end.reason == "stopped"
    assert server.gone.wait(60)


def test_an_answer_that_was_broken_off_is_continued(server: ChatServer) -> None:
    begun = [*QUESTION, Message.of("assistant", "It is", thinking="Hm.")]
    list(engine_of(server).generate(begun, Sampling()))
    list(engine_of(server).generate(QUESTION, Sampling()))
    list(engine_of(server).generate([*QUESTION, Message("assistant")], Sampling()))
    continued, asked, not_begun = server.asked
    assert not_begun == asked
    assert continued["messages"][-1] == {"role": "assistant", "content": "It is", "reasoning_content": "Hm."}
    assert (continued["continue_final_message"], continued["add_generation_prompt"]) == (True, False)
    assert "continue_final_message" not in asked


def test_a_key_that_was_entered_is_sent_to_its_server_alone(server: ChatServer) -> None:
    entered = {server.address: "sk-2", "http://elsewhere": "sk-3"}
    address = ModelAddress(server.address, "rose-3b", has_key=True)
    list(ServedEngine(ModelSpec("Rose", address), address, entered).generate([QUESTION[0]], Sampling()))
    assert server.headers[0]["authorization"] == "Bearer sk-2"


@pytest.mark.loopback
@pytest.mark.parametrize(("kept", "sent_key"), [("sk-4", "Bearer sk-4"), ("", None), ("no key", None)])
def test_a_key_is_found_in_the_keyring(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch, kept: str, sent_key: str | None
) -> None:
    looked: list[str] = []

    def look(host: str) -> str:
        looked.append(host)
        return kept

    monkeypatch.setattr("fanlight.fetch.served_chat.in_keyring", look)
    list(ask_server(ServedOrder(server.address, {"model": "x", "messages": []}, has_key=True)))
    list(ask_server(ServedOrder(server.address, {"model": "x", "messages": []})))
    assert [headers.get("authorization") for headers in server.headers] == [sent_key, None]
    assert looked == [server.host]
