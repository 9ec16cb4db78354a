"""The conversation tests of the local engine on llama.cpp's own server, with the model that ships. What a server cannot
do is not here: prefill, reuse of a picture that has left its cache, and state on disk."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest

from bench.llama_server import LlamaServer, built_llama_server, serving
from fanlight.domain.errors import ModelError, PromptTooLong
from fanlight.domain.events import TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelAddress, ModelSpec, Sampling
from fanlight.domain.stop import StopFlag
from fanlight.engine.checked_engine import CheckedEngine
from fanlight.engine.llama import LlamaEngine
from fanlight.fetch.served_engine import ServedEngine
from support.asking import assistant, hear, user
from support.practice import PRACTICE, red_circle

PROGRAM = built_llama_server()
BUILD = "llama-server is not built: PYTHONPATH=app:tests python -m bench.llama_server"
pytestmark = [
    pytest.mark.model,
    pytest.mark.loopback,
    pytest.mark.skipif(PROGRAM is None, reason=BUILD),
]
CONTEXT = 1024
GREEDY = Sampling(temperature=0, max_tokens=80)


@contextmanager
def started(log: Path, *arguments: str) -> Iterator[LlamaServer]:
    assert PROGRAM is not None
    files = ["-m", str(PRACTICE.files.model), "--mmproj", str(PRACTICE.files.projector)]
    settings = ["-c", str(CONTEXT), "-np", "1", "-ngl", "0", "-fa", "off", "-t", "1"]
    with serving(PROGRAM, log, *files, *settings, *arguments) as server:
        yield server


def engine_at(server: LlamaServer, keys: dict[str, str] | None = None) -> CheckedEngine:
    address = ModelAddress(server.url, "practice", supports_images=True)
    return CheckedEngine(ServedEngine(ModelSpec("Mine", address), address, keys))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaServer]:
    with started(tmp_path_factory.mktemp("server") / "log") as server:
        yield server


@pytest.fixture
def engine(server: LlamaServer) -> CheckedEngine:
    return engine_at(server)


@pytest.fixture(scope="module")
def picture() -> Image:
    return red_circle()


def test_a_conversation_about_a_picture_says_what_the_engine_here_says(engine: CheckedEngine, picture: Image) -> None:
    talk: list[Message] = []
    with closing(LlamaEngine.load(PRACTICE, LoadOptions(CONTEXT, gpu_layers=0))) as local:
        for question in ("What is in the picture?", "How many shapes are there?", "What colour is the circle?"):
            talk.append(user(question, *(() if talk else (picture,))))
            events = list(engine.generate(talk, GREEDY))
            heard = hear(events)
            assert heard.end.reason == "end"
            assert sum(isinstance(event, TextDelta) for event in events) > 1
            assert heard.text == hear(local.generate(talk, GREEDY)).text
            assert heard.end.timings.generated_tokens > 1
            talk.append(assistant(heard.text))


def test_a_bound_answer_is_what_was_asked_for(engine: CheckedEngine, picture: Image) -> None:
    schema = json.dumps({"type": "object", "properties": {"seen": {"type": "boolean"}}, "required": ["seen"]})
    sampling = Sampling(temperature=0, max_tokens=60, json_schema=schema)
    heard = hear(engine.generate([user("Is there a circle?", picture)], sampling))
    assert isinstance(json.loads(heard.text)["seen"], bool)
    heard = hear(engine.generate([user("Hello!")], Sampling(max_tokens=60, grammar='root ::= "yes" | "no"')))
    assert heard.text in ("yes", "no")


def test_the_length_is_kept_and_a_stop_string_ends_the_answer(engine: CheckedEngine, picture: Image) -> None:
    asked = [user("What is in the picture?", picture)]
    whole = hear(engine.generate(asked, GREEDY)).text
    short = hear(engine.generate(asked, Sampling(temperature=0, max_tokens=3)))
    assert short.end.reason == "length"
    assert whole.startswith(short.text)
    word = whole.split()[2]
    stopped = hear(engine.generate(asked, Sampling(temperature=0, max_tokens=80, stop=(word,))))
    assert stopped.text == whole.partition(word)[0]


def test_an_answer_goes_on_where_it_was_broken_off(engine: CheckedEngine, picture: Image) -> None:
    asked = [user("What is in the picture?", picture)]
    whole = hear(engine.generate(asked, GREEDY)).text
    begun = hear(engine.generate(asked, Sampling(temperature=0, max_tokens=3))).text
    rest = hear(engine.generate([*asked, assistant(begun)], GREEDY)).text
    assert begun + rest == whole


def test_stopping_is_obeyed_and_the_next_answer_is_right(engine: CheckedEngine, picture: Image) -> None:
    asked = [user("What is in the picture?", picture)]
    whole = hear(engine.generate(asked, GREEDY)).text
    stop, said = StopFlag(), ""
    for event in engine.generate(asked, GREEDY, stop):
        if isinstance(event, TextDelta):
            said += event.text
            stop.set()
    assert whole.startswith(said)
    assert said != whole
    assert hear(engine.generate(asked, GREEDY)).text == whole


def test_what_does_not_fit_is_said_and_the_newest_question_is_answered(engine: CheckedEngine, picture: Image) -> None:
    filler = "The picture shows a red circle and a blue square, and nothing else. " * 8
    talk = [message for _ in range(12) for message in (user(filler), assistant("I see."))]
    heard = hear(engine.generate([*talk, user("What is in the picture?", picture)], GREEDY))
    assert heard.notices
    assert heard.text
    with pytest.raises(PromptTooLong, match="has room for") as failure:
        hear(engine.generate([user(filler * 40)], GREEDY))
    assert failure.value.hint


def test_a_key_is_asked_for_and_used(tmp_path: Path) -> None:
    with started(tmp_path / "log", "--api-key", "sk-rose") as server:
        with pytest.raises(ModelError, match="wants a key"):
            hear(engine_at(server).generate([user("Hello!")], GREEDY))
        assert hear(engine_at(server, {server.url: "sk-rose"}).generate([user("Hello!")], GREEDY)).text


def test_a_server_that_hangs_and_dies_is_a_sentence(tmp_path: Path, picture: Image) -> None:
    asked, looks = [user("What is in the picture?", picture)], count()
    with started(tmp_path / "log") as server:
        address = ModelAddress(server.url, "practice", supports_images=True)

        def clock() -> float:
            if next(looks) == 100:  # it is connected by then
                server.process.kill()
            return 0.0

        server.process.send_signal(signal.SIGSTOP)
        with pytest.raises(ModelError, match="broke off") as failure:
            hear(ServedEngine(ModelSpec("Mine", address), address, clock=clock).generate(asked, GREEDY))
        assert failure.value.hint
        with pytest.raises(ModelError, match="cannot be reached"):
            hear(engine_at(server).generate(asked, GREEDY))
