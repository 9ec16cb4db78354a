"""Where shots begin, on synthetic clips whose transitions are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from fanlight.video.choosing import choose_frames
from fanlight.video.shots import HEIGHT, WIDTH, FrameChanges, find_shots
from support.clips import Frame, Scene, Shot, Transition, Way, scene, timeline, transitions

RATES = (25.0, 30.0, 24.0, 12.5, 50.0, 10.0)
WAYS: tuple[Way, ...] = ("cut", "cut", "dissolve", "black")


def clip(number: int) -> tuple[float, list[Shot]]:
    """A rate and shots that pan, have things that move in them and noise; of every fourth clip all are alike in
    color."""
    random = np.random.default_rng(100 + number)
    shots = []
    for index in range(int(random.integers(3, 7))):
        way: Way = WAYS[int(random.integers(0, 4))] if number % 5 and index else "cut"
        over = {"cut": 0.0, "dissolve": random.uniform(0.4, 1.2), "black": random.uniform(0.6, 1.4)}[way]
        shown = scene(
            1000 * number + index, random.uniform(0, 60), int(random.integers(0, 5)), random.uniform(0, 5),
            index % 3 if number % 4 == 3 else None,
        )  # fmt: skip
        shots.append(Shot(shown, float(random.uniform(1.5, 4)) + over, way, over))
    return RATES[number % len(RATES)], shots


def found_in(frames: Iterable[tuple[float, Frame]]) -> tuple[list[float], FrameChanges, list[float]]:
    """(seconds of the boundaries, all of it, times)."""
    shown = list(frames)
    times = [seconds for seconds, _frame in shown]
    small = [np.asarray(Image.fromarray(frame).resize((WIDTH, HEIGHT), Image.Resampling.BOX)) for _t, frame in shown]
    changes = find_shots(np.stack(small), times)
    return [times[index] for index in changes.boundaries], changes, times


def test_shots_are_found_on_twenty_clips() -> None:
    hits = misses = wrong = 0
    for number in range(20):
        rate, shots = clip(number)
        found = found_in(timeline(shots, rate))[0]
        wanted = transitions(shots)
        slack = 1.01 / rate + 0.05
        met = [sum(_fits(one, place, slack) for place in found) for one in wanted]
        hits += sum(count > 0 for count in met)
        misses += met.count(0)
        wrong += len(found) - sum(count > 0 for count in met)
    assert hits > 50
    assert 2 * hits / (2 * hits + misses + wrong) >= 0.95, (hits, misses, wrong)


def _fits(one: Transition, place: float, slack: float) -> bool:
    return one.begin - slack <= place <= one.end + slack


def shown(of: Scene, change: object = None) -> Iterator[tuple[float, Frame]]:
    return timeline([Shot(of, 4)], 25)


def flashing(count: int) -> Iterator[tuple[float, Frame]]:
    for number, (seconds, frame) in enumerate(shown(scene(5, 20))):
        bright = np.minimum(255, frame.astype(int) * 2 + 90).astype(np.uint8)
        yield seconds, bright if 50 <= number < 50 + count else frame


def lit() -> Iterator[tuple[float, Frame]]:
    for seconds, frame in shown(scene(5, 20)):
        yield seconds, (frame * 0.35).astype(np.uint8) if seconds < 2 else frame


@pytest.mark.parametrize(
    "frames",
    [
        shown(scene(5, 0, 0, 0)), shown(scene(5, 0, 0, 12)), shown(scene(5, 240, 6)), flashing(1), flashing(4), lit(),
    ],
    ids=["still", "noise", "fast pan", "flash", "four bright frames", "light switched on"],
)  # fmt: skip
def test_what_is_no_new_shot(frames: Iterator[tuple[float, Frame]]) -> None:
    assert found_in(frames)[0] == []


def test_seconds_of_black_between_two_shots_are_one_boundary() -> None:
    black = Shot(lambda _seconds: np.zeros((96, 160, 3), np.uint8), 2)
    (place,) = found_in(timeline([Shot(scene(5), 2), black, Shot(scene(6), 2)], 25))[0]
    assert 2 <= place <= 4


def test_a_clip_of_one_frame_has_no_boundary() -> None:
    assert found_in(timeline([Shot(scene(5), 0.04)], 25))[0] == []


def test_each_shot_has_a_frame_and_the_most_go_where_most_changes() -> None:
    quiet, lively = scene(1, 0, 0, 0), scene(2, 90, 5, 0)
    seconds, changes, times = found_in(timeline([Shot(quiet, 3), Shot(lively, 3), Shot(scene(3, 0, 0, 0), 3)], 25))
    assert len(seconds) == 2
    chosen = [times[index] for index in choose_frames(changes, times, 12)]
    in_each = [sum(begin <= one < begin + 3 for one in chosen) for begin in (0, 3, 6)]
    assert in_each[0] == in_each[2] == 1
    assert in_each[1] > 4
    assert chosen == sorted(set(chosen))


@pytest.mark.parametrize("most", [1, 3, 8])
def test_never_more_frames_than_fit(most: int) -> None:
    _seconds, changes, times = found_in(timeline([Shot(scene(number), 0.5) for number in range(8)], 25))
    assert len(choose_frames(changes, times, most)) == most


def test_of_more_shots_than_fit_those_from_all_of_the_clip_have_a_frame() -> None:
    _seconds, changes, times = found_in(timeline([Shot(scene(number), 0.6) for number in range(24)], 12.5))
    assert len(changes.boundaries) >= 20
    chosen = [times[index] for index in choose_frames(changes, times, 6)]
    assert len(chosen) == 6
    gaps = [after - before for before, after in pairwise([0.0, *chosen, times[-1]])]
    assert max(gaps) < 2 * times[-1] / 6


@pytest.mark.parametrize("noise", [0, 5])
def test_of_a_still_clip_one_frame_is_enough(noise: float) -> None:
    _seconds, changes, times = found_in(shown(scene(5, 0, 0, noise)))
    assert len(choose_frames(changes, times, 16)) == 1


def test_what_moves_before_a_still_background_is_seen_on_its_way() -> None:
    _seconds, changes, times = found_in(shown(scene(11, 0, 1, 2)))
    assert 2 <= len(choose_frames(changes, times, 8)) <= 8
