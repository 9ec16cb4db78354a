"""What becomes of one text that is to be inserted: what all inserters have in common.

A text that is pasted, from when it lies on the clipboard:

    lent -> (the program has seen that) -> nobody reads it at once any more -> the paste key -> the program reads it
         -> it has been quiet for longer than its steps take -> taken

Programs paste in steps: Chromium asks 17 times for one paste, twice of them for the text, and only the last text is
written. Its window reads first, the process that shows the page then, and on a busy computer there are seconds between
them (at a load of 16, more than 2 s in 6 of 1,000 pastes). No other program asks what there is once it has the text:
who does reads the text again. What is read before the key is pressed is no paste: clipboard managers and programs that
pass the clipboard on to another computer read whatever comes there.

A program that hangs, and reads later, must not get what was on the clipboard before: the text stays there until it is
read, or until this is given up.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer

from fanlight.desktop.insertion.backend import InsertionEnded, InsertionOutcome, InsertionRequest

READERS_MS, MOST_READERS_MS = 40, 500
"""Who reads each new content has done when nobody has read it for so long; a program that reads it all the time is not
waited for longer."""
TAKEN_MS = 5_000
"""A program that does not ask for the text in this time takes no paste here, or hangs."""
QUIET_MS, MOST_QUIET_MS, STEPS = 500, 3_000, 5
"""The clipboard is not needed any more when the program has been quiet for so many times its slowest step, within these
bounds."""
MOST_CROWDING = 4.0
"""Where more processes want to run than there are processors, a program that was quick may be kept waiting in the
middle of a paste: the shortest time to be quiet is so many times longer at most."""
READING_MS = 10_000
"""From the first time on: who reads without end is not waited for."""
KEPT_MS = 1_500
"""When a clipboard manager has taken over the text, nobody says that the program reads it."""


def crowding() -> float:
    """How many processes share a processor, from 1 to `MOST_CROWDING`; 1 where the system does not say."""
    try:
        return min(max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), MOST_CROWDING)
    except (AttributeError, OSError):  # Windows has none
        return 1.0


class InsertionRun(QObject):
    """One request at a time, and who is told of its end. `stop` ends all that is under way for it."""

    def __init__(self, stop: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.request: InsertionRequest | None = None
        self._stop = stop
        self._ended: InsertionEnded | None = None

    def begin(self, request: InsertionRequest, ended: InsertionEnded) -> None:
        self._stop()
        self.request, self._ended = request, ended

    def finish(self, outcome: InsertionOutcome) -> None:
        self._stop()
        ended, self.request, self._ended = self._ended, None, None
        if ended is not None:
            ended(outcome)

    def tell(self, outcome: InsertionOutcome) -> None:
        """And go on: more may be known later."""
        if self._ended is not None:
            self._ended(outcome)

    def drop(self) -> None:
        """Nobody is told."""
        self._stop()
        self.request = self._ended = None


class PasteSteps(Protocol):
    """What an inserter does for a `PasteRun`."""

    def press_paste(self) -> None:
        """Where the text still belongs; finish the run otherwise."""

    def press_enter(self) -> None:
        """Where the text belongs."""

    def stop(self) -> None:
        """All that is under way, and give the clipboard back."""


class PasteRun(InsertionRun):
    """Of a text that is pasted. With `knows_reader` only what the program itself reads is told to it."""

    def __init__(
        self,
        steps: PasteSteps,
        parent: QObject,
        *,
        knows_reader: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(self._halt, parent)
        self._steps, self._knows_reader, self._now = steps, knows_reader, now
        self._pressed = self._read_early = self._asks_again = False
        self._reads = 0
        """Since the key was pressed."""
        self._lent_at, self._taken_at, self._last, self._slowest = 0.0, 0.0, 0.0, 0.0
        """Seconds: when the text was lent, read first, and read last, and the slowest step of the program."""
        self._readers = self._timer(self._press)
        self._untaken = self._timer(self._on_untaken)
        self._quiet = self._timer(self._on_taken)

    def _timer(self, slot: Callable[[], object]) -> QTimer:
        timer = QTimer(self, singleShot=True)
        timer.timeout.connect(slot)
        return timer

    @property
    def is_taken(self) -> bool:
        """The program has read the text, and may read it again."""
        return self._quiet.isActive()

    def lent(self) -> None:
        """The text is on the clipboard. `press_soon` is to follow."""
        self._pressed = self._read_early = self._asks_again = False
        self._reads = 0
        self._lent_at = self._last = self._now()
        self._slowest = 0.0

    def press_soon(self, milliseconds: int) -> None:
        """Press the key when nobody has read the text for so long."""
        self._note_step()
        self._readers.start(milliseconds)

    def on_read(self) -> None:
        """The text is read."""
        if self._pressed:
            self._reads += 1
            self._wait_for_quiet()
        else:
            self._read_early = True
            self.on_question()

    def on_question(self) -> None:
        """Somebody asks what there is. Who does that after the text has not done."""
        if self.is_taken:
            self._asks_again = True
            self._wait_for_quiet()
        elif self._pressed:
            self._note_step()
        elif self._readers.isActive() and self._now() - self._lent_at < MOST_READERS_MS / 1_000:
            self._readers.start()

    def _wait_for_quiet(self) -> None:
        self._note_step()
        self._untaken.stop()
        if not self.is_taken:
            self._taken_at = self._last
        left = READING_MS - 1_000 * (self._last - self._taken_at)
        quiet = min(max(QUIET_MS * crowding(), 1_000 * STEPS * self._slowest), MOST_QUIET_MS)
        reads_again = self._knows_reader and self._asks_again and self._reads == 1
        self._quiet.start(max(0, round(left if reads_again else min(quiet, left))))

    def on_lost(self) -> None:
        """Something else is on the clipboard: the program, if it has not read the text yet, pastes that."""
        if not self.is_taken:
            self.finish(InsertionOutcome.NOT_TAKEN)

    def on_kept(self) -> None:
        """A clipboard manager has taken over the text, and is asked for it now."""
        if not self.is_taken:
            self._untaken.stop()
            self._quiet.start(KEPT_MS)

    def cancel(self) -> bool:
        """Whether the program has taken the text already."""
        taken = self.is_taken
        self.drop()
        return taken

    def _note_step(self) -> None:
        now = self._now()
        self._slowest, self._last = max(self._slowest, now - self._last), now

    def _press(self) -> None:
        self._pressed, self._last = True, self._now()
        if not self.is_taken:
            self._untaken.start(TAKEN_MS)
        self._steps.press_paste()

    def _on_untaken(self) -> None:
        """Who has the clipboard on another computer already asks no more."""
        if self._knows_reader and self._read_early:
            self._on_taken()
        else:
            self.tell(InsertionOutcome.NOT_TAKEN)

    def _on_taken(self) -> None:
        if self.request is not None and self.request.enter:
            self._steps.press_enter()
        self.finish(InsertionOutcome.INSERTED)

    def _halt(self) -> None:
        for timer in (self._readers, self._untaken, self._quiet):
            timer.stop()
        self._steps.stop()
