"""Conversations as rows of tokens beside the pictures they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import torch
from torch.utils.data import IterableDataset

from recipe.draw import SIDE, seen
from recipe.feed import Batch
from recipe.net import Shape
from recipe.questions import Turn, turns
from recipe.scenes import Scene, scene
from recipe.tokens import BOS, END, IMAGE, IMAGE_END, IMAGE_START, MODEL, PAD, USER, encode, special

IMAGE_TOKENS = Shape().image_tokens


@dataclass
class Row:
    """One conversation: ids, the next-token targets (-1 where not taught), which answer each belongs to, and the answers' kinds."""

    ids: list[int] = field(default_factory=lambda: [special(BOS)])
    taught: list[int] = field(default_factory=lambda: [-1])
    kinds: list[str] = field(default_factory=list)

    def say(self, turn: Turn, picture: bool, after: bool = False) -> None:
        image = [special(IMAGE_START), *[special(IMAGE)] * IMAGE_TOKENS, special(IMAGE_END)] if picture else []
        question = encode(turn.question.strip())
        self._add([special(USER), *(question + image if after else image + question), special(MODEL)], -1)
        self._add([*encode(turn.answer), special(END)], len(self.kinds))
        self.kinds.append(turn.kind)

    def _add(self, ids: list[int], taught: int) -> None:
        self.ids += ids
        self.taught += [taught] * len(ids)


def conversation(random: Random) -> tuple[Row, list[tuple[Any, Any]]]:
    """Mostly one picture; sometimes a second one later, a picture that comes late, or none."""
    roll = random.random()
    parts: list[Scene | None] = [None] if roll < 0.05 else [None, scene(random)] if roll < 0.08 else [scene(random)]
    if roll > 0.92:
        parts.append(scene(random))
    row, pictures = Row(), []
    for part in parts:
        length = 2 if part is None and len(parts) > 1 else 3 if part is None or not part.knows else 4 if len(parts) > 1 else random.choice((5, 6, 7))
        after = random.random() < 0.05
        for k, turn in enumerate(turns(random, part, length)):
            row.say(turn, part is not None and k == 0, after)
        if part is not None:
            pictures.append(seen(part, random))
    return row, pictures


def stack(rows: list[Row], pictures: list[tuple[Any, Any]]) -> Batch:
    longest = max(len(row.ids) for row in rows)
    tokens = np.full((len(rows), longest), special(PAD), np.int64)
    targets, turn = np.full_like(tokens, -1), np.full_like(tokens, -1)
    kinds: list[str] = []
    for k, row in enumerate(rows):
        ids, taught = np.array(row.ids), np.array(row.taught)
        tokens[k, : len(ids)] = ids
        targets[k, : len(ids) - 1] = np.where(taught[1:] >= 0, ids[1:], -1)
        turn[k, : len(ids) - 1] = np.where(taught[1:] >= 0, taught[1:] + len(kinds), -1)
        kinds += row.kinds
    pixels = np.stack([p for p, _ in pictures]) if pictures else np.zeros((0, SIDE, SIDE, 3), np.uint8)
    labels = {name: torch.from_numpy(np.stack([l[name] for _, l in pictures])) for name in (pictures[0][1] if pictures else {})}
    return {"pixels": torch.from_numpy(pixels), "labels": labels, "tokens": torch.from_numpy(tokens), "targets": torch.from_numpy(targets),
            "turns": torch.from_numpy(turn), "kinds": kinds, "image": special(IMAGE)}


class Lessons(IterableDataset[Batch]):
    """Endless batches of `size` conversations."""

    def __init__(self, seed: int, size: int) -> None:
        self.seed, self.size = seed, size

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        random = Random(f"lessons {self.seed} {worker.id if worker else 0}")
        while True:
            pairs = [conversation(random) for _ in range(self.size)]
            yield stack([row for row, _ in pairs], [p for _, pictures in pairs for p in pictures])
