"""A loaded model's tokenizer: text to tokens, tokens to bytes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from fanlight.domain.errors import ModelBroken
from fanlight.engine.backend import llama
from fanlight.i18n import _

_TEXTS_KEPT = 4096


class Vocab:
    """Valid as long as its model is loaded."""

    def __init__(self, model: int) -> None:
        self.handle = llama.llama_model_get_vocab(model)
        self.size: int = llama.llama_vocab_n_tokens(self.handle)
        self._pieces: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}
        self._forbidden: frozenset[int] = frozenset()
        self._plain: dict[str, bool] = {}
        self.guidance_tokenizer: Any = None
        """What `schema_constraint.py` made of this vocabulary."""

    @cached_property
    def bos(self) -> int:
        return int(llama.llama_vocab_bos(self.handle))

    @cached_property
    def eos(self) -> int:
        return int(llama.llama_vocab_eos(self.handle))

    @cached_property
    def adds_bos(self) -> bool:
        return bool(llama.llama_vocab_get_add_bos(self.handle))

    def tokens(self, text: str, *, special: bool, start: bool = False) -> list[int]:
        """`special`: control tokens written in the text are recognized; `start`: the model's initial tokens are
        added."""
        raw = text.encode("utf-8", "replace")
        room = 1 << (len(raw) + 8).bit_length()  # few sizes: ctypes keeps an array type for each forever
        while True:
            buffer = (llama.llama_token * room)()
            count = llama.llama_tokenize(self.handle, raw, len(raw), buffer, room, start, special)
            if count >= 0:
                return list(buffer[:count])
            if count == -(2**31):
                raise ModelBroken(_("The text is too long for this model's tokenizer."))
            room = -count

    def forbid_tags(self, tokens: Iterable[int]) -> None:
        """Never produce these tokens, as far as they are tags, from plain text. A tokenizer recognizes some tags even
        in plain text, when the model declares them as user-defined instead of control tokens."""
        self._plain.clear()
        tags = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_USER_DEFINED
        self._forbidden |= {
            token
            for token in set(tokens)
            if llama.llama_vocab_get_attr(self.handle, token) & tags and len(self.token_text(token).strip()) > 1
        }

    def plain_tokens(self, text: str) -> list[int]:
        """Tokens of a message's text: no control token and no forbidden tag, whatever the text contains."""
        tokens = self.tokens(text, special=False)
        tag = next((token for token in tokens if token in self._forbidden), None)
        at = -1 if tag is None else text.find(self.token_text(tag))
        if at < 0:
            return tokens
        return self.plain_tokens(text[: at + 1]) + self.plain_tokens(text[at + 1 :])

    def is_plain(self, text: str) -> bool:
        """Whether the text gives the same tokens with and without control tokens recognized."""
        known = self._plain.get(text)
        if known is None:
            tokens = self.tokens(text, special=True)
            known = self._forbidden.isdisjoint(tokens) and tokens == self.tokens(text, special=False)
            if len(self._plain) >= _TEXTS_KEPT:
                self._plain.clear()
            self._plain[text] = known
        return known

    def token_bytes(self, token: int) -> bytes:
        """The token's bytes; b"" for a control token."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self.read_bytes(token)
        return known

    def read_bytes(self, token: int) -> bytes:
        """`token_bytes` as the model has them, not kept."""
        return self._read(token, special=False)

    def token_text(self, token: int) -> str:
        """The token as it is written in a template, also a control token."""
        return self._read(token, special=True).decode("utf-8", "replace") if 0 <= token < self.size else ""

    def make_visible(self, tag: str) -> None:
        """Make `token_bytes` return the text of this tag's control tokens, so that the parser finds the tag."""
        for token in self.tokens(tag, special=True):
            self._pieces[token] = self._read(token, special=True)

    def ends_turn(self, token: int) -> bool:
        """Whether the token ends the model's turn."""
        known = self._ends.get(token)
        if known is None:
            known = self._ends[token] = bool(llama.llama_vocab_is_eog(self.handle, token))
        return known

    @cached_property
    def ends(self) -> list[int]:
        """All tokens that end the model's turn."""
        return [token for token in range(self.size) if llama.llama_vocab_is_eog(self.handle, token)]

    def single_token(self, text: str) -> int | None:
        """The token whose text this is; None when there is none."""
        tokens = self.tokens(text, special=True)
        return tokens[0] if len(tokens) == 1 and self.token_text(tokens[0]) == text else None

    def _read(self, token: int, *, special: bool) -> bytes:
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            count = llama.llama_token_to_piece(self.handle, token, buffer, room, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            room = -count
