"""Whisper through CTranslate2 and faster-whisper, called one level down so that short speech costs what it lasts.

Whisper always encodes 30 s. CTranslate2 takes less, and a third of it costs a third; but the model loops when speech
ends at the edge, so zeros follow the speech (audio, before the mel: zeros in the mel are loud), and a text that looks
like a loop is decoded again the long way. Prompts never bind the text, only its spelling.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, Samples, SpeechInfo, TranscriptionOptions
from fanlight.speech.audio import Audio, as_audio, normalize_level, silence
from fanlight.speech.ctranslate import Tokenizer, WhisperModel, ctranslate2, load_on_ended_thread
from fanlight.speech.word_alignment import evenly_timed, merge_subwords, normalized, shifted

LONGEST_SECONDS = 30
_HOP = 160
_MOST_THREADS = 4
_CONTEXT_CHARACTERS = 200
_NAMES_TOKENS = 96
_PROMPT_TOKENS = 223
"""Half of the decoder's room less one, as Whisper was trained."""
_TOKENS, _TOKENS_A_SECOND = 12, 8
"""The longest text, so that a loop costs little. Speech has 3 to 5 tokens a second in English, more in scripts that the
tokenizer spells out; whoever speaks faster is decoded again without this limit."""
_MOST_TOKENS = 224
_LEFT_OUT_SECONDS = 1.5
_LONGEST_WORD_SECONDS = 2.2
"""A long word and the longest pause that is not cut out."""


@dataclass(frozen=True, slots=True)
class _Way:
    """`tail` seconds of zeros after the speech and `least` seconds in all, before the encoder."""

    tail: float
    least: float
    beam: int
    aligned: bool


# A final is what somebody who let the key go waits for. In live holds of 460 words, zeros of 3 s (10 s in all) with a
# beam of 5 made 6 mistakes, with one of 2 10, at a sixth less time a token; one piece of 30 s windows makes 8.
_WAYS: dict[Effort, _Way] = {
    "draft": _Way(2, 8, 1, aligned=False),
    "final": _Way(3, 10, 5, aligned=True),
    "best": _Way(LONGEST_SECONDS, LONGEST_SECONDS, 5, aligned=True),
}


class WhisperTranscriber:
    """A `Transcriber`. Build it with `load`."""

    def __init__(self, model: WhisperModel, info: SpeechInfo) -> None:
        self._model = model
        self.info = info

    @classmethod
    def load(cls, folder: Path, device: str = "cpu", threads: int = 0) -> WhisperTranscriber:
        """The model in `folder`, checked before (`speech.model_files`), on `device` "cpu" or "cuda", the latter after
        a probe (`speech.device`). `threads` 0: one a core, at most 4. Raises SpeechModelError."""
        try:
            model = load_on_ended_thread(
                lambda: WhisperModel(
                    str(folder),
                    device=device,
                    compute_type=_compute_type(device),
                    cpu_threads=threads or min(_MOST_THREADS, psutil.cpu_count(logical=False) or 1),
                    local_files_only=True,
                )
            )
        except Exception as error:
            known = isinstance(error, (RuntimeError, ValueError, OSError, MemoryError))
            if not known and type(error) is not Exception:  # tokenizers raises a bare one
                raise
            raise _translated(error, f"The speech model in {folder} cannot be loaded") from error
        return cls(model, SpeechInfo(folder.name, device, tuple(model.supported_languages)))

    def decode(
        self, samples: Samples, asked: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        """See `domain.ports.Transcriber`. A doubtful final is decoded again with all 30 s and without context."""
        audio = as_audio(samples)
        if len(audio) > LONGEST_SECONDS * SAMPLE_RATE:
            raise ValueError(f"{len(audio) / SAMPLE_RATE:.1f} s are more than {LONGEST_SECONDS}")
        try:
            decoded = self._decode(audio, asked, _WAYS[effort], context)
            if decoded.doubtful and (effort == "final" or (effort == "best" and context)):
                decoded = self._decode(audio, asked, _WAYS["best"], "")
            if effort != "draft":
                decoded = self._completed(decoded, audio, asked, effort, context)
        except (RuntimeError, MemoryError) as error:
            raise _translated(error, "The speech model failed") from error
        return decoded

    def close(self) -> None:
        self._model.model.unload_model()

    def _decode(self, audio: Audio, asked: TranscriptionOptions, way: _Way, context: str) -> Decoded:
        encoded, frames = self._encode(audio, way)
        language, certainty = self._language(encoded, asked.language)
        tokenizer = Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="translate" if asked.translate else "transcribe",
            language=language,
        )
        prompt = self._prompt(tokenizer, asked.names, context)
        room = _MOST_TOKENS
        if way.least < LONGEST_SECONDS:
            room = min(room, _TOKENS + int(_TOKENS_A_SECOND * len(audio) / SAMPLE_RATE))
        (said,) = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=way.beam,
            # CTranslate2 makes of this min(half of it, what is left after the prompt)
            max_length=max(2 * room, len(prompt) + room),
            suppress_blank=True,
            suppress_tokens=[-1],
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = list(said.sequences_ids[0])
        text = tokenizer.decode(tokens)
        logprob = said.scores[0] * len(tokens) / (len(tokens) + 1)
        seconds = len(audio) / SAMPLE_RATE
        words = evenly_timed(text, seconds, float(np.exp(logprob)))
        if way.aligned and words:
            (aligned,) = self._model.find_alignment(tokenizer, [tokens], encoded, frames)
            words = merge_subwords(aligned, seconds, language) if aligned else words
        decoded = Decoded(
            words, language, certainty, logprob, said.no_speech_prob, _compression(text), cut=len(tokens) >= room
        )
        return Decoded((), language, certainty, logprob, said.no_speech_prob) if decoded.invented else decoded

    def _completed(
        self, decoded: Decoded, audio: Audio, asked: TranscriptionOptions, effort: Effort, context: str
    ) -> Decoded:
        """With what the model left out: at a pause it may end the text although speech goes on, or begin with the
        sentence after it. Who calls has cut the silence off the end, so that a text that ends long before it is not the
        whole; and no word lasts as long as a sentence."""
        seconds = len(audio) / SAMPLE_RATE
        known = replace(asked, language=decoded.language)
        decoded = self._filled(decoded, audio, known, effort)
        at = decoded.words[-1].end if decoded.words else seconds
        if seconds - at < _LEFT_OUT_SECONDS:
            return decoded
        rest = audio[int(at * SAMPLE_RATE) :]
        more = self.decode(rest, known, effort, f"{context} {decoded.text}".strip())
        if more.doubtful or not more.words:
            return decoded
        return replace(
            decoded, words=(*decoded.words, *shifted(more.words, at)), logprob=min(decoded.logprob, more.logprob)
        )

    def _filled(self, decoded: Decoded, audio: Audio, asked: TranscriptionOptions, effort: Effort) -> Decoded:
        """With the sentence that words as long as sentences stand for. Decoded without context: it was the text before
        that made the model believe it had said this already."""
        words = decoded.words
        long = [i for i, word in enumerate(words) if word.end - word.start >= _LONGEST_WORD_SECONDS]
        if not long:
            return decoded
        first, last = words[long[0]], words[long[-1]]
        begin, end = round(first.start * SAMPLE_RATE), round(last.end * SAMPLE_RATE)
        within = self._decode(audio[begin:end], asked, _WAYS[effort], "")
        if within.doubtful or len(within.words) <= long[-1] - long[0] + 1:
            return decoded
        said = shifted(within.words, first.start)
        if normalized(said[-1]) != normalized(last):  # cut too early for it
            said = (*said, replace(last, start=said[-1].end, end=max(last.end, said[-1].end)))
        return replace(decoded, words=(*words[: long[0]], *said, *words[long[-1] + 1 :]))

    def _encode(self, audio: Audio, way: _Way) -> tuple[Any, int]:
        """The encoder's output, and how many frames of 10 ms it is of."""
        seconds = len(audio) / SAMPLE_RATE
        whole = min(LONGEST_SECONDS, max(seconds + way.tail, way.least))
        padded = np.concatenate([normalize_level(audio), silence(whole - seconds)])
        frames = len(padded) // _HOP // 2 * 2
        features = self._model.feature_extractor(padded, padding=_HOP)[:, :frames]
        storage = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None], np.float32))
        return self._model.model.encode(storage), frames

    def _language(self, encoded: Any, asked: str | None) -> tuple[str, float]:
        """One step of the decoder where it is not asked for: cheap, the encoding is there."""
        if not self._model.model.is_multilingual:
            return "en", 1.0
        if asked is not None:
            return asked, 1.0
        name, probability = self._model.model.detect_language(encoded)[0][0]
        return name.removeprefix("<|").removesuffix("|>"), float(probability)

    def _prompt(self, tokenizer: Tokenizer, names: tuple[str, ...], context: str) -> list[int]:
        before: list[int] = []
        if names:
            before += tokenizer.encode(f" {', '.join(names)}.")[:_NAMES_TOKENS]
        if context:
            recent = context[-_CONTEXT_CHARACTERS:]
            whole_words = recent if len(recent) == len(context) else recent.partition(" ")[2] or recent
            before += tokenizer.encode(f" {whole_words.strip()}")[-(_PROMPT_TOKENS - len(before)) :]
        start = [tokenizer.sot_prev, *before] if before else []
        return [*start, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def _compression(text: str) -> float:
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 1.0


def _compute_type(device: str) -> str:
    """int8 on the processor (the default there would be float32, at twice the time); what the card can on a card."""
    if device == "cpu":
        return "int8"
    known = ctranslate2.get_supported_compute_types(device)
    return next((name for name in ("int8_float16", "float16", "int8_float32") if name in known), "float32")


def _translated(error: Exception, what: str) -> SpeechModelError:
    reason = str(error).strip().rstrip(".") or type(error).__name__
    if isinstance(error, MemoryError) or "out of memory" in reason.lower() or "bad_alloc" in reason:
        return SpeechModelError(f"{what}: there is no room for it.", "Close other programs, or choose a smaller model.")
    if any(word in reason.lower() for word in ("cuda", "cublas", "cudnn", "driver")):
        return SpeechModelError(f"{what}: {reason}.", "Choose the processor for speech in the settings.")
    return SpeechModelError(f"{what}: {reason}.", "Get the model's files again, or use the one Fanlight comes with.")
