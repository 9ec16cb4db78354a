"""Token bytes to text events: complete characters, thinking separated from the answer, stop strings removed."""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from fanlight.domain.events import TextDelta, ThinkingDelta

StreamDelta = TextDelta | ThinkingDelta


class StreamParser:
    """Incremental parser: bytes in, events out. `open_tag` and `close_tag` enclose the thinking, which can only come
    first; `thinking`: the prompt has opened it already. `trim` removes the whitespace that some tokenizers put before
    an answer. Text that may be the beginning of a tag or stop string is held back."""

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
        """A stop string was found; nothing after it is emitted."""
        self.thinking = self.had_thinking = thinking
        self._open, self._close = open_tag, close_tag
        self._may_think = bool(open_tag) and not thinking
        self._stops = tuple(stop for stop in stops if stop)
        self.length = 0
        """Characters of `text` so far."""
        self._parts: list[str] = []
        self._buffer = ""
        self._partial_bytes = b""  # an incomplete character
        self._trim = trim
        self._thinking_started = False
        self._plain = not (self._stops or self._may_think or thinking)

    @property
    def text(self) -> str:
        """The answer so far, without thinking."""
        return "".join(self._parts)

    @property
    def complete(self) -> bool:
        """Nothing is held back: `text` is exactly the bytes fed so far."""
        return not (self._buffer or self._partial_bytes or self._trim)

    def feed(self, piece: bytes) -> list[StreamDelta]:
        """The events that the bytes of a further token complete."""
        raw = self._partial_bytes + piece
        new, used = codecs.utf_8_decode(raw, "replace", False)
        self._partial_bytes = raw[used:]
        if self._plain and not self._trim:
            if not new:
                return []
            self._append(new)
            return [TextDelta(new)]
        return self._parse(new) if new else []

    def finish(self) -> list[StreamDelta]:
        """Emit what was held back. An incomplete character is dropped."""
        held, self._buffer = self._buffer, ""
        if not held or self.stopped:
            return []
        if self.thinking:
            return [ThinkingDelta(held)]
        self._append(held)
        return [TextDelta(held)]

    def _parse(self, new: str) -> list[StreamDelta]:
        deltas: list[StreamDelta] = []
        self._buffer += new
        if self._may_think and not self._resolve_opening():
            return deltas
        if self.thinking and not self._parse_thinking(deltas):
            return deltas
        if self._trim:
            self._buffer = self._buffer.lstrip()
            if not self._buffer:
                return deltas
            self._trim = False
        self._parse_text(deltas)
        return deltas

    def _resolve_opening(self) -> bool:
        """Decide whether the answer starts with thinking; False while more text is needed."""
        head = self._buffer.lstrip()
        if head.startswith(self._open):
            self._buffer = head[len(self._open) :]
            self.thinking = self.had_thinking = True
        elif self._open.startswith(head):
            return False
        self._may_think = False
        self._plain = not self._stops and not self.thinking
        return True

    def _parse_thinking(self, deltas: list[StreamDelta]) -> bool:
        """Emit thinking; True once the closing tag was found."""
        if not self._thinking_started:
            self._buffer = self._buffer.lstrip()
            self._thinking_started = bool(self._buffer)
        before, tag, after = self._buffer.partition(self._close)
        if tag:
            if before.rstrip():
                deltas.append(ThinkingDelta(before.rstrip()))
            self._buffer, self.thinking, self._trim = after, False, True
            self._plain = not self._stops
            return True
        keep = _overlap(self._buffer, (self._close,))
        ready = self._buffer[: len(self._buffer) - keep]
        tail = len(ready) - len(ready.rstrip())
        ready, self._buffer = ready[: len(ready) - tail], self._buffer[len(ready) - tail :]
        if ready:
            deltas.append(ThinkingDelta(ready))
        return False

    def _parse_text(self, deltas: list[StreamDelta]) -> None:
        ends = [(at, stop) for stop in self._stops if (at := self._buffer.find(stop)) >= 0]
        if ends:
            at, _ = min(ends)
            self._buffer, self.stopped = self._buffer[:at], True
            keep = 0
        else:
            keep = _overlap(self._buffer, self._stops)
        ready = self._buffer[: len(self._buffer) - keep]
        self._buffer = self._buffer[len(ready) :]
        if ready:
            self._append(ready)
            deltas.append(TextDelta(ready))

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self.length += len(text)


def _overlap(text: str, ends: Sequence[str]) -> int:
    """Length of the longest suffix of `text` that is a proper prefix of one of `ends`."""
    longest = 0
    for end in ends:
        for size in range(min(len(end) - 1, len(text)), longest, -1):
            if text.endswith(end[:size]):
                longest = size
                break
    return longest
