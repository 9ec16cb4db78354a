"""Sampling the next token with llama.cpp's sampler chain, constrained by a grammar where asked.

A grammar over the whole vocabulary costs 13 to 40 ms per token; checking one sampled token costs 3 µs. So the chain
samples first, and only a token that the grammar rejects is sampled again under the grammar.
"""

from __future__ import annotations

import ctypes
import json
import re
import secrets
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
from llama_cpp.llama_grammar import json_schema_to_gbnf

from fanlight.domain.errors import ModelError, SchemaError
from fanlight.domain.models import Sampling
from fanlight.engine import logs
from fanlight.engine.backend import LOGITS, llama
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _

_FEW = 256
_ENTRY = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # llama_token_data


class Sampler:
    """A context manager that frees its samplers. The constructor raises SchemaError for an unusable schema or
    grammar."""

    def __init__(self, sampling: Sampling, vocab: Vocab) -> None:
        self._vocab = vocab
        self._chain: Any = None
        self._grammar: Any = _grammar(sampling, vocab)
        self._chain = _chain(sampling)
        self._greedy = sampling.temperature == 0
        self._logits_at: int | None = None
        self._logits = np.empty(0, np.float32)
        self._one = (llama.llama_token_data * 1)()
        self._array = llama.llama_token_data_array(self._one, 1, -1, False)

    def __enter__(self) -> Sampler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in (self._chain, self._grammar):
            if handle:
                llama.llama_sampler_free(handle)
        self._chain = self._grammar = None

    @property
    def has_grammar(self) -> bool:
        return self._grammar is not None

    def sample(self, context: int, *, unconstrained: bool = False) -> int | None:
        """The token after the last one evaluated; None when the grammar allows none. `unconstrained` ignores the
        grammar, for thinking."""
        token = (
            self._greedy_token(context) if self._greedy else int(llama.llama_sampler_sample(self._chain, context, -1))
        )
        if self._grammar is None or unconstrained:
            return token
        if not self._grammar_allows(token):
            redrawn = self._resample(context)
            if redrawn is None:
                return None
            token = redrawn
        llama.llama_sampler_accept(self._grammar, token)
        return token

    def _greedy_token(self, context: int) -> int:
        """The greedy choice, without llama.cpp's copy of all logits (0.1 ms for 49,000 tokens)."""
        at = LOGITS(context, -1)
        if at != self._logits_at:  # the buffer rarely moves
            self._logits_at = at
            self._logits = np.ctypeslib.as_array((ctypes.c_float * self._vocab.size).from_address(at))
        return int(self._logits.argmax())

    def _grammar_allows(self, token: int) -> bool:
        self._one[0] = llama.llama_token_data(token, 0.0, 0.0)
        self._array.size, self._array.selected, self._array.sorted = 1, -1, False
        llama.llama_sampler_apply(self._grammar, ctypes.byref(self._array))
        return bool(self._one[0].logit == 0.0)

    def _resample(self, context: int) -> int | None:
        """Sample among the 256 most probable tokens, which usually contain an allowed one; only then among all."""
        logits = np.ctypeslib.as_array(llama.llama_get_logits_ith(context, -1), (self._vocab.size,))
        few = min(_FEW, self._vocab.size)
        likeliest = np.argpartition(logits, -few)[-few:]
        token = self._sample_allowed(likeliest, logits[likeliest])
        return self._sample_allowed(np.arange(self._vocab.size), logits) if token is None else token

    def _sample_allowed(self, ids: npt.NDArray[Any], logits: npt.NDArray[Any]) -> int | None:
        entries = np.zeros(len(ids), dtype=_ENTRY)
        entries["id"], entries["logit"] = ids, logits
        array = llama.llama_token_data_array(
            entries.ctypes.data_as(ctypes.POINTER(llama.llama_token_data)), len(ids), -1, False
        )
        llama.llama_sampler_apply(self._grammar, ctypes.byref(array))
        if np.isneginf(entries["logit"]).all():
            return None
        llama.llama_sampler_apply(self._chain, ctypes.byref(array))
        return int(array.data[array.selected].id) if array.selected >= 0 else None


def _chain(sampling: Sampling) -> Any:
    params = llama.llama_sampler_chain_default_params()
    params.no_perf = True
    chain = llama.llama_sampler_chain_init(params)
    if not chain:
        raise ModelError(_("There is not enough memory for the sampler."))
    if sampling.temperature == 0:
        steps = [llama.llama_sampler_init_greedy()]
    else:
        seed = secrets.randbits(32) if sampling.seed is None else sampling.seed & 0xFFFFFFFF
        steps = [
            llama.llama_sampler_init_top_k(sampling.top_k),
            llama.llama_sampler_init_top_p(sampling.top_p, 1),
            llama.llama_sampler_init_min_p(sampling.min_p, 1),
            llama.llama_sampler_init_temp(sampling.temperature),
            llama.llama_sampler_init_dist(seed),
        ]
    for step in steps:
        llama.llama_sampler_chain_add(chain, step)
    return chain


def _grammar(sampling: Sampling, vocab: Vocab) -> Any:
    gbnf = sampling.grammar
    if sampling.json_schema is not None:
        gbnf = _from_schema(sampling.json_schema)
    if gbnf is None:
        return None
    if not gbnf.strip():
        raise SchemaError(_("The grammar is empty."))
    logs.clear_errors()
    handle = llama.llama_sampler_init_grammar(vocab.handle, gbnf.encode(), b"root")
    if not handle:
        reason = logs.last_error() or _("no reason given")
        if sampling.json_schema is not None:
            raise SchemaError(_("The JSON schema cannot be used. ({reason})").format(reason=reason))
        raise SchemaError(_("The grammar cannot be used. ({reason})").format(reason=reason))
    return handle


def _from_schema(text: str) -> str:
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise SchemaError(_("The schema is not valid JSON: {reason}.").format(reason=error)) from error
    if not isinstance(schema, (dict, bool)):
        raise SchemaError(_("The schema is not a JSON object."))
    try:
        return str(json_schema_to_gbnf(json.dumps(schema if schema is not True else {})))
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError, re.error) as error:
        raise SchemaError(_("The schema cannot be used: {reason}.").format(reason=error)) from error
