"""`fanlight models tune`: what is said, and what is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fanlight import compose
from fanlight.domain.models import ModelSpec
from fanlight.domain.tuning import USUAL, MeasuredSpeed, Tuning, TuningProgress, TuningResult
from fanlight.engine.tuning_store import keep_tuning, stored_tuning
from support.command_line import Run

SPEED = MeasuredSpeed(100, 10)


def test_what_was_found_is_said(fanlight: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def tune(spec: ModelSpec, *_more: Any) -> Iterator[TuningProgress | TuningResult]:
        asked.append(spec.name)
        yield TuningProgress(0.5)
        yield TuningResult(Tuning(writing_threads=3), "Processor X", SPEED, MeasuredSpeed(100, 20))

    monkeypatch.setattr(compose, "tune", tune)
    ran = fanlight("models", "tune")
    assert ran.status == 0
    assert asked == ["practice"]
    assert ran.out.startswith("On Processor X, 100 tokens a second are read instead of 100, and 20 written")
    assert "3 threads write." in ran.out


def test_it_is_shown_and_forgotten(fanlight: Run) -> None:
    spec = compose.catalog().find("practice")
    keep_tuning(compose.engine_folder(), spec, Tuning(writing_threads=3))
    assert "tuned for this computer: 3 threads write." in fanlight("models", "show", "practice").out
    assert fanlight("models", "tune", "practice", "--reset").status == 0
    assert stored_tuning(compose.engine_folder(), spec) == USUAL
    assert "tuned" not in fanlight("models", "show", "practice").out


def test_a_model_that_is_not_here_is_said(fanlight: Run) -> None:
    ran = fanlight("models", "tune", "no such model")
    assert ran.status == 4
    assert "no such model" in ran.err
