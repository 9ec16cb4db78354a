"""A conversation that is kept on disk goes on in another process without an encode and without a prefill; a file that
is not as it was written is not used."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from fanlight.domain.kept_state import StateRequest
from fanlight.domain.messages import Message
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine import state_file
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.separate import SeparateEngine
from support import random_models
from support.asking import GREEDY, assistant, hear, noise, user
from support.oracle import Pair

pytestmark = pytest.mark.model
SAID = Sampling(temperature=0, max_tokens=20)
MOST = 10**9
BESIDE = user("And beside it?")


def talked(engine: LlamaEngine | SeparateEngine) -> list[Message]:
    """Two turns with a picture in each, prefilled for the next question."""
    messages: list[Message] = []
    for number in (1, 2):
        messages.append(user(f"What is this, {number}? " + "Say it in words that anybody knows. " * 4,
                             noise(100, 80, number)))  # fmt: skip
        messages.append(assistant(hear(engine.generate(messages, SAID)).text))
    hear(engine.prefill(open_question(messages)))
    return messages


def open_question(messages: list[Message]) -> list[Message]:
    return [*messages, user("")]


def request(path: Path, messages: list[Message], most: int = MOST) -> StateRequest:
    return StateRequest(path, open_question(messages), most_bytes=most)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "states" / "7.state"


@pytest.fixture(scope="module")
def kept(spec: ModelSpec, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, list[Message]]:
    """What a file consists of, and the messages."""
    place = tmp_path_factory.mktemp("kept") / "7.state"
    with closing(LlamaEngine.load(spec)) as engine:
        messages = talked(engine)
        assert engine.keep_state(request(place, messages))
    return place.read_bytes(), messages


@pytest.fixture
def another(spec: ModelSpec) -> Iterator[LlamaEngine]:
    with closing(LlamaEngine.load(spec)) as loaded:
        yield loaded


def test_after_a_restart_nothing_is_encoded_and_only_the_question_is_evaluated(pair: Pair, path: Path) -> None:
    messages = talked(pair.engine)
    without = hear(pair.engine.generate([*messages, BESIDE], GREEDY))
    hear(pair.engine.prefill(open_question(messages)))
    assert pair.engine.keep_state(request(path, messages))
    files = pair.engine._loaded.files
    with closing(LlamaEngine.load(ModelSpec("again", files))) as again:
        assert again.recall_state(request(path, messages))
        held = again.cached
        prefilled = hear(again.prefill(open_question(messages)))
        assert prefilled.end.timings.evaluated_tokens == 0
        assert again.cached == held
        after = hear(again.generate([*messages, BESIDE], GREEDY))
        assert again._loaded.vision is not None
        assert again._loaded.vision.encodes == 0
        assert after.end.timings.evaluated_tokens == without.end.timings.evaluated_tokens
        assert after.text == without.text
    assert path.exists()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_what_was_dropped_from_a_full_context_stays_dropped(spec: ModelSpec, path: Path) -> None:
    small = LoadOptions(context_tokens=2048)
    messages: list[Message] = []
    with closing(LlamaEngine.load(spec, small)) as engine:
        while not engine._slots.prompt_builder(Slot.WINDOW).dropped_indices:
            messages += [user("It rains and it snows. " * 30), assistant("So it does.")]
            hear(engine.prefill(open_question(messages)))
        assert engine.keep_state(request(path, messages))
    with closing(LlamaEngine.load(spec, small)) as again:
        assert again.recall_state(request(path, messages))
        assert hear(again.prefill(open_question(messages))).end.timings.evaluated_tokens == 0


def test_the_first_question_is_found_again_in_another_branch(
    another: LlamaEngine, kept: tuple[bytes, list[Message]], path: Path
) -> None:
    content, messages = kept
    place(path, content)
    other = [*messages[:2], user("Something else.")]
    assert another.recall_state(StateRequest(path, other))
    heard = hear(another.generate(other, GREEDY))
    assert heard.end.timings.images_encoded == 0
    assert heard.end.timings.reused_tokens > state_of(content)["cells"][-1] // 3


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1],
        lambda content: content[:60],
        lambda content: content + b"0",
        lambda content: b"",
        lambda content: bytes(len(content)),
        lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
        lambda content: content[:70] + b"\xff" + content[71:],
        lambda content: b"Some other file." + content[16:],
    ],
)
def test_a_damaged_file_is_not_used_and_is_removed(
    another: LlamaEngine, kept: tuple[bytes, list[Message]], path: Path, damage: Callable[[bytes], bytes]
) -> None:
    content, messages = kept
    place(path, damage(content))
    assert not another.recall_state(request(path, messages))
    assert another.cached == ()
    assert not path.exists()


def test_the_state_of_another_model_or_of_other_settings_is_left_alone(
    spec: ModelSpec, kept: tuple[bytes, list[Message]], path: Path, tmp_path: Path
) -> None:
    content, messages = kept
    place(path, content)
    other = random_models.plain(tmp_path)
    for chosen, options in ((other, LoadOptions()), (spec, LoadOptions(context_tokens=1024))):
        with closing(LlamaEngine.load(chosen, options)) as engine:
            assert not engine.recall_state(request(path, messages))
            assert engine.cached == ()
    assert path.read_bytes() == content


def test_a_state_that_llama_refuses_is_gone(
    another: LlamaEngine, kept: tuple[bytes, list[Message]], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, messages = kept
    place(path, content)
    monkeypatch.setattr(type(another._context._state), "write", lambda *_args: False)
    assert not another.recall_state(request(path, messages))
    assert list(path.parent.iterdir()) == []


def test_what_cannot_be_written_leaves_no_part_and_says_nothing(
    spec: ModelSpec, another: LlamaEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = talked(another)
    stopped = StopFlag()
    stopped.set()
    assert not another.keep_state(request(path, messages), stopped)
    assert not another.keep_state(request(path, messages, most=1000))
    monkeypatch.setattr(state_file, "_LEFT_FREE", 2**60)
    assert not another.keep_state(request(path, messages))
    monkeypatch.undo()
    for fault in (OSError(28, "full"), OSError(5, "broken")):
        with monkeypatch.context() as patch:
            patch.setattr(state_file, "_parts", raising(fault))
            assert not another.keep_state(request(path, messages))
    assert list(path.parent.glob("*")) == []
    path.parent.rmdir()
    path.parent.write_text("in the way")
    assert not another.keep_state(request(path, messages))


def test_only_what_was_asked_of_the_conversation_is_kept(another: LlamaEngine, path: Path) -> None:
    messages = talked(another)
    hear(another.generate([user("Of another conversation. " * 30)], GREEDY))
    assert not another.keep_state(request(path, messages))
    hear(another.prefill([*messages, user("", noise(100, 80, 9))]))  # a picture that was not sent
    assert another.keep_state(request(path, messages))
    pictures = {mark[0] for mark in state_of(path.read_bytes())["marks"] if isinstance(mark, list)}
    assert pictures == {image.id for message in messages for image in message.images}


def test_a_short_conversation_is_not_kept(another: LlamaEngine, path: Path) -> None:
    messages = [user("Hello"), assistant("Hello!")]
    hear(another.prefill(open_question(messages)))
    assert not another.keep_state(request(path, messages))


def test_a_process_of_its_own_keeps_and_brings_back(spec: ModelSpec, path: Path) -> None:
    with closing(SeparateEngine(spec, LoadOptions())) as engine:
        messages = talked(engine)
        assert engine.keep_state(request(path, messages))
    with closing(SeparateEngine(spec, LoadOptions())) as again:
        assert again.recall_state(request(path, messages))
        end = hear(again.generate([*messages, BESIDE], GREEDY)).end
        assert end.timings.images_encoded == 0
        assert end.timings.evaluated_tokens < 40


def place(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def state_of(content: bytes) -> dict[str, Any]:
    length = int.from_bytes(content[48:56], "little")
    found: dict[str, Any] = json.loads(content[56 : 56 + length])
    return found


def raising(error: OSError) -> Callable[..., Iterator[bytes]]:
    def parts(*_args: object) -> Iterator[bytes]:
        yield b"a part"
        raise error

    return parts
