"""Ends the encoding of a picture early, on the processor and on a card."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fanlight.domain.stop import StopFlag
from fanlight.engine.backend import llama

_ON_PROCESSOR, _ON_CARD = 2, 16
"""Nodes of the graph from one check to the next, to begin with."""
_MOST = 512
_SHORT_SECONDS, _LONG_SECONDS = 0.02, 0.1
"""A card has to be waited for at each check: so there are fewer where it is fast, and more where it is slow."""


class EncodeStop:
    """ggml's scheduler asks it at each node of the graph whether it wants to check after that one."""

    def __init__(self, *, on_card: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._on_card, self._clock = on_card, clock
        self._flag: StopFlag | None = None
        self._deadline: float | None = None
        self._between = self._left = _ON_CARD if on_card else _ON_PROCESSOR
        self._last: float | None = None
        self._look: Callable[[Any], bool] | None = None
        self.callback = llama.ggml_backend_sched_eval_callback(self.on_node)

    @contextmanager
    def stop_on(self, flag: StopFlag) -> Iterator[None]:
        self._flag, self._last = flag, None
        try:
            yield
        finally:
            self._flag = None

    @contextmanager
    def stop_at(self, deadline: float) -> Iterator[None]:
        self._deadline, self._last = deadline, None
        try:
            yield
        finally:
            self._deadline = None

    @contextmanager
    def stop_before(self, look: Callable[[Any], bool]) -> Iterator[None]:
        """At the first node of the graph for which `look` holds: it is not computed yet when it is shown."""
        self._look = look
        try:
            yield
        finally:
            self._look = None

    def on_node(self, tensor: Any, asks: bool, _data: Any) -> bool:
        """`ggml_backend_sched_eval_callback`: with `asks`, whether to check at this node; otherwise, after the node was
        computed, whether to go on."""
        if self._look is not None:
            return asks and self._look(tensor)
        if asks:
            self._left -= 1
            if self._left > 0:
                return False
            self._left = self._between
            return True
        now = self._clock()
        if self._on_card:
            self._adapt(now)
        if self._flag is not None and self._flag.is_set():
            return False
        return self._deadline is None or now < self._deadline

    def _adapt(self, now: float) -> None:
        if self._last is not None:
            if now - self._last < _SHORT_SECONDS:
                self._between = min(_MOST, 2 * self._between)
            elif now - self._last > _LONG_SECONDS:
                self._between = max(_ON_PROCESSOR, self._between // 2)
        self._last = now
