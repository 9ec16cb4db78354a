"""An embedder that sees mean colors and reads their names, for tests that need no model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fanlight.domain.errors import ModelError
from fanlight.domain.messages import Image
from fanlight.domain.stop import StopFlag

NAMES = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)}


class ColourEmbedder:
    """`hold`: waits in a picture as long as it says so, unless it is stopped."""

    name, least_similarity = "colours", 0.8

    def __init__(self) -> None:
        self.seen: list[Image] = []
        self.stopped = 0
        self.closed = False
        self.hold: Callable[[], bool] = lambda: False
        self.error: ModelError | None = None

    def embed_picture(self, image: Image, stop: StopFlag | None = None) -> np.ndarray | None:
        self.seen.append(image)
        while self.hold():
            if stop is not None and stop.is_set():
                self.stopped += 1
                return None
        return _unit(np.frombuffer(image.rgb, np.uint8).reshape(-1, 3).mean(0))

    def embed_text(self, text: str, stop: StopFlag | None = None) -> np.ndarray | None:
        if self.error is not None:
            raise self.error
        found = [NAMES[word] for word in text.split() if word in NAMES]
        return _unit(np.sum(found, axis=0)) if found else np.array([0, 0, 0, 1], np.float32)

    def close(self) -> None:
        self.closed = True


def _unit(colour: np.ndarray) -> np.ndarray:
    whole = np.array([*colour, 0], np.float32)
    return whole / max(float(np.linalg.norm(whole)), 1e-6)
