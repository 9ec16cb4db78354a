"""The decoder's prompt: words to expect and the text before, encoded as the model was trained to read them."""

from __future__ import annotations

import json

from tokenizers import Tokenizer as BytePairTokenizer

from fanlight.speech.ctranslate import Tokenizer

CONTEXT_CHARACTERS = 200
_NAMES_TOKENS = 96
_PROMPT_TOKENS = 223
"""Half of the decoder's positions less one, as Whisper was trained."""
_SPACE_T = ("Ġ", "t")
"""A space and a t, in the bytes' printable form."""


def with_every_merge(tokenizer: BytePairTokenizer) -> BytePairTokenizer:
    """The same tokenizer, with the merge of a space and a t where its vocabulary has the result and its rules do not.

    WORKAROUND the published tokenizer.json of Whisper (openai/whisper-base and its conversions, Systran's among them)
    lacks its first merge, so that each word with a t in front (" the", " this", " thereunder") becomes two tokens or
    more that the model was never trained on and never writes. Decoding is right all the same; a prompt is not: an
    expected " thereunder" was found under one int8 kernel of three, and is under all with the merge. Remove when the
    pinned tokenizer.json encodes " the" as one token (tests/speech/test_whisper_prompt.py).
    """
    result = "".join(_SPACE_T)
    if tokenizer.token_to_id(result) is None or tokenizer.encode(" t", add_special_tokens=False).tokens == [result]:
        return tokenizer
    serialized = json.loads(tokenizer.to_str())
    merges = serialized["model"]["merges"]
    merges.insert(0, " ".join(_SPACE_T) if merges and isinstance(merges[0], str) else list(_SPACE_T))
    return BytePairTokenizer.from_str(json.dumps(serialized))


def build_prompt(tokenizer: Tokenizer, names: tuple[str, ...], context: str) -> list[int]:
    """Token ids to decode after: the names to expect, the end of the text before, then language and task."""
    before: list[int] = []
    if names:
        before += tokenizer.encode(f" {', '.join(names)}.")[:_NAMES_TOKENS]
    if context:
        recent = context[-CONTEXT_CHARACTERS:]
        whole_words = recent if len(recent) == len(context) else recent.partition(" ")[2] or recent
        before += tokenizer.encode(f" {whole_words.strip()}")[-(_PROMPT_TOKENS - len(before)) :]
    start = [tokenizer.sot_prev, *before] if before else []
    return [*start, *tokenizer.sot_sequence, tokenizer.no_timestamps]
