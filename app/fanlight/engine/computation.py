"""One computation of the model: whether it goes on, and what it has taken so far."""

from __future__ import annotations

import time
from dataclasses import dataclass

from fanlight.domain.events import Timings
from fanlight.domain.stop import StopFlag
from fanlight.engine.context import ComputationStopped


@dataclass(slots=True)
class Computation:
    """Sums for `Timings`, in seconds and tokens. `superseded`: another computation has the context."""

    flag: StopFlag
    began: float
    superseded: bool = False
    encode: float = 0.0
    reused: int = 0
    evaluated: int = 0
    prefill: float = 0.0
    first: float = 0.0
    generated: int = 0
    generate: float = 0.0
    encoded: int = 0

    @classmethod
    def begun(cls, stop: StopFlag | None) -> Computation:
        """Now; `stop` is to end it."""
        return cls(stop or StopFlag(), time.perf_counter())

    @property
    def stopped(self) -> bool:
        return self.superseded or self.flag.is_set()

    def check(self) -> None:
        """Raises ComputationStopped."""
        if self.stopped:
            raise ComputationStopped

    def timings(self, device: str) -> Timings:
        return Timings(
            encode_seconds=self.encode,
            reused_tokens=self.reused,
            evaluated_tokens=self.evaluated,
            prefill_seconds=self.prefill,
            first_token_seconds=self.first,
            generated_tokens=self.generated,
            generate_seconds=self.generate,
            images_encoded=self.encoded,
            device=device,
        )
