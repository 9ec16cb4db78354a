"""What binds an answer: a grammar, or a JSON schema."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from fanlight.domain.errors import GrammarError
from fanlight.engine import logs
from fanlight.engine.backend import llama
from fanlight.engine.gbnf import check_grammar
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _

ENTRY = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data
_SECONDS, _SECONDS_PER_TOKEN, _SECONDS_TO_ACCEPT = 2.0, 0.15, 0.2
_AT_ONCE = 256
Entries = npt.NDArray[Any]
"""Candidates for the next token, of type ENTRY."""


class Constraint(Protocol):
    """Follows the answer token by token. Only tokens that it allows may be accepted."""

    def allows(self, token: int) -> bool: ...

    def forbid(self, entries: Entries) -> None:
        """Set the logits of tokens that are not allowed to minus infinity."""
        ...

    def accept(self, token: int) -> None: ...

    @property
    def complete(self) -> bool:
        """Whether the answer may end here."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the answer cannot go on."""
        ...

    def close(self) -> None: ...


def as_array(entries: Entries) -> Any:
    return llama.llama_token_data_array(
        entries.ctypes.data_as(ctypes.POINTER(llama.llama_token_data)), len(entries), -1, False
    )


class GrammarConstraint:
    """A GBNF grammar, followed by llama.cpp. The constructor raises GrammarError."""

    def __init__(self, gbnf: str, vocab: Vocab) -> None:
        check_grammar(gbnf, lambda text: len(vocab.tokens(text, special=True)) == 1)
        logs.clear_errors()
        self._vocab = vocab
        self._handle = llama.llama_sampler_init_grammar(vocab.handle, gbnf.encode(), b"root")
        if not self._handle:
            reason = logs.last_error() or _("no reason given")
            raise GrammarError(_("The grammar cannot be used. ({reason})").format(reason=reason))
        self._one = np.zeros(1, ENTRY)
        self._array = as_array(self._one)
        self._seconds_left = _SECONDS

    def allows(self, token: int) -> bool:
        self._one[0] = (token, 0.0, 0.0)
        self._array.size, self._array.selected, self._array.sorted = 1, -1, False
        with self._spending():
            llama.llama_sampler_apply(self._handle, ctypes.byref(self._array))
        return bool(self._one["logit"][0] == 0.0)

    def forbid(self, entries: Entries) -> None:
        for start in range(0, len(entries), _AT_ONCE):
            with self._spending():
                part = entries[start : start + _AT_ONCE]
                llama.llama_sampler_apply(self._handle, ctypes.byref(as_array(part)))

    def accept(self, token: int) -> None:
        with self._spending(_SECONDS_TO_ACCEPT):
            llama.llama_sampler_accept(self._handle, token)
        self._seconds_left = min(_SECONDS, self._seconds_left + _SECONDS_PER_TOKEN)

    @contextmanager
    def _spending(self, most_seconds: float = _SECONDS) -> Iterator[None]:
        """Raises GrammarError once it has taken too long: llama.cpp follows each way in which the answer can be read,
        and their number may multiply with each character."""
        began = time.thread_time()
        yield
        used = time.thread_time() - began
        self._seconds_left -= used
        if self._seconds_left < 0 or used > most_seconds:
            raise GrammarError(_("The grammar cannot be used: the same answer can be read in too many ways."))

    @property
    def complete(self) -> bool:
        end = self._vocab.eos
        return end < 0 or self.allows(end)

    @property
    def finished(self) -> bool:
        entries = np.zeros(self._vocab.size, ENTRY)
        entries["id"] = np.arange(self._vocab.size)
        self.forbid(entries)
        possible = np.flatnonzero(~np.isneginf(entries["logit"]))
        return all(self._vocab.ends_turn(int(token)) for token in possible)

    def close(self) -> None:
        if self._handle:
            llama.llama_sampler_free(self._handle)
        self._handle = None
