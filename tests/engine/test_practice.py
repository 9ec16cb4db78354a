"""The engine on the model that ships: trained weights, a projector whose pictures look at themselves both ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from fanlight.domain.messages import Image, Message
from fanlight.domain.models import Sampling
from fanlight.engine.llama import LlamaEngine
from support.asking import assistant, hear, user
from support.oracle import Oracle
from support.practice import PRACTICE, red_circle

pytestmark = pytest.mark.model
GREEDY = Sampling(temperature=0, max_tokens=80)


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(PRACTICE)) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def picture() -> Image:
    return red_circle()


def test_a_conversation_encodes_its_picture_once_and_every_answer_ends_by_itself(
    engine: LlamaEngine, picture: Image
) -> None:
    talk: list[Message] = []
    encoded = []
    for question in ("What is in the picture?", "How many shapes are there?", "What colour is the circle?"):
        talk.append(user(question, *(() if talk else (picture,))))
        heard = hear(engine.generate(talk, GREEDY))
        assert heard.end.reason == "end"
        assert heard.text.strip()
        encoded.append(heard.end.timings.images_encoded)
        talk.append(assistant(heard.text))
    assert encoded == [1, 0, 0]


def test_its_answers_are_those_of_llama_cpp_used_the_plain_way(engine: LlamaEngine, picture: Image) -> None:
    talk = [user("Describe the picture.", picture)]
    talk += [assistant(hear(engine.generate(talk, GREEDY)).text), user("Where is the circle?")]
    heard = hear(engine.generate(talk, GREEDY))
    said = heard.end.timings.generated_tokens
    cached = engine.cached
    tokens = [item for item in cached[len(cached) - said :] if isinstance(item, int)]
    with closing(Oracle(PRACTICE)) as oracle:
        assert oracle.shortfall(cached[: len(cached) - said], tokens, {picture.id: picture}) < 0.02


def test_a_bound_answer_is_what_was_asked_for(engine: LlamaEngine, picture: Image) -> None:
    schema = json.dumps({"type": "object", "properties": {"seen": {"type": "boolean"}}, "required": ["seen"]})
    sampling = Sampling(temperature=0, max_tokens=60, json_schema=schema)
    heard = hear(engine.generate([user("Is there a circle?", picture)], sampling))
    assert isinstance(json.loads(heard.text)["seen"], bool)
