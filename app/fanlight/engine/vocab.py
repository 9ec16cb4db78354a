"""A loaded model's tokens: text to tokens, tokens to bytes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cached_property

from fanlight.domain.errors import ModelBroken
from fanlight.engine.backend import llama

_TEXTS_KEPT = 4096


class Vocab:
    """Lives as long as the model it came from."""

    def __init__(self, model: int) -> None:
        self.handle = llama.llama_model_get_vocab(model)
        self.size: int = llama.llama_vocab_n_tokens(self.handle)
        self._pieces: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}
        self._guarded: frozenset[int] = frozenset()
        self._harmless: dict[str, bool] = {}

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
        """`special` reads control tokens written in the text; `start` adds what the model wants at the beginning."""
        raw = text.encode("utf-8", "replace")
        room = 1 << (len(raw) + 8).bit_length()  # few sizes: ctypes keeps an array type for each, for ever
        while True:
            buffer = (llama.llama_token * room)()
            count = llama.llama_tokenize(self.handle, raw, len(raw), buffer, room, start, special)
            if count >= 0:
                return list(buffer[:count])
            if count == -(2**31):
                raise ModelBroken("The text is too long for this model's tokenizer.")
            room = -count

    def guard(self, tokens: Iterable[int]) -> None:
        """From now on these, as far as they are tags, are never made from people's words. A tokenizer knows some tags
        even where it should read plain text, since the model's maker called them words."""
        self._harmless.clear()
        tags = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_USER_DEFINED
        self._guarded |= {
            token
            for token in set(tokens)
            if llama.llama_vocab_get_attr(self.handle, token) & tags and len(self.show(token).strip()) > 1
        }

    def words(self, text: str) -> list[int]:
        """What people wrote: no control token, no guarded one, whatever the text looks like."""
        tokens = self.tokens(text, special=False)
        tag = next((token for token in tokens if token in self._guarded), None)
        at = -1 if tag is None else text.find(self.show(tag))
        if at < 0:
            return tokens
        return self.words(text[: at + 1]) + self.words(text[at + 1 :])

    def harmless(self, text: str) -> bool:
        """Whether the text means nothing but itself even where control tokens are read."""
        known = self._harmless.get(text)
        if known is None:
            tokens = self.tokens(text, special=True)
            known = self._guarded.isdisjoint(tokens) and tokens == self.tokens(text, special=False)
            if len(self._harmless) >= _TEXTS_KEPT:
                self._harmless.clear()
            self._harmless[text] = known
        return known

    def piece(self, token: int) -> bytes:
        """The token's bytes; control tokens have none."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._read(token, special=False)
        return known

    def show(self, token: int) -> str:
        """The token as it is written in a template, control tokens included."""
        return self._read(token, special=True).decode("utf-8", "replace") if 0 <= token < self.size else ""

    def reveal(self, tag: str) -> None:
        """From now on `piece` writes the control tokens of this tag out: where thinking ends must be seen."""
        for token in self.tokens(tag, special=True):
            self._pieces[token] = self._read(token, special=True)

    def ends(self, token: int) -> bool:
        """Whether the token ends the model's turn."""
        known = self._ends.get(token)
        if known is None:
            known = self._ends[token] = bool(llama.llama_vocab_is_eog(self.handle, token))
        return known

    def single(self, text: str) -> int | None:
        """The one token that is written like this, if there is one."""
        tokens = self.tokens(text, special=True)
        return tokens[0] if len(tokens) == 1 and self.show(tokens[0]) == text else None

    def _read(self, token: int, *, special: bool) -> bytes:
        room = 64
        while True:
            buffer = ctypes.create_string_buffer(room)
            count = llama.llama_token_to_piece(self.handle, token, buffer, room, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            room = -count
