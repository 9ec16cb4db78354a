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

EASY = 0.4  # share of easy pictures in the first lesson
Batch = dict[str, Any]


def _stack(pictures: list[Any]) -> Batch:
    """Pixels and labels of several pictures as tensors."""
    pixels = torch.from_numpy(np.stack([p for p, _ in pictures]))
    labels = {name: torch.from_numpy(np.stack([taught[name] for _, taught in pictures])) for name in pictures[0][1]}
    return {"pixels": pixels, "labels": labels}


class Pictures(IterableDataset[Batch]):
    """Endless batches of pictures alone, for the eye's first lesson."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed, self.size = seed, size

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        random = Random(f"{self.seed} {worker.id if worker else 0}")
        while True:
            yield _stack([seen(scene(random, EASY), random) for _ in range(self.size)])


def feed(source: IterableDataset[Batch], workers: int) -> Iterator[Batch]:
    return iter(DataLoader(source, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None))
