"""Batches, drawn by worker processes while the network learns."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, IterableDataset

from recipe.draw import seen
from recipe.scenes import scene

EASY = 0.15  # share of easy pictures
Batch = dict[str, Any]


class Pictures(IterableDataset[Batch]):
    """Endless batches of pictures alone, for the eye's own lessons: digits are what takes longest."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed, self.size = seed, size

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        random = Random(f"{self.seed} {worker.id if worker else 0}")
        while True:
            drawn = [seen(scene(random, EASY, 0.48, 0.37), random) for _ in range(self.size)]
            yield {
                "pixels": torch.from_numpy(np.stack([pixels for pixels, _ in drawn])),
                "codes": torch.from_numpy(np.stack([code for _, code in drawn])),
            }


def feed(source: IterableDataset[Batch], workers: int) -> Iterator[Batch]:
    """Batches of `source`, drawn by `workers` processes."""
    return iter(DataLoader(source, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None))
