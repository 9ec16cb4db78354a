"""The engine in a process of its own: the same answers, and a death is a sentence and a reload."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from fanlight.domain import errors
from fanlight.domain.errors import ModelBroken, ModelDied, ModelError, PromptTooLong
from fanlight.domain.events import EngineNotice, Event, Finished, TextDelta
from fanlight.domain.messages import Image, Message
from fanlight.domain.models import LoadOptions, ModelSpec, RecommendedSampling, Sampling
from fanlight.domain.placement import on_cards
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine import child_values, deaths, hosting
from fanlight.engine.devices import ComputeDevice
from fanlight.engine.driver_key import driver_key
from fanlight.engine.engine_process import EngineProcess
from fanlight.engine.hosting import open_engine
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.run_marker import ProcessDeath
from fanlight.engine.separate import SeparateEngine

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here"),
]

GREEDY = Sampling(temperature=0, max_tokens=12, seed=1)
PICTURE = Image.of(64, 48, bytes(range(256)) * 36)
QUESTION = [Message.of("user", "What is it?", [PICTURE])]


@pytest.fixture
def options(tmp_path: Path) -> LoadOptions:
    return LoadOptions(1024, threads=1, gpu_layers=0, folder=tmp_path / "engine")


@pytest.fixture
def separate(spec: ModelSpec, options: LoadOptions) -> Iterator[SeparateEngine]:
    with closing(SeparateEngine(spec, options)) as engine:
        yield engine


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def notices_of(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, EngineNotice)]


def kill(engine: SeparateEngine) -> None:
    assert engine._process is not None
    os.kill(engine._process.pid, signal.SIGABRT)
    engine._process._process.wait(20)


class DiesAtItsFirstWord(EngineProcess):
    """A driver ends it then, and what it had still to say is lost."""

    def request(
        self, values: dict[str, Any], blobs: Sequence[bytes] = (), flag: StopFlag | None = None
    ) -> Generator[dict[str, Any], None, None]:
        for answer in super().request(values, blobs, flag):
            yield answer
            if answer.get("event") == "TextDelta":
                os.kill(self.pid, signal.SIGABRT)
                self._process.wait(20)
                raise self._died()


class WithLess(EngineProcess):
    """Loads with a shorter context than before, as where a card has less room."""

    def request(
        self, values: dict[str, Any], blobs: Sequence[bytes] = (), flag: StopFlag | None = None
    ) -> Generator[dict[str, Any], None, None]:
        for answer in super().request(values, blobs, flag):
            if "info" in answer:
                answer["info"] |= {"context_tokens": 512, "notices": ["Half of the layers."]}
            yield answer


class OnACard(EngineProcess):
    """As a model on a graphics device, which ends the process at each question."""

    dies = False

    def request(
        self, values: dict[str, Any], blobs: Sequence[bytes] = (), flag: StopFlag | None = None
    ) -> Generator[dict[str, Any], None, None]:
        for answer in super().request(values, blobs, flag):
            if "info" in answer:
                answer["on_card"] = values["loading"]["gpu_layers"] != 0
                self.dies = answer["on_card"]
            elif self.dies:
                os.kill(self.pid, signal.SIGABRT)
                self._process.wait(20)
                raise self._died()
            yield answer


def test_what_is_less_after_a_reload_is_told_and_known(spec: ModelSpec, options: LoadOptions) -> None:
    kinds = [EngineProcess, WithLess]
    with closing(SeparateEngine(spec, options, start=lambda: kinds.pop(0).start(options.folder))) as engine:
        assert engine.info.context_tokens == 1024
        kill(engine)
        assert "Half of the layers." in notices_of(list(engine.generate(QUESTION, GREEDY)))
        assert engine.info.context_tokens == 512
        assert not notices_of(list(engine.generate(QUESTION, GREEDY)))


def test_a_card_that_ends_the_process_twice_is_left_and_the_question_is_answered(
    spec: ModelSpec, options: LoadOptions
) -> None:
    options = replace(options, gpu_layers=-1, devices=("no such device",))
    with closing(SeparateEngine(spec, options, start=lambda: OnACard.start(options.folder))) as engine:
        events = list(engine.generate(QUESTION, GREEDY))
        assert text_of(events)
        assert any("processor computes" in notice for notice in notices_of(events))
        assert isinstance(list(engine.generate(QUESTION, GREEDY))[-1], Finished)


def test_it_answers_as_the_engine_in_this_process_does(
    spec: ModelSpec, options: LoadOptions, separate: SeparateEngine
) -> None:
    with closing(LlamaEngine.load(spec, options)) as own:
        for question in (QUESTION, [Message.of("user", "Hello " * 40)]):
            expected = list(own.generate(question, GREEDY))
            got = list(separate.generate(question, GREEDY))
            assert text_of(got) == text_of(expected) != ""
            assert [type(event) for event in got] == [type(event) for event in expected]
        assert separate.image_tokens(PICTURE) == own.image_tokens(PICTURE) > 0
        assert separate.info == own.info


def test_what_was_read_ahead_is_reused_and_a_picture_is_sent_once(
    separate: SeparateEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert separate._process is not None
    sent: list[dict[str, object]] = []
    send = separate._process.send

    def record(values: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
        sent.append(values)
        send(values, blobs)

    monkeypatch.setattr(separate._process, "send", record)
    list(separate.prefill(QUESTION))
    end = list(separate.generate(QUESTION, GREEDY))[-1]
    assert isinstance(end, Finished)
    assert end.timings.reused_tokens > 0
    assert end.timings.images_encoded == 0
    list(separate.generate([Message.of("user", "No picture")], GREEDY))
    assert [values["do"] for values in sent] == ["picture", "forget"]


def test_stopping_and_leaving_keep_it_usable(separate: SeparateEngine) -> None:
    long = Sampling(temperature=0, max_tokens=400)
    stop = StopFlag()
    events = separate.generate(QUESTION, long, stop)
    for event in events:
        if isinstance(event, TextDelta):
            stop.set()
        if isinstance(event, Finished):
            assert event.reason == "stopped"
    left = separate.generate(QUESTION, long)
    assert any(isinstance(event, TextDelta) for event in left)
    left.close()
    unfinished = separate.generate(QUESTION, long)
    next(unfinished)
    assert isinstance(list(separate.generate(QUESTION, GREEDY, slot=Slot.PANEL))[-1], Finished)
    assert [type(event) for event in unfinished][-1] is Finished  # it has lost its place


def test_a_death_between_questions_is_a_sentence_and_the_next_is_answered(separate: SeparateEngine) -> None:
    before = text_of(list(separate.generate(QUESTION, GREEDY)))
    kill(separate)
    events = list(separate.generate(QUESTION, GREEDY))
    assert text_of(events) == before
    assert separate.pid is not None


def test_a_death_in_an_answer_ends_it_with_a_sentence(spec: ModelSpec, options: LoadOptions) -> None:
    kinds = [DiesAtItsFirstWord, EngineProcess]
    long = Sampling(temperature=0, grammar=f'root ::= "{"many words " * 150}"')  # it must still be at it then
    with closing(SeparateEngine(spec, options, start=lambda: kinds.pop(0).start(options.folder))) as engine:
        heard: list[Event] = []
        with pytest.raises(ModelDied, match="signal 6"):
            heard.extend(engine.generate(QUESTION, long))
        assert engine.pid is None
        after = list(engine.generate(QUESTION, GREEDY))
        assert len(notices_of(after)) == 1
        assert notices_of(after)[0].startswith("The process of ")
        assert text_of(after)
        assert not notices_of(list(engine.generate(QUESTION, GREEDY)))


def test_a_death_while_reading_ahead_is_left_to_the_question(separate: SeparateEngine) -> None:
    events = separate.prefill(QUESTION)
    next(events)
    kill(separate)
    assert isinstance(list(events)[-1], Finished)
    assert separate.pid is None
    assert text_of(list(separate.generate(QUESTION, GREEDY)))


def test_errors_of_the_engine_are_its_errors_here(separate: SeparateEngine, spec: ModelSpec, tmp_path: Path) -> None:
    with pytest.raises(PromptTooLong) as raised:
        list(separate.generate([Message.of("user", "word " * 5000)], GREEDY))
    assert 0 < raised.value.have < raised.value.need
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelBroken):
        SeparateEngine(ModelSpec.of_files("broken", broken), LoadOptions(512))
    separate.close()
    with pytest.raises(ModelError, match="unloaded"):
        separate.generate(QUESTION, GREEDY)


def test_a_load_can_be_stopped(spec: ModelSpec, options: LoadOptions) -> None:
    stop = StopFlag()
    stop.set()  # told before the process is ready
    with pytest.raises(ModelError, match="stopped"):
        SeparateEngine(spec, options, None, stop)


def test_progress_is_reported(spec: ModelSpec, options: LoadOptions) -> None:
    seen: list[float] = []
    SeparateEngine(spec, options, seen.append).close()
    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_closing_ends_the_process_and_leaves_nothing(separate: SeparateEngine, options: LoadOptions) -> None:
    assert separate.pid is not None
    process = psutil.Process(separate.pid)
    separate.close()
    process.wait(20)
    assert options.folder is not None
    assert not list(options.folder.glob("running-*"))


def test_a_process_that_dies_at_each_load_ends_in_a_sentence(spec: ModelSpec, options: LoadOptions) -> None:
    started: list[int] = []

    def dead() -> EngineProcess:
        process = EngineProcess.start(options.folder)
        started.append(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        return process

    with pytest.raises(ModelDied):
        SeparateEngine(spec, options, start=dead)
    assert len(started) == 2


def test_after_a_death_in_this_process_the_model_moves_and_says_so(spec: ModelSpec, options: LoadOptions) -> None:
    assert options.folder is not None
    with closing(open_engine(spec, options)) as usual:
        assert isinstance(usual, LlamaEngine)
    options.folder.mkdir(exist_ok=True)
    placed = on_cards(1024, -1, ("Vulkan0",))
    died = ProcessDeath(deaths.identity(spec), driver_key(), separate=False, loading=True, placement=placed)
    deaths._store(options.folder, [died])
    with closing(open_engine(spec, options)) as safe:
        assert isinstance(safe, SeparateEngine)
        assert text_of(list(safe.generate(QUESTION, GREEDY)))
    with closing(open_engine(spec, options, "in-process")) as chosen:
        assert isinstance(chosen, LlamaEngine)


@pytest.mark.parametrize(
    "description", ["llvmpipe (LLVM 15.0.6, 256 bits)", "SwiftShader Device (LLVM 16)", "Microsoft Basic Render Driver"]
)
def test_a_driver_that_computes_in_the_memory_of_its_program_gets_another_one(
    spec: ModelSpec, options: LoadOptions, monkeypatch: pytest.MonkeyPatch, description: str
) -> None:
    device = ComputeDevice("Vulkan0", description, "gpu", 2**30, 2**30)
    monkeypatch.setattr(hosting, "usable_cards", lambda loading: [device])
    with closing(open_engine(spec, replace(options, gpu_layers=-1))) as apart:
        assert isinstance(apart, SeparateEngine)
    with closing(open_engine(spec, options)) as alone:  # no layer is to go on a card
        assert isinstance(alone, LlamaEngine)
    with closing(open_engine(spec, replace(options, gpu_layers=-1), "in-process")) as chosen:
        assert isinstance(chosen, LlamaEngine)


def test_each_error_keeps_its_class_and_its_words() -> None:
    for error in (errors.ModelBroken("m", "h"), errors.PictureError("p"), errors.SchemaError("s"), PromptTooLong(5, 3)):
        back = child_values.decode_error(child_values.encode_error(error))
        assert type(back) is type(error)
        assert (back.message, back.hint) == (error.message, error.hint)
    assert type(child_values.decode_error({"kind": "os", "message": "m", "hint": "", "counts": None})) is ModelError


def test_all_load_options_survive_the_way() -> None:
    placed = on_cards(4096, 7, ("Vulkan0", "CUDA1"))
    recommended = RecommendedSampling(temperature=0.1, top_k=9)
    loading = LoadOptions(4096, 3, 20, ("Vulkan0",), Path("/x"), (placed,), recommended=recommended)
    spec = ModelSpec.of_files("n", Path("/m.gguf"), Path("/p.gguf"), practice=True)
    assert child_values.decode_load(child_values.encode_load(spec, loading)) == (spec, loading)
