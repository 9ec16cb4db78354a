"""Follows an answer by a JSON schema: llguidance on the model's own tokens."""

from __future__ import annotations

from typing import Any

import llguidance
import numpy as np
import numpy.typing as npt

from fanlight.domain.errors import SchemaError
from fanlight.engine.backend import llama
from fanlight.engine.constraint import Entries
from fanlight.engine.schema import AnswerSchema, limits, matcher_problem
from fanlight.engine.vocab import Vocab
from fanlight.i18n import _

_CONTROL = b"\xff"
"""Before the name of a token that is no text."""


class SchemaConstraint:
    """A token is checked alone (about 5 µs); all allowed ones are computed only when it was not."""

    def __init__(self, schema: AnswerSchema, vocab: Vocab) -> None:
        self._vocab = vocab
        self._matcher: Any = llguidance.LLMatcher(tokenizer_of(vocab), schema.grammar, log_level=0, limits=limits())
        self._check()

    def allows(self, token: int) -> bool:
        if self._vocab.ends_turn(token):
            return self.complete
        return bool(self._matcher.validate_tokens([token]) == 1)

    def forbid(self, entries: Entries) -> None:
        allowed = self._allowed()
        entries["logit"][~allowed[entries["id"]]] = -np.inf

    def accept(self, token: int) -> None:
        if not self._vocab.ends_turn(token):
            self._matcher.consume_token(token)
            self._check()

    @property
    def complete(self) -> bool:
        return bool(self._matcher.is_accepting())

    @property
    def finished(self) -> bool:
        return bool(self._matcher.is_stopped())

    def close(self) -> None:
        self._matcher = None

    def _allowed(self) -> npt.NDArray[np.bool_]:
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        self._check()
        allowed = np.unpackbits(bits, bitorder="little")[: self._vocab.size].astype(bool)
        allowed[self._vocab.ends] = self.complete
        return allowed

    def _check(self) -> None:
        """Raises SchemaError when llguidance has given up."""
        if problem := matcher_problem(self._matcher):
            raise SchemaError(_("The schema cannot be enforced: {reason}.").format(reason=problem))


class _Tokens:
    """The vocabulary as llguidance asks for it."""

    def __init__(self, vocab: Vocab) -> None:
        control = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN | llama.LLAMA_TOKEN_ATTR_UNUSED
        self.eos_token_id = vocab.ends[0] if vocab.ends else vocab.size
        self.bos_token_id = None
        self.special_token_ids = [
            token for token in range(vocab.size) if llama.llama_vocab_get_attr(vocab.handle, token) & control
        ]
        special = {*self.special_token_ids, *vocab.ends}
        self.tokens = [
            _CONTROL + vocab.token_text(token).encode() if token in special else vocab.read_bytes(token)
            for token in range(vocab.size)
        ]
        if not vocab.ends:
            self.tokens.append(_CONTROL + b"<end>")

        self._by_bytes = {raw: token for token, raw in enumerate(self.tokens) if raw and raw[:1] != _CONTROL}
        self._longest = max(map(len, self._by_bytes), default=1)

    def __call__(self, text: bytes | str) -> list[int]:
        """The longest tokens, from the left: for what the schema forces, such as the name of a property."""
        raw = text.encode() if isinstance(text, str) else text
        found, at = list[int](), 0
        while at < len(raw):
            sizes = range(min(self._longest, len(raw) - at), 0, -1)
            size = next((size for size in sizes if raw[at : at + size] in self._by_bytes), 0)
            if not size:
                break
            found.append(self._by_bytes[raw[at : at + size]])
            at += size
        return found


def tokenizer_of(vocab: Vocab) -> Any:
    """Made once for a model, at its first schema."""
    if vocab.guidance_tokenizer is None:
        wrapped = llguidance.TokenizerWrapper(_Tokens(vocab))
        vocab.guidance_tokenizer = llguidance.LLTokenizer(wrapped, slices=llguidance.LLTokenizer.json_slices())
    return vocab.guidance_tokenizer
