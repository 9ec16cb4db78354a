"""The fastest way to compute a model is measured, kept for this computer, and used by the next load."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from fanlight.domain.errors import FanlightError, ModelDied, OutOfMemory
from fanlight.domain.models import LoadOptions, ModelSpec
from fanlight.domain.placement import Placement, on_cards
from fanlight.domain.stop import StopFlag
from fanlight.domain.tuning import (
    USUAL,
    MeasuredSpeed,
    MeasuredWays,
    Tuning,
    TuningProgress,
    TuningResult,
    tuning_sentences,
)
from fanlight.engine import child_values, tune, tuning_measure, tuning_store, weights
from fanlight.engine.engine_process import EngineProcess
from fanlight.engine.hosting import open_engine
from fanlight.engine.llama import LlamaEngine
from fanlight.engine.placing import plan_placing
from fanlight.engine.threads import Threads
from fanlight.engine.tune import tune_model
from fanlight.engine.tuning_measure import best_way, changes_for
from fanlight.engine.tuning_store import keep_tuning, stored_tuning
from fanlight.engine.weights import open_model_context
from fanlight.gguf.check import check

SPEC = ModelSpec.of_files("m", Path("/models/m.gguf"))
FEWER = Tuning(writing_threads=3)


def searched(speeds: dict[Tuning, list[float]], changes: list[dict[str, int | bool]], until: float = 1e9) -> Any:
    """What `best_way` finds where a way writes so many tokens a second, measured once and again."""

    def measure(tuning: Tuning) -> MeasuredSpeed | None:
        given = speeds.get(tuning)
        return MeasuredSpeed(100, given.pop(0)) if given else None

    def run() -> Generator[float, None, Any]:
        return (yield from best_way(measure, USUAL, MeasuredSpeed(100, 10), changes, until))

    search = run()
    shares: list[float] = []
    while True:
        try:
            shares.append(next(search))
        except StopIteration as end:
            assert shares == sorted(shares)
            return end.value


def test_each_change_is_kept_where_it_pays() -> None:
    both = replace(FEWER, step_tokens=64)
    found = searched({FEWER: [12], both: [14, 14], USUAL: [10]}, [{"writing_threads": 3}, {"step_tokens": 64}])
    assert found == (both, MeasuredSpeed(100, 10), MeasuredSpeed(100, 14))


@pytest.mark.parametrize(
    ("first", "again", "usual"),
    [
        (10.1, 10.1, 10.0),  # too little
        (12.0, 12.0, 12.5),  # another program had slowed the usual way down
    ],
)
def test_what_only_looks_better_is_not_taken(first: float, again: float, usual: float) -> None:
    tuning, _usual, _best = searched({FEWER: [first, again], USUAL: [usual]}, [{"writing_threads": 3}])
    assert tuning == USUAL


def test_what_has_no_room_is_passed_over_and_time_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert searched({}, [{"writing_threads": 3}])[0] == USUAL
    monkeypatch.setattr(tuning_measure, "_clock", lambda: 5.0)
    assert searched({FEWER: [99, 99], USUAL: [10]}, [{"writing_threads": 3}], until=4.0)[0] == USUAL


def test_what_is_tried_depends_on_where_it_computes_and_on_what_the_user_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda logical=True: 16 if logical else 8)
    card, half, processor = on_cards(4096, -1, ("V",)), on_cards(4096, 7, ("V",)), Placement(4096)

    def names(placement: Placement, loading: LoadOptions | None = None) -> set[str]:
        return {name for change in changes_for(placement, loading or LoadOptions()) for name in change}

    assert names(card) == {"flash_attention", "step_tokens"}
    assert names(card, LoadOptions(tuning=replace(USUAL, small_cache=True))) == {"step_tokens"}
    assert names(half) == {"flash_attention", "step_tokens", "writing_threads", "reading_threads"}
    assert names(processor) == {"step_tokens", "writing_threads", "reading_threads"}
    assert names(processor, LoadOptions(threads=5)) == {"step_tokens"}
    tried = [
        change["writing_threads"] for change in changes_for(processor, LoadOptions()) if "writing_threads" in change
    ]
    assert tried == [8, 6, 4]


def test_what_was_found_is_kept_for_this_file_and_this_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"one")
    spec = ModelSpec.of_files("m", file)
    assert stored_tuning(tmp_path, spec) == USUAL
    keep_tuning(tmp_path, spec, FEWER)
    assert stored_tuning(tmp_path, spec) == FEWER
    assert stored_tuning(tmp_path, SPEC) == USUAL
    with monkeypatch.context() as patch:
        patch.setattr(tuning_store, "driver_key", lambda: "another")
        assert stored_tuning(tmp_path, spec) == USUAL
    file.write_bytes(b"another model")
    assert stored_tuning(tmp_path, spec) == USUAL
    keep_tuning(tmp_path, spec, FEWER)
    keep_tuning(tmp_path, spec, USUAL)
    assert json.loads((tmp_path / "tuned.json").read_text("utf-8")) == {}


@pytest.mark.parametrize(
    "wrong", [{"threads": 1}, {"step_tokens": -1}, {"step_tokens": "64"}, {"small_cache": 1}, [], 7]
)
def test_a_damaged_file_means_as_usual(tmp_path: Path, wrong: object) -> None:
    keep_tuning(tmp_path, SPEC, FEWER)
    stored = json.loads((tmp_path / "tuned.json").read_text("utf-8"))
    for one in stored.values():
        one["tuning"] = wrong
    for text in (json.dumps(stored), json.dumps(wrong), "{"):
        (tmp_path / "tuned.json").write_text(text, "utf-8")
        assert stored_tuning(tmp_path, SPEC) == USUAL


def test_a_folder_that_cannot_be_written_keeps_nothing_and_stops_nothing(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way", "utf-8")
    keep_tuning(place, SPEC, FEWER)
    assert stored_tuning(place, SPEC) == USUAL


def test_what_the_user_chose_goes_before_what_was_measured() -> None:
    assert Threads.of(5, FEWER) == Threads(5, 5)
    assert Threads.of(0, Tuning(2, 3)) == Threads(2, 3)
    alone = Tuning(processor_alone=True)
    assert not LoadOptions(tuning=alone).wants_cards
    assert LoadOptions(gpu_layers=4, tuning=alone).wants_cards
    assert not LoadOptions(gpu_layers=0).wants_cards


def test_a_small_cache_leaves_room_for_more_layers(spec: ModelSpec) -> None:
    from fanlight.gguf import memory

    planned = memory.plan(check(spec), 8192, on_card=True)
    small = planned.with_small_cache()
    assert small.cache == pytest.approx(planned.cache * 17 / 32, rel=0.01)
    assert small.weights == planned.weights


def test_a_card_that_is_slower_is_not_asked_for_where_the_choice_is_automatic(spec: ModelSpec) -> None:
    asked: list[LoadOptions] = []
    alone = LoadOptions(1024, tuning=Tuning(processor_alone=True))
    assert not plan_placing(check(spec), alone, lambda loading: asked.append(loading) or ()).wanted.on_card  # type: ignore[func-returns-value]
    assert not asked


@pytest.mark.parametrize(
    ("tuning", "card", "expected"),
    [
        (USUAL, True, {"flash_attn_type": -1, "n_ubatch": 512}),
        (USUAL, False, {"flash_attn_type": 0, "n_ubatch": 128}),
        (Tuning(flash_attention=False, step_tokens=256), True, {"flash_attn_type": 0, "n_ubatch": 256}),
        (Tuning(small_cache=True), True, {"flash_attn_type": 1, "type_k": 8, "type_v": 8}),
        (Tuning(small_cache=True, step_tokens=64), False, {"flash_attn_type": 0, "n_ubatch": 64}),
    ],
)
def test_the_context_is_made_as_it_was_tuned(
    monkeypatch: pytest.MonkeyPatch, tuning: Tuning, card: bool, expected: dict[str, int]
) -> None:
    made: dict[str, Any] = {}
    monkeypatch.setattr(weights, "open_context", lambda _model, **settings: made.update(settings))
    monkeypatch.setattr(weights, "Context", lambda *_: type("Made", (), {"use_cards": lambda *_: None})())
    monkeypatch.setattr(weights, "_card_room", lambda *_: None)
    placement = on_cards(1024, -1, ("V",)) if card else Placement(1024)
    open_model_context(1, None, placement, Threads(2, 2), tuning)
    assert {name: made.get(name) for name in expected} == expected
    assert "type_k" in expected or "type_k" not in made


def test_all_of_it_survives_the_way_between_processes() -> None:
    loading = LoadOptions(tuning=Tuning(1, 2, 64, True, False, True))
    spec = ModelSpec.of_files("n", Path("/m.gguf"))
    assert child_values.decode_load(child_values.encode_load(spec, loading))[1] == loading


def test_what_was_found_is_said_in_words() -> None:
    usual = MeasuredSpeed(412.4, 9.96, 2.0)
    (same,) = tuning_sentences(TuningResult(USUAL, "GPU", usual, usual))
    assert "412 tokens a second are read, 10.0 written" in same
    tuned = MeasuredSpeed(640, 25, 1.0)
    said = " ".join(tuning_sentences(TuningResult(Tuning(4, 1, 64, True, False, True), "CPU", usual, tuned)))
    for words in ("640", "instead of 412", "1.0 s instead of 2.0 s", "4 threads read", "1 thread writes", "64 tokens"):
        assert words in said
    assert "q8_0" in said


# With real processes.


@pytest.fixture
def options(tmp_path: Path) -> LoadOptions:
    return LoadOptions(512, gpu_layers=0, folder=tmp_path / "engine")


@pytest.mark.model
def test_a_model_is_measured_and_the_next_load_uses_what_was_found(
    spec: ModelSpec, options: LoadOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = list(tune_model(spec, options, seconds=0.5))
    *shares, result = events
    assert isinstance(result, TuningResult)
    assert all(isinstance(event, TuningProgress) for event in shares)
    assert shares[-1] == TuningProgress(1.0)
    assert result.usual.reading > 0 < result.usual.writing
    assert options.folder is not None
    keep_tuning(options.folder, spec, Tuning(step_tokens=64))
    with closing(open_engine(spec, options)) as engine:
        assert isinstance(engine, LlamaEngine)
        assert engine._loaded.context._step_tokens == 64


@pytest.mark.model
def test_measuring_can_be_stopped_and_keeps_nothing(spec: ModelSpec, options: LoadOptions) -> None:
    stop = StopFlag()
    stop.set()
    assert list(tune_model(spec, options, stop)) == []
    assert options.folder is not None
    assert not (options.folder / "tuned.json").exists()


class Measured(EngineProcess):
    """Says what was measured, without measuring: by what is asked for. A card may end it."""

    card_ends: FanlightError | None = None

    def request(
        self, values: dict[str, Any], blobs: Sequence[bytes] = (), flag: StopFlag | None = None
    ) -> Generator[dict[str, Any], None, None]:
        tuning = Tuning(**values["loading"]["tuning"])
        on_card = not tuning.processor_alone
        if on_card and self.card_ends is not None:
            raise self.card_ends
        writing = 30.0 if tuning.small_cache else 10.0 if on_card else 20.0
        speed = {"reading": 100.0, "writing": writing, "picture_seconds": 0.0}
        yield {"share": 0.5}
        yield {
            "ways": {
                "tuning": values["loading"]["tuning"], "usual": speed, "best": speed, "on_card": on_card,
                "device": "GPU" if on_card else "CPU", "whole": tuning.small_cache,
            }
        }  # fmt: skip


class Dying(Measured):
    card_ends = ModelDied("signal 6")


class Full(Measured):
    card_ends = OutOfMemory("other programs have its memory")


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")
@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Measured, Tuning(small_cache=True)), (Dying, Tuning(processor_alone=True)), (Full, Tuning(processor_alone=True))],
)
def test_a_card_is_compared_with_the_processor_and_may_end_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Measured], expected: Tuning
) -> None:
    monkeypatch.setattr(tune, "loadable_libraries", lambda: [Path("libggml-vulkan.so")])
    options = LoadOptions(folder=tmp_path / "engine")
    *_shares, result = tune_model(SPEC, options, start=lambda: kind.start(tmp_path))
    assert isinstance(result, TuningResult)
    assert result.tuning == expected
    assert options.folder is not None
    assert stored_tuning(options.folder, SPEC) == expected


def test_a_card_that_was_chosen_by_hand_and_ends_its_process_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelDied):
        list(tune_model(SPEC, LoadOptions(gpu_layers=5, folder=tmp_path), start=lambda: Dying.start(tmp_path)))


def test_measured_ways_are_values() -> None:
    speed = MeasuredSpeed(1, 2, 3)
    assert MeasuredWays(USUAL, speed, speed, "d", on_card=True, whole=True).best.turn_seconds == 400 + 75 + 3


@pytest.mark.model
def test_a_card_without_room_for_the_usual_way_is_said(
    spec: ModelSpec, options: LoadOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_given: object) -> None:
        raise OutOfMemory("none")

    monkeypatch.setattr(tuning_measure, "speed_of", no_room)
    with pytest.raises(OutOfMemory):
        list(tuning_measure.measure_ways(spec, options, 1.0, StopFlag()))
