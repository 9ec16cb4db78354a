"""Who may speak, when talking goes on without a key: what the speech gate says of the sound, made into turns.

    the user's turn:    waiting -> speaking -> (a pause) -> ENDED
    Fanlight's turn:    listening while it speaks, where that is allowed -> INTERRUPTED, and the turn is the user's

Time is counted in verdicts, one for each 32 ms of sound: no clock, no thread, no device. Verdicts may come late and in
heaps, because a decoder was busy: what counts is what the last of them says, for whoever speaks on has not ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

VERDICT_SECONDS = 0.032
"""Sound that one verdict of the speech gate is about."""
ON, OFF = 0.5, 0.35
"""Speech begins at ON and lasts until OFF (Silero's own choice)."""
BEGINS_SECONDS = 0.2
"""Less speech than this is a click or a breath."""
RESUMES_SECONDS = 0.1
"""So much is enough for who had not ended."""
INTERRUPTS_SECONDS = 0.4
"""Of speech while Fanlight has its turn: a cough and an "mhm" are shorter."""
BRIDGED_SECONDS = 0.1
"""Gaps inside words: the closure of a stop consonant."""


class EndpointStep(Enum):
    BEGAN = "began"
    """The user speaks."""
    ENDED = "ended"
    """The user spoke, and paused for so long that an answer is expected."""
    INTERRUPTED = "interrupted"
    """The user speaks although it is Fanlight's turn."""
    GAVE_UP = "gave up"
    """Nobody said a word for too long."""


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """In seconds: the `pause` that ends a turn, and how long an open microphone may go without a word."""

    pause: float = 1.0
    patience: float = 300.0

    def __post_init__(self) -> None:
        if not 0 < self.pause < self.patience:
            raise ValueError(f"a pause of {self.pause} s and a patience of {self.patience} s")


def verdicts(seconds: float) -> int:
    return round(seconds / VERDICT_SECONDS)


class Endpointer:
    """One conversation. Tell it whose turn it is, feed it verdicts, and do what it says."""

    def __init__(self, manners: EndpointConfig | None = None) -> None:
        self.manners = manners or EndpointConfig()
        self.turn: Literal["user", "fanlight"] = "user"
        self._speaks = False  # the user's turn has speech in it
        self._run = 0  # verdicts of speech, with bridged gaps, up to now
        self._gap = 0  # verdicts without speech inside that run, up to now
        self._quiet = 0  # verdicts since the last speech that counts
        self._wordless = 0  # verdicts since words were understood

    @property
    def speaks(self) -> bool:
        """Whether the user has said something in this turn."""
        return self._speaks

    @property
    def speaks_on(self) -> bool:
        """Whether somebody is in the middle of a word: after the end of a turn, that it had not ended."""
        return self._run >= verdicts(RESUMES_SECONDS)

    @property
    def wordless_seconds(self) -> float:
        """How long the microphone is open in the user's turn without a word that was understood."""
        return self._wordless * VERDICT_SECONDS

    def begin(self) -> None:
        """The user's turn, from silence: what was heard before belongs to another one."""
        self.turn = "user"
        self._forget()

    def pass_on(self) -> None:
        """Fanlight's turn: a question was asked."""
        self.turn = "fanlight"
        self._forget()
        self._wordless = 0

    def take(self) -> None:
        """The user's turn, by key: what is being said already is in it."""
        self.turn = "user"

    def understood(self) -> None:
        """Words came out of it: it is not for nothing that the microphone is open."""
        self._wordless = 0

    def hear(self, probabilities: Iterable[float], held: bool = False) -> EndpointStep | None:
        """What follows from these verdicts, if anything. While the key is `held` the turn neither ends nor is given
        up."""
        before = self._speaks
        for probability in probabilities:
            self._look(probability)
        if self.turn == "fanlight":
            if self._run >= verdicts(INTERRUPTS_SECONDS):
                self.turn, self._speaks = "user", True
                return EndpointStep.INTERRUPTED
            return None
        if held:
            self._wordless = 0
        elif self._speaks and not self._run and self._quiet >= verdicts(self.manners.pause):
            return EndpointStep.ENDED
        elif self._wordless >= verdicts(self.manners.patience):
            return EndpointStep.GAVE_UP
        return EndpointStep.BEGAN if self._speaks and not before else None

    def _look(self, probability: float) -> None:
        speech = probability >= (ON if not self._run or self._gap else OFF)
        if speech:
            self._run, self._gap = self._run + self._gap + 1, 0
        elif self._run:
            self._gap += 1
        self._quiet += 1
        if self._run >= verdicts(BEGINS_SECONDS):
            self._quiet = self._gap
            self._speaks = self._speaks or self.turn == "user"
        if self._gap > verdicts(BRIDGED_SECONDS):
            self._run = self._gap = 0
        if self.turn == "user":
            self._wordless += 1

    def _forget(self) -> None:
        self._speaks = False
        self._run = self._gap = self._quiet = 0
