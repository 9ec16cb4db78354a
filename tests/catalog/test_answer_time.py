"""How soon a model answers is told from its size, its kind, and this computer."""

from __future__ import annotations

import pytest

from fanlight.catalog import computer as computers
from fanlight.catalog.answer_time import answer_time
from fanlight.catalog.computer import Computer, ComputingSpeed, operations_per_cycle, this_computer
from fanlight.catalog.download_requests import shown_about
from fanlight.catalog.known_models import KnownFile, KnownModel
from fanlight.domain.downloads import FileRole

SLOW = Computer(16 * 10**9, ComputingSpeed(20e9, 400e9))


def model(name: str, gigabytes: float | None, projector_gigabytes: float = 0.0, parts: int = 1) -> KnownModel:
    size = None if gigabytes is None else round(gigabytes * 1e9 / parts)
    files = [
        KnownFile(FileRole.OTHER if part else FileRole.MODEL, "x/y", "c", f"{name}-{part}.gguf", "0" * 64, size)
        for part in range(parts)
    ]
    if projector_gigabytes:
        count = round(projector_gigabytes * 1e9)
        files.append(KnownFile(FileRole.PROJECTOR, "x/y", "c", "mmproj-f16.gguf", "0" * 64, count))
    return KnownModel(name.lower(), name, "MIT", tuple(files))


def seconds(one: KnownModel, here: Computer = SLOW) -> float:
    time = answer_time(one, here)
    assert time is not None
    return time.seconds


def test_reading_costs_operations_and_writing_bytes() -> None:
    one = model("Rose-8B-Q4_K_M", 4.85)
    time = answer_time(one, SLOW)
    assert time is not None
    assert time.tokens_per_second == pytest.approx(20 / 4.85, rel=0.01)
    assert time.seconds == pytest.approx(2 * 8e9 * 1000 / 400e9 + 30 * 4.85 / 20, rel=0.01)
    assert not time.on_card


def test_the_encoder_of_a_picture_costs_too() -> None:
    with_encoder, without = model("Rose-2B-Q4_K_M", 1.2, 0.8), model("Rose-2B-Q4_K_M", 1.2, 0.001)
    linear, width = 2 * 0.4e9 * 5184 / 400e9, (0.4e9 / 312) ** 0.5
    assert seconds(with_encoder) - seconds(without) == pytest.approx(linear * (1 + 5184 / 6 / width), rel=0.02)


def test_a_picture_that_is_cut_into_tiles_costs_by_what_they_hold() -> None:
    """Small tiles spare attention, many of them cost as many weights."""

    def encoder_seconds(name: str) -> float:
        return seconds(model(f"{name}-Q4_K_M", 0.3, 0.2)) - seconds(model(f"{name}-Q4_K_M", 0.3))

    width = (0.1e9 / 312) ** 0.5
    tiled = 2 * 0.1e9 * 13 * 1024 / 400e9 * (1 + 1024 / 6 / width)
    assert encoder_seconds("SmolVLM2-500M") == pytest.approx(tiled, rel=0.02)
    assert encoder_seconds("SmolVLM2-500M") > encoder_seconds("SmolVLM2-2.2B") > encoder_seconds("MiniCPM-V-4_6")
    assert encoder_seconds("gemma-3-4b") < encoder_seconds("Rose") == encoder_seconds("gemma-3n-E4B")


def test_of_experts_and_looked_up_tables_only_what_is_in_use_counts() -> None:
    dense = seconds(model("Rose-30B-Q4_K_M", 18))
    assert seconds(model("Rose-30B-A3B-Q4_K_M", 18)) == pytest.approx(dense / 10, rel=0.01)
    assert seconds(model("gemma-4-E2B_q4_0-it", 3.35)) < seconds(model("gemma-4-5B_q4_0-it", 3.35)) / 2
    assert seconds(model("Rose-30B-Q4_K_M", 18, parts=3)) == pytest.approx(dense)


def test_a_coarser_quantization_has_more_weights_in_as_many_bytes() -> None:
    assert seconds(model("Rose-Q4_K_M", 4)) > seconds(model("Rose-Q8_0", 4)) > seconds(model("Rose-BF16", 4))


def test_a_card_is_used_where_all_of_it_fits() -> None:
    one = model("Rose-8B-Q4_K_M", 4.85, 1.0)
    on_card, beside = (answer_time(one, Computer(SLOW.memory_bytes, SLOW.processor, gb * 10**9)) for gb in (8, 6))
    assert on_card is not None
    assert beside is not None
    assert (on_card.on_card, beside.on_card) == (True, False)
    assert on_card.seconds < beside.seconds / 5


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert answer_time(model("Rose", None), SLOW) is None
    speech = KnownModel("whisper", "Whisper", "MIT", model("w", 1).files, kind="speech")
    assert answer_time(speech, SLOW) is None


@pytest.mark.parametrize(
    ("exact", "shown"),
    [(0.2, "1 s"), (6.6, "7 s"), (22.4, "20 s"), (43.0, "45 s"), (58.0, "1 min"), (100.0, "2 min"), (700.0, "12 min")],
)
def test_an_estimate_is_said_as_roughly_as_it_is(exact: float, shown: str) -> None:
    assert shown_about(exact) == shown


def test_this_computer_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computers, "_COPIED_BYTES", 2**20)
    computers._processor.cache_clear()
    here = this_computer(8 * 10**9)
    assert here.memory_bytes > 10**8
    assert here.processor.bytes_per_second > 10**7
    assert here.processor.operations_per_second > 10**8
    assert this_computer(8 * 10**9) == here
    shared = this_computer(8 * 10**9, shares_memory=True)
    assert shared.card.bytes_per_second == shared.processor.bytes_per_second
    computers._processor.cache_clear()


def test_newer_processors_do_more_in_a_cycle() -> None:
    kinds = [frozenset[str](), frozenset(("avx2",)), frozenset(("avx2", "avx512_vnni"))]
    assert sorted(kinds, key=operations_per_cycle) == kinds
