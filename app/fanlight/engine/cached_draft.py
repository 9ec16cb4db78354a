"""Tokens that were evaluated before the model has sampled them (`engine.drafts` says which)."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.engine.sequence_state import SequenceState


class CachedDraft:
    """They stand in llama.cpp's cache behind the conversation, and belong to it one by one as they are accepted.

    `row` is that of the logits that follow the last token of the conversation: -1 the only ones.
    """

    __slots__ = ("_state", "_tokens", "row")  # read for each token that is sampled

    def __init__(self, state: SequenceState) -> None:
        self._state = state
        self._tokens: list[int] = []
        self.row = -1

    @property
    def is_empty(self) -> bool:
        return not self._tokens

    def begin(self, tokens: Sequence[int]) -> None:
        """`tokens` were evaluated behind the last one of the conversation, all of them with logits."""
        self._tokens, self.row = list(tokens), 0

    def accept(self, token: int) -> bool:
        """Whether `token` comes next in it; then it is a part of the conversation, and its logits are there."""
        if not self._tokens or self._tokens[0] != token:
            return False
        self._tokens.pop(0)
        self.row += 1
        return True

    def drop(self, position: int) -> None:
        """Remove what is left of it from the cache, where it begins at `position`."""
        if self._tokens:
            self._state.truncate(position)
        self.forget()

    def forget(self) -> None:
        """The cache was cleared."""
        self._tokens, self.row = [], -1
