"""From token bytes to what is said: whole characters, thinking apart, nothing shown that a stop string takes back."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from fanlight.domain.events import TextDelta, ThinkingDelta

Said = TextDelta | ThinkingDelta


class StreamParser:
    """Feed it bytes, get events. `open_tag` and `close_tag` frame the model's thinking, which can only come first;
    `thinking` says that the prompt has opened it already. `trim` leaves out the space that some tokenizers put before
    an answer."""

    def __init__(
        self,
        stops: Sequence[str] = (),
        open_tag: str = "",
        close_tag: str = "",
        *,
        thinking: bool = False,
        trim: bool = True,
    ) -> None:
        self.stopped = False
        """A stop string came; what follows it is not said."""
        self.thinking = self.thought = thinking
        self._open, self._close = open_tag, close_tag
        self._may_think = bool(open_tag) and not thinking
        self._stops = tuple(stop for stop in stops if stop)
        self.length = 0
        """Characters of `text` so far."""
        self._parts: list[str] = []
        self._held = ""
        self._odd = b""  # the beginning of a character
        self._trim = trim
        self._thinks_already = False
        self._plain = not (self._stops or self._may_think or thinking)

    @property
    def text(self) -> str:
        """All that was said, thinking apart."""
        return "".join(self._parts)

    @property
    def settled(self) -> bool:
        """Nothing waits: `text` is exactly what the bytes fed so far say."""
        return not (self._held or self._odd or self._trim)

    def feed(self, piece: bytes) -> list[Said]:
        said = self._odd + piece
        new, used = codecs.utf_8_decode(said, "replace", False)
        self._odd = said[used:]
        if self._plain and not self._trim:
            if not new:
                return []
            self._say(new)
            return [TextDelta(new)]
        return self._sort(new) if new else []

    def finish(self) -> list[Said]:
        """What was held back and will not become a tag or a stop string. Half a character is dropped."""
        held, self._held = self._held, ""
        if not held or self.stopped:
            return []
        if self.thinking:
            return [ThinkingDelta(held)]
        self._say(held)
        return [TextDelta(held)]

    def _sort(self, new: str) -> list[Said]:
        said: list[Said] = []
        self._held += new
        if self._may_think and not self._begins():
            return said
        if self.thinking and not self._thinks(said):
            return said
        if self._trim:
            self._held = self._held.lstrip()
            if not self._held:
                return said
            self._trim = False
        self._speaks(said)
        return said

    def _begins(self) -> bool:
        """Whether it is known by now if the answer starts with thinking."""
        head = self._held.lstrip()
        if head.startswith(self._open):
            self._held = head[len(self._open) :]
            self.thinking = self.thought = True
        elif self._open.startswith(head):
            return False
        self._may_think = False
        self._plain = not self._stops and not self.thinking
        return True

    def _thinks(self, said: list[Said]) -> bool:
        """Whether the thinking is over."""
        if not self._thinks_already:
            self._held = self._held.lstrip()
            self._thinks_already = bool(self._held)
        before, tag, after = self._held.partition(self._close)
        if tag:
            if before.rstrip():
                said.append(ThinkingDelta(before.rstrip()))
            self._held, self.thinking, self._trim = after, False, True
            self._plain = not self._stops
            return True
        keep = _overlap(self._held, (self._close,))
        ready = self._held[: len(self._held) - keep]
        tail = len(ready) - len(ready.rstrip())
        ready, self._held = ready[: len(ready) - tail], self._held[len(ready) - tail :]
        if ready:
            said.append(ThinkingDelta(ready))
        return False

    def _speaks(self, said: list[Said]) -> None:
        ends = [(at, stop) for stop in self._stops if (at := self._held.find(stop)) >= 0]
        if ends:
            at, _ = min(ends)
            self._held, self.stopped = self._held[:at], True
            keep = 0
        else:
            keep = _overlap(self._held, self._stops)
        ready = self._held[: len(self._held) - keep]
        self._held = self._held[len(ready) :]
        if ready:
            self._say(ready)
            said.append(TextDelta(ready))

    def _say(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)


def _overlap(text: str, ends: Sequence[str]) -> int:
    """How much of the end of `text` could be the beginning of one of `ends`."""
    longest = 0
    for end in ends:
        for size in range(min(len(end) - 1, len(text)), longest, -1):
            if text.endswith(end[:size]):
                longest = size
                break
    return longest
