"""What training measures of itself: means for its log, and how many threads are the fastest now."""

from __future__ import annotations

import time
from collections import defaultdict
from pathlib import Path

import torch


class Log:
    """Means since the last line, by name."""

    def __init__(self, path: Path) -> None:
        self.path, self.sums, self.counts = path, defaultdict[str, float](float), defaultdict[str, int](int)

    def add(self, name: str, value: float, count: int = 1) -> None:
        """`value` is the mean of `count`."""
        self.sums[name] += value * count
        self.counts[name] += count

    def line(self, head: str) -> None:
        """Print and keep the means since the line before."""
        body = " ".join(
            f"{name} {self.sums[name] / self.counts[name]:.3f}" for name in sorted(self.sums) if self.counts[name]
        )
        text = f"{time.strftime('%H:%M:%S')} {head} {body}"
        print(text, flush=True)
        with self.path.open("a") as file:
            file.write(text + "\n")
        self.sums.clear()
        self.counts.clear()


class ThreadChoice:
    """Times one thread against `most` now and then and keeps the faster: on a busy machine two that wait are slower."""

    def __init__(self, most: int) -> None:
        self.most, self.step, self.best, self.times = most, 0, most, dict[int, float]()

    def start(self) -> None:
        """Before a step."""
        turn = self.step % 40
        trial = self.most > 1 and turn < 8
        self.now = (1 if turn < 4 else self.most) if trial else self.best
        torch.set_num_threads(self.now)
        self.began = time.perf_counter()

    def stop(self) -> None:
        """After a step."""
        took = time.perf_counter() - self.began
        turn = self.step % 40
        if self.most > 1 and turn < 8:
            if turn % 4 == 1:
                self.times[self.now] = took
            elif turn % 4 > 1:
                self.times[self.now] += took
            if turn == 7:
                self.best = min(self.times, key=lambda n: self.times[n])
        self.step += 1
