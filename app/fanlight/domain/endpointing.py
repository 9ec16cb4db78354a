"""Endpointing for hands-free talking: turns from VAD probabilities.

    the user's turn:    waiting -> speaking -> (a pause) -> ENDED
    Fanlight's turn:    barge-in, where that is allowed -> INTERRUPTED, and the turn is the user's

Time is counted in probabilities, one for each 32 ms of sound: no clock, no thread, no device. They may come late and
many at once, because a decoder was busy; only the state after the last of them counts: speech goes on, or it ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

FRAME_SECONDS = 0.032
"""Sound covered by one VAD probability."""
ON, OFF = 0.5, 0.35
"""Speech begins at ON and lasts until OFF (hysteresis as in Silero VAD)."""
BEGINS_SECONDS = 0.2
"""Shorter speech is a click or a breath."""
RESUMES_SECONDS = 0.1
"""Speech that resumes a turn which a pause has just ended."""
INTERRUPTS_SECONDS = 0.4
"""Speech that interrupts Fanlight's turn (barge-in): a cough and an "mhm" are shorter."""
BRIDGED_SECONDS = 0.1
"""Gaps inside words: the closure of a stop consonant."""


class EndpointStep(Enum):
    BEGAN = "began"
    """The user speaks."""
    ENDED = "ended"
    """The user spoke, and paused for so long that an answer is expected."""
    INTERRUPTED = "interrupted"
    """The user speaks although it is Fanlight's turn."""
    TIMED_OUT = "timed out"
    """No words for the whole silence timeout."""


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """In seconds: the `pause` that ends a turn, and how long the microphone may be open without words."""

    pause: float = 1.0
    silence_timeout: float = 300.0

    def __post_init__(self) -> None:
        if not 0 < self.pause < self.silence_timeout:
            raise ValueError(f"a pause of {self.pause} s and a silence timeout of {self.silence_timeout} s")


def frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)


class Endpointer:
    """`turn` is set by the caller; `add_probabilities` reports what ends or begins in it."""

    def __init__(self, config: EndpointConfig | None = None) -> None:
        self.config = config or EndpointConfig()
        self.turn: Literal["user", "fanlight"] = "user"
        self._speaks = False  # the user's turn has speech in it
        self._run = 0  # frames of speech, with bridged gaps, up to now
        self._gap = 0  # frames without speech inside that run, up to now
        self._quiet = 0  # frames since the last speech that counts
        self._wordless = 0  # frames since words were shown

    @property
    def speaks(self) -> bool:
        """Whether the user has said something in this turn."""
        return self._speaks

    @property
    def in_speech(self) -> bool:
        """Whether there is speech now; right after ENDED it means that the turn goes on after all."""
        return self._run >= frames(RESUMES_SECONDS)

    @property
    def wordless_seconds(self) -> float:
        """How long the microphone has been open in the user's turn without words."""
        return self._wordless * FRAME_SECONDS

    def begin_user_turn(self) -> None:
        """Begin the user's turn with silence: earlier speech belongs to another turn."""
        self.turn = "user"
        self._reset()

    def begin_answer_turn(self) -> None:
        """Begin Fanlight's turn: a question was asked."""
        self.turn = "fanlight"
        self._reset()
        self._wordless = 0

    def take_user_turn(self) -> None:
        """The user takes the turn by key: speech already in progress belongs to it."""
        self.turn = "user"

    def reset_silence_timeout(self) -> None:
        """Call when words were recognized."""
        self._wordless = 0

    def add_probabilities(self, probabilities: Iterable[float], held: bool = False) -> EndpointStep | None:
        """The step that these frames lead to; None for no change. While the key is `held` the turn neither ends nor
        times out."""
        before = self._speaks
        for probability in probabilities:
            self._add_frame(probability)
        if self.turn == "fanlight":
            if self._run >= frames(INTERRUPTS_SECONDS):
                self.turn, self._speaks = "user", True
                return EndpointStep.INTERRUPTED
            return None
        if held:
            self._wordless = 0
        elif self._speaks and not self._run and self._quiet >= frames(self.config.pause):
            return EndpointStep.ENDED
        elif self._wordless >= frames(self.config.silence_timeout):
            return EndpointStep.TIMED_OUT
        return EndpointStep.BEGAN if self._speaks and not before else None

    def _add_frame(self, probability: float) -> None:
        speech = probability >= (ON if not self._run or self._gap else OFF)
        if speech:
            self._run, self._gap = self._run + self._gap + 1, 0
        elif self._run:
            self._gap += 1
        self._quiet += 1
        if self._run >= frames(BEGINS_SECONDS):
            self._quiet = self._gap
            self._speaks = self._speaks or self.turn == "user"
        if self._gap > frames(BRIDGED_SECONDS):
            self._run = self._gap = 0
        if self.turn == "user":
            self._wordless += 1

    def _reset(self) -> None:
        self._speaks = False
        self._run = self._gap = self._quiet = 0
