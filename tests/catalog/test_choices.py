"""What is offered first fits, answers soon enough on this computer, and leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.catalog.answer_time import answer_time
from fanlight.catalog.catalog_file import load_known_models
from fanlight.catalog.choices import LONGEST_SECONDS, choices_for, is_fast, suits
from fanlight.catalog.computer import Computer, ComputingSpeed
from fanlight.catalog.known_models import KnownModels

SHIPPED = Path(__file__).parents[2] / "models"
OLD_LAPTOP = ComputingSpeed(18e9, 130e9)
LAPTOP = ComputingSpeed(35e9, 560e9)
"""Eight cores with AVX2."""
DESKTOP = ComputingSpeed(55e9, 2.1e12)
"""Sixteen cores with AVX512 and two channels of DDR5."""
SERVER = ComputingSpeed(250e9, 6e12)


@pytest.fixture(scope="module")
def known() -> KnownModels:
    return load_known_models(SHIPPED, SHIPPED / "nowhere")


def computer(gigabytes: float, speed: ComputingSpeed, card_gigabytes: float = 0) -> Computer:
    return Computer(round(gigabytes * 1e9), speed, round(card_gigabytes * 1e9))


@pytest.mark.parametrize(
    ("gigabytes", "speed", "card_gigabytes", "first"),
    [
        (3.8, LAPTOP, 0, "minicpm-v-4.6"),
        (7.6, LAPTOP, 0, "qwen3-vl-4b"),
        (12, LAPTOP, 0, "qwen3-vl-4b"),
        (15.4, LAPTOP, 0, "qwen3-vl-4b"),
        (128, LAPTOP, 0, "qwen3-vl-4b"),
        (16, OLD_LAPTOP, 0, "minicpm-v-4.6"),
        (32, DESKTOP, 0, "qwen3-vl-4b"),
        (128, SERVER, 0, "gemma-4-12b"),
        (15.4, LAPTOP, 8, "qwen3.5-9b"),
        (32, LAPTOP, 12, "gemma-4-12b"),
        (7.6, OLD_LAPTOP, 4, "minicpm-v-4.6"),
    ],
)
def test_the_best_one_that_is_fast_enough_leads(
    known: KnownModels, gigabytes: float, speed: ComputingSpeed, card_gigabytes: float, first: str
) -> None:
    here = computer(gigabytes, speed, card_gigabytes)
    chosen = choices_for(known, here)
    assert chosen[0].id == first
    assert len(chosen) == 3
    assert len({model.id for model in chosen}) == 3
    assert all(suits(model, here) for model in chosen)
    assert not any(model.prompts for model in chosen)  # those only read text


@pytest.mark.parametrize("gigabytes", [16, 24, 32, 64, 512])
@pytest.mark.parametrize("speed", [OLD_LAPTOP, LAPTOP, DESKTOP])
def test_without_a_card_no_large_one_leads(known: KnownModels, gigabytes: int, speed: ComputingSpeed) -> None:
    first = choices_for(known, computer(gigabytes, speed))[0]
    assert first.size_bytes is not None
    assert first.size_bytes < 4 * 10**9


def test_where_none_is_fast_enough_the_fastest_leads(known: KnownModels) -> None:
    slow = computer(64, ComputingSpeed(5e9, 20e9))
    first, *others = choices_for(known, slow)
    times = [answer_time(model, slow) for model in (first, *others)]
    seconds = [time.seconds for time in times if time]
    assert not is_fast(first, slow)
    assert seconds[0] == min(seconds) > LONGEST_SECONDS


def test_a_faster_and_a_larger_one_are_next(known: KnownModels) -> None:
    first, faster, larger = choices_for(known, computer(64, LAPTOP))
    assert faster.tier_gb < first.tier_gb < larger.tier_gb


def test_where_none_fits_none_is_offered(known: KnownModels) -> None:
    assert choices_for(known, computer(1, SERVER)) == []
    assert choices_for(KnownModels(), computer(1000, SERVER)) == []
