"""Conversations as rows of tokens beside the pictures they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
import torch
from torch.utils.data import IterableDataset

from recipe.dialogue import turns
from recipe.draw import SIDE, code, picture, seen
from recipe.feed import Batch
from recipe.net import Shape
from recipe.questions import Turn
from recipe.scenes import Scene, scene
from recipe.tokens import BOS, END, IMAGE, IMAGE_END, IMAGE_START, MODEL, PAD, USER, encode, special

ENOUGH = 250  # tokens
EASY = 0.05  # share of easy pictures
# Share of conversations whose questions do not see each other. Where they do, an answer can be copied from the ones
# before it: letters came out right in training, and 11 % of the numbers right when asked for first.
APART = 0.75
IMAGE_IDS = [special(IMAGE_START), *[special(IMAGE)] * Shape().image_tokens, special(IMAGE_END)]


@dataclass
class Row:
    """One conversation: ids, which answer each belongs to (-1 where nothing is taught), and the answers' kinds.

    `groups` says what sees what: a token sees the tokens before it of its own group and of group 0. `places` are the
    positions: every group goes on where group 0 ends, as if nothing else had been asked.
    """

    ids: list[int] = field(default_factory=lambda: [special(BOS)])
    taught: list[int] = field(default_factory=lambda: [-1])
    kinds: list[str] = field(default_factory=list)
    groups: list[int] = field(default_factory=lambda: [0])
    places: list[int] = field(default_factory=lambda: [0])
    group: int = 0
    shared: int = 0
    """Tokens of group 0, once other groups have begun."""

    def add_turn(self, turn: Turn, picture: bool, after: bool = False) -> None:
        """A question with its answer; the picture, if any, stands before the question, or `after` it."""
        image = IMAGE_IDS if picture else []
        question = encode(turn.question.strip())
        self._add([special(USER), *(question + image if after else image + question), special(MODEL)], -1)
        self._answer(turn)

    def show(self) -> None:
        """A picture that several groups of questions are about."""
        self._add([special(USER), *IMAGE_IDS], -1)
        self.shared = len(self.ids)

    def ask_apart(self, turn: Turn) -> None:
        """A question that leans on none before it opens a group; the picture stands right before it."""
        leans = self.group > 0 and turn.kind.startswith("follow")
        if not leans:
            self.group += 1
        self._add([*([special(USER)] if leans else []), *encode(turn.question.strip()), special(MODEL)], -1)
        self._answer(turn)

    def _answer(self, turn: Turn) -> None:
        self._add([*encode(turn.answer), special(END)], len(self.kinds))
        self.kinds.append(turn.kind)

    def _add(self, ids: list[int], taught: int) -> None:
        fresh = self.groups[-1] != self.group
        start = self.shared if fresh else self.places[-1] + 1
        self.ids += ids
        self.taught += [taught] * len(ids)
        self.groups += [self.group] * len(ids)
        self.places += range(start, start + len(ids))


Seen = tuple[Any, Any]
"""Pixels (none where a lesson is about codes alone) and code."""


def conversation(random: Random, first: tuple[Scene, Seen], second: tuple[Scene, Seen]) -> tuple[Row, list[Seen]]:
    """Mostly one picture; sometimes a second one later, a picture that comes late, or none."""
    roll = random.random()
    parts: list[tuple[Scene, Seen] | None] = [None] if roll < 0.05 else [None, first] if roll < 0.08 else [first]
    if roll > 0.92:
        parts.append(second)
    row, pictures = Row(), []
    for part in parts:
        knows = part is not None and part[0].knows
        length = 2 if part is None and len(parts) > 1 else 4 if not knows or len(parts) > 1 else 12
        if part is not None and part[0].number:
            length = min(length, 5)  # there is one thing to ask
        after = random.random() < 0.05
        apart = parts == [first] and random.random() < APART
        if apart:
            row.show()
        for k, turn in enumerate(turns(random, part[0] if part else None, length)):
            if apart:
                row.ask_apart(turn)
            else:
                row.add_turn(turn, part is not None and k == 0, after)
            if len(row.ids) > ENOUGH:  # rows of like length waste no padding
                break
        if part is not None:
            pictures.append(part[1])
    return row, pictures


def stack(rows: list[Row], pictures: list[tuple[Any, Any]]) -> Batch:
    """Rows as arrays of one length: tokens, targets, turns, groups, places are (B, T); -1 where nothing is taught."""
    longest = max(len(row.ids) for row in rows)
    tokens = np.full((len(rows), longest), special(PAD), np.int64)
    targets, turn = np.full_like(tokens, -1), np.full_like(tokens, -1)
    groups, places = np.zeros_like(tokens), np.zeros_like(tokens)
    kinds: list[str] = []
    for k, row in enumerate(rows):
        ids, taught = np.array(row.ids), np.array(row.taught)
        tokens[k, : len(ids)] = ids
        groups[k, : len(ids)], places[k, : len(ids)] = row.groups, row.places
        targets[k, : len(ids) - 1] = np.where(taught[1:] >= 0, ids[1:], -1)
        turn[k, : len(ids) - 1] = np.where(taught[1:] >= 0, taught[1:] + len(kinds), -1)
        kinds += row.kinds
    shown = [pixels for pixels, _ in pictures if pixels is not None]
    pixels = np.stack(shown) if shown else np.zeros((0, SIDE, SIDE, 3), np.uint8)
    codes = np.stack([said for _, said in pictures]) if pictures else np.zeros((0, 1, 1), np.float32)
    return {
        "pixels": torch.from_numpy(pixels),
        "codes": torch.from_numpy(codes),
        "tokens": torch.from_numpy(tokens),
        "targets": torch.from_numpy(targets),
        "turns": torch.from_numpy(turn),
        "groups": torch.from_numpy(groups),
        "places": torch.from_numpy(places),
        "kinds": kinds,
        "image": special(IMAGE),
    }


class Lessons(IterableDataset[Batch]):
    """Endless batches of `size` conversations; without `pictures` nothing is drawn, and codes stand for them."""

    def __init__(self, seed: int, size: int, pictures: bool) -> None:
        self.seed, self.size, self.pictures = seed, size, pictures

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        random = Random(f"lessons {self.seed} {worker.id if worker else 0}")
        show = seen if self.pictures else unseen
        while True:
            drawn = [
                (shown, show(shown, random))
                for shown in (scene(random, EASY, 0.68, 0.18) for _ in range(2 * self.size))
            ]
            pairs = sorted(
                (conversation(random, one, random.choice(drawn)) for one in drawn),
                key=lambda pair: len(pair[0].ids),
            )
            for half in (pairs[: self.size], pairs[self.size :]):
                yield stack([row for row, _ in half], [p for _, pictures in half for p in pictures])


def unseen(scene: Scene, random: Random) -> Seen:
    """The code of a picture that is not drawn."""
    boxes: list[tuple[float, float, float, float]] = []
    if scene.number:
        image, boxes = picture(scene, random)
        boxes = [(a / image.width, b / image.height, c / image.width, d / image.height) for a, b, c, d in boxes]
    return None, code(scene, boxes)
