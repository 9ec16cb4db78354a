"""Two models behind one port: captures are answered by their own, and memory decides who stays."""

from __future__ import annotations

import pytest

from fanlight.domain.errors import ModelError
from fanlight.domain.events import EngineNotice, Event, Finished, TextDelta
from fanlight.domain.messages import Message
from fanlight.domain.models import Sampling
from fanlight.domain.ports import Engine
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine.pair import EnginePair
from fanlight.engine.scripted import ScriptedEngine

QUESTION = (Message.of("user", "What is this?"),)


class Bench:
    """A pair whose loads are recorded; `fails`: the next loads of this model end in an error."""

    def __init__(self, *, fit_together: bool) -> None:
        self.loaded: list[ScriptedEngine] = []
        self.fails: set[str] = set()
        main = self.load("main")
        self.pair = EnginePair(
            main, lambda _stop: self.load("main"), lambda _stop: self.load("other"), fit_together=fit_together
        )

    def load(self, name: str) -> Engine:
        if name in self.fails:
            raise ModelError(f"{name} cannot be loaded.")
        self.loaded.append(ScriptedEngine([f"{name} answers"], name=name))
        return self.loaded[-1]

    @property
    def in_memory(self) -> list[str]:
        return [engine.info.name for engine in self.loaded if not engine.closed]

    def ask(self, slot: Slot) -> list[Event]:
        return list(self.pair.generate(QUESTION, Sampling(), StopFlag(), slot))

    def answer(self, slot: Slot) -> str:
        return "".join(event.text for event in self.ask(slot) if isinstance(event, TextDelta))


def test_captures_are_answered_by_their_own_model_which_is_loaded_for_the_first() -> None:
    bench = Bench(fit_together=True)
    assert bench.answer(Slot.WINDOW) == "main answers"
    assert bench.in_memory == ["main"]
    assert bench.answer(Slot.PANEL) == "other answers"
    assert bench.answer(Slot.COMMAND) == "main answers"
    assert bench.in_memory == ["main", "other"]
    assert len(bench.loaded) == 2
    assert not any(isinstance(event, EngineNotice) for event in bench.ask(Slot.PANEL))
    bench.pair.close()
    assert bench.in_memory == []


def test_where_both_do_not_fit_each_leaves_memory_for_the_other_and_it_is_said() -> None:
    bench = Bench(fit_together=False)
    list(bench.pair.prefill(QUESTION, StopFlag(), Slot.PANEL))
    assert bench.in_memory == ["other"]
    notice, *_rest = bench.ask(Slot.PANEL)
    assert isinstance(notice, EngineNotice)
    assert "main" in notice.text
    assert not any(isinstance(event, EngineNotice) for event in bench.ask(Slot.PANEL))  # said once
    assert bench.answer(Slot.WINDOW) == "main answers"
    assert bench.in_memory == ["main"]


def test_a_prefill_of_the_window_does_not_take_the_capture_out_of_memory() -> None:
    bench = Bench(fit_together=False)
    bench.ask(Slot.PANEL)
    events = list(bench.pair.prefill(QUESTION, StopFlag(), Slot.WINDOW))
    assert [type(event) for event in events] == [Finished]
    assert bench.in_memory == ["other"]


@pytest.mark.parametrize("fit_together", [True, False])
def test_a_model_that_cannot_be_loaded_costs_its_captures_alone(fit_together: bool) -> None:
    bench = Bench(fit_together=fit_together)
    bench.fails = {"other"}
    for _unused in range(2):
        with pytest.raises(ModelError, match="other cannot be loaded"):
            bench.ask(Slot.PANEL)
        assert bench.in_memory == ["main"]
        assert bench.answer(Slot.WINDOW) == "main answers"
    bench.fails = set()
    assert bench.answer(Slot.PANEL) == "other answers"


def test_where_nothing_can_be_loaded_the_next_question_tries_again() -> None:
    bench = Bench(fit_together=False)
    bench.fails = {"other", "main"}
    with pytest.raises(ModelError):
        bench.ask(Slot.PANEL)
    assert bench.in_memory == []
    bench.fails = set()
    assert bench.answer(Slot.WINDOW) == "main answers"
