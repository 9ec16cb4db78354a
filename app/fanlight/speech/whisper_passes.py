"""The passes of Whisper's networks over one piece of audio: encode, detect the language, generate, align.

Whisper is trained on 30 s of audio. CTranslate2 accepts less, at a proportional cost, but the decoder loops when speech
ends at the edge of the input: zeros follow the speech (in the audio, before the mel spectrogram: a zero of the log-mel
is loud).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fanlight.domain.speech import SAMPLE_RATE, Decoded, TranscriptionOptions, Word
from fanlight.speech.audio import Audio, normalize_level, silence
from fanlight.speech.ctranslate import Tokenizer, WhisperModel, ctranslate2
from fanlight.speech.repetition import is_loop
from fanlight.speech.whisper_prompt import build_prompt
from fanlight.speech.word_alignment import evenly_timed, merge_subwords

LONGEST_SECONDS = 30
_HOP = 160
"""Samples a frame of the mel spectrogram: 10 ms."""
_PIECES, _PIECES_LOWER = 2, 3
_SAMPLED_TEXTS = 5
"""Texts sampled at a temperature above 0; the most probable is taken."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`encoded` is a StorageView of shape (1, frames / 2, width); `frames` have 10 ms, and speech fills `seconds`."""

    encoded: Any
    frames: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Language:
    """Whisper's code and its probability."""

    code: str
    certainty: float


@dataclass(frozen=True, slots=True)
class Generated:
    """A text of the decoder's, not yet aligned. `tokens` are without timestamps; `cut`: it reached the token limit."""

    tokens: tuple[int, ...]
    text: str
    logprob: float
    no_speech: float
    cut: bool


class WhisperPasses:
    """Stateless but for the model. Raises what CTranslate2 does: RuntimeError, MemoryError."""

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    def encode(self, audio: Audio, padding: float, least: float) -> Encoding:
        """`padding` seconds of zeros after the speech and `least` seconds in all, at most 30, go into the encoder."""
        seconds = len(audio) / SAMPLE_RATE
        whole = min(LONGEST_SECONDS, max(seconds + padding, least))
        padded = np.concatenate([normalize_level(audio), silence(whole - seconds)])
        frames = len(padded) // _HOP // 2 * 2
        features = self._model.feature_extractor(padded, padding=_HOP)[:, :frames]
        storage = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None], np.float32))
        return Encoding(self._model.model.encode(storage), frames, seconds)

    def detect(self, encoding: Encoding) -> list[Language]:
        """The languages that may be spoken, with their probabilities: one step of the decoder."""
        if not self._model.model.is_multilingual:
            return [Language("en", 1.0)]
        found = self._model.model.detect_language(encoding.encoded)[0]
        return [Language(name.removeprefix("<|").removesuffix("|>"), float(share)) for name, share in found]

    def generate(
        self, encoding: Encoding, options: TranscriptionOptions, context: str, room: int, beam_size: int,
        temperature: float = 0.0, timestamps: bool = False,
    ) -> Generated:  # fmt: skip
        """A text of at most `room` tokens in the language of `options`. Above a `temperature` of 0 the best of some
        that are drawn."""
        tokenizer = self._tokenizer(options)
        prompt = build_prompt(tokenizer, options.names, context)
        if timestamps:
            prompt = prompt[:-1]
        searched: dict[str, Any] = {"beam_size": beam_size}
        if temperature > 0:
            ctranslate2.set_random_seed(1)  # the same recording gives the same text
            searched = {
                "beam_size": 1, "num_hypotheses": _SAMPLED_TEXTS, "sampling_topk": 0,
                "sampling_temperature": temperature,
            }  # fmt: skip
        (result,) = self._model.model.generate(
            encoding.encoded,
            [prompt],
            # CTranslate2 makes of this min(half of it, what is left after the prompt)
            max_length=max(2 * room, len(prompt) + room),
            suppress_blank=True,
            suppress_tokens=[-1],
            return_scores=True,
            return_no_speech_prob=True,
            **searched,
        )
        count = len(result.sequences_ids[0])
        tokens = tuple(token for token in result.sequences_ids[0] if token < tokenizer.eot)
        logprob = result.scores[0] * count / (count + 1)
        return Generated(tokens, tokenizer.decode(list(tokens)), logprob, result.no_speech_prob, count >= room)

    def align(self, generated: Generated, encoding: Encoding, options: TranscriptionOptions) -> tuple[Word, ...]:
        """The text's words with their times in the audio, without those behind its end."""
        tokenizer = self._tokenizer(options)
        (aligned,) = self._model.find_alignment(tokenizer, [list(generated.tokens)], encoding.encoded, encoding.frames)
        if not aligned:
            return self.spread(generated, encoding)
        return merge_subwords(aligned, encoding.seconds, tokenizer.language_code)

    def rare(self, words: Sequence[str]) -> list[str]:
        """Those that the model writes in pieces. It knows most words in lower case, and many that it puts together."""
        encode = self._model.hf_tokenizer.encode
        pieces = ((word, len(encode(f" {word}", add_special_tokens=False).ids)) for word in words)
        return [word for word, count in pieces if count >= (_PIECES_LOWER if word == word.lower() else _PIECES)]

    @staticmethod
    def spread(generated: Generated, encoding: Encoding) -> tuple[Word, ...]:
        """The text's words in equal shares of the audio."""
        return evenly_timed(generated.text, encoding.seconds, float(np.exp(generated.logprob)))

    def _tokenizer(self, options: TranscriptionOptions) -> Tokenizer:
        tokenizer = Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="translate" if options.translate else "transcribe",
            language=options.language,
        )
        if options.translate:
            tokenizer.language_code = "en"  # by which it divides into words; the prompt has the spoken language's token
        return tokenizer


def as_decoded(generated: Generated, words: tuple[Word, ...], language: Language) -> Decoded:
    """The result of the passes; empty for text that was invented."""
    decoded = Decoded(
        words,
        language.code,
        language.certainty,
        generated.logprob,
        generated.no_speech,
        cut=generated.cut,
        loop=is_loop(words),
    )
    if not decoded.invented:
        return decoded
    return Decoded((), language.code, language.certainty, generated.logprob, generated.no_speech)
