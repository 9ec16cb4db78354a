"""Whisper through CTranslate2 and faster-whisper, called below `transcribe`: short speech has a short encoder pass.

Whisper is trained on 30 s of audio. CTranslate2 accepts less, at a proportional cost, but the decoder loops when speech
ends at the edge of the input: zeros follow the speech (in the audio, before the mel spectrogram: a zero of the log-mel
is loud), and a text that looks like a loop is decoded again on the full 30 s. Prompts bias the spelling, they never
constrain the text.
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
from fanlight.i18n import _
from fanlight.speech.audio import Audio, as_audio, normalize_level, silence
from fanlight.speech.ctranslate import Tokenizer, WhisperModel, ctranslate2, load_on_ended_thread
from fanlight.speech.whisper_prompt import build_prompt, with_every_merge
from fanlight.speech.word_alignment import evenly_timed, merge_subwords, normalized, shifted

LONGEST_SECONDS = 30
_HOP = 160
"""Samples a frame of the mel spectrogram: 10 ms."""
_MOST_THREADS = 4
_TOKENS, _TOKENS_PER_SECOND = 12, 8
"""The longest text, so that a loop costs little. Speech has 3 to 5 tokens a second in English, more in scripts that the
tokenizer spells out; faster speech is decoded again without this limit."""
_MOST_TOKENS = 224
_OMITTED_SECONDS = 1.5
"""Audio behind the last word that is longer than this holds speech that the text lacks."""
_LONGEST_WORD_SECONDS = 2.2
"""A long word and the longest pause that is not cut out."""


@dataclass(frozen=True, slots=True)
class _DecodeConfig:
    """`padding` seconds of zeros after the speech and `least` seconds in all go into the encoder; `aligned`: word
    times are looked up in the decoder's attention, else spread evenly."""

    padding: float
    least: float
    beam_size: int
    aligned: bool


# In live utterances of 460 words "final" (3 s of zeros, 10 s in all, beam 5) makes 6 to 9 mistakes, by the processor's
# int8 kernels; with a beam of 2 4 more, at a sixth less time a token. faster-whisper's own 30 s windows make 6 to 8.
_CONFIGS: dict[Effort, _DecodeConfig] = {
    "draft": _DecodeConfig(padding=2, least=8, beam_size=1, aligned=False),
    "final": _DecodeConfig(padding=3, least=10, beam_size=5, aligned=True),
    "best": _DecodeConfig(padding=LONGEST_SECONDS, least=LONGEST_SECONDS, beam_size=5, aligned=True),
}


class WhisperTranscriber:
    """A `Transcriber`. Build it with `load`."""

    def __init__(self, model: WhisperModel, info: SpeechInfo) -> None:
        self._model = model
        self.info = info

    @classmethod
    def load(cls, folder: Path, device: str = "cpu", threads: int = 0) -> WhisperTranscriber:
        """The model in `folder`, checked before (`speech.model_files`), on `device` "cpu" or "cuda", the latter after a
        probe (`speech.device`). `threads` 0: one a core, at most 4. Raises SpeechModelError."""

        def load_model() -> WhisperModel:
            model = WhisperModel(
                str(folder),
                device=device,
                compute_type=_compute_type(device),
                cpu_threads=threads or min(_MOST_THREADS, psutil.cpu_count(logical=False) or 1),
                local_files_only=True,
            )
            model.hf_tokenizer = with_every_merge(model.hf_tokenizer)
            return model

        try:
            model = load_on_ended_thread(load_model)
        except Exception as error:
            known = isinstance(error, (RuntimeError, ValueError, OSError, MemoryError))
            if not known and type(error) is not Exception:  # tokenizers raises a bare one
                raise
            raise _load_error(error, folder) from error
        return cls(model, SpeechInfo(folder.name, device, tuple(model.supported_languages)))

    def decode(
        self, samples: Samples, options: TranscriptionOptions, effort: Effort = "best", context: str = ""
    ) -> Decoded:
        """See `domain.ports.Transcriber`. A doubtful final is decoded again with all 30 s and without context."""
        audio = as_audio(samples)
        if len(audio) > LONGEST_SECONDS * SAMPLE_RATE:
            raise ValueError(f"{len(audio) / SAMPLE_RATE:.1f} s are more than {LONGEST_SECONDS}")
        try:
            decoded = self._decode_once(audio, options, _CONFIGS[effort], context)
            if decoded.doubtful and (effort == "final" or (effort == "best" and context)):
                decoded = self._decode_once(audio, options, _CONFIGS["best"], "")
            if effort != "draft":
                known = replace(options, language=decoded.language)
                decoded = self._with_omitted_sentence(decoded, audio, known, effort)
                decoded = self._with_omitted_end(decoded, audio, known, effort, context)
        except (RuntimeError, MemoryError) as error:
            raise _decode_error(error) from error
        return decoded

    def close(self) -> None:
        self._model.model.unload_model()

    def _decode_once(self, audio: Audio, options: TranscriptionOptions, config: _DecodeConfig, context: str) -> Decoded:
        encoded, frames = self._encode(audio, config)
        language, certainty = self._detect_language(encoded, options.language)
        tokenizer = Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="translate" if options.translate else "transcribe",
            language=language,
        )
        prompt = build_prompt(tokenizer, options.names, context)
        seconds = len(audio) / SAMPLE_RATE
        room = _MOST_TOKENS
        if config.least < LONGEST_SECONDS:
            room = min(room, _TOKENS + int(_TOKENS_PER_SECOND * seconds))
        (result,) = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=config.beam_size,
            # CTranslate2 makes of this min(half of it, what is left after the prompt)
            max_length=max(2 * room, len(prompt) + room),
            suppress_blank=True,
            suppress_tokens=[-1],
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = list(result.sequences_ids[0])
        text = tokenizer.decode(tokens)
        logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
        words = evenly_timed(text, seconds, float(np.exp(logprob)))
        if config.aligned and words:
            (aligned,) = self._model.find_alignment(tokenizer, [tokens], encoded, frames)
            words = merge_subwords(aligned, seconds, language) if aligned else words
        decoded = Decoded(
            words, language, certainty, logprob, result.no_speech_prob, _compression(text), cut=len(tokens) >= room
        )
        return Decoded((), language, certainty, logprob, result.no_speech_prob) if decoded.invented else decoded

    def _with_omitted_end(
        self, decoded: Decoded, audio: Audio, options: TranscriptionOptions, effort: Effort, context: str
    ) -> Decoded:
        """At a pause the decoder may end the text although speech follows. The caller has cut the silence off the end
        of `audio`: words that end long before it are not all, and the rest is decoded with them as context."""
        seconds = len(audio) / SAMPLE_RATE
        end = decoded.words[-1].end if decoded.words else seconds
        if seconds - end < _OMITTED_SECONDS:
            return decoded
        rest = audio[int(end * SAMPLE_RATE) :]
        more = self.decode(rest, options, effort, f"{context} {decoded.text}".strip())
        if more.doubtful or not more.words:
            return decoded
        words = (*decoded.words, *shifted(more.words, end))
        return replace(decoded, words=words, logprob=min(decoded.logprob, more.logprob))

    def _with_omitted_sentence(
        self, decoded: Decoded, audio: Audio, options: TranscriptionOptions, effort: Effort
    ) -> Decoded:
        """The decoder may leave a sentence out whose words are like the context's; alignment then stretches a word over
        it. What such words span is decoded again, without context, and replaces them where it has more words."""
        words = decoded.words
        long = [i for i, word in enumerate(words) if word.end - word.start >= _LONGEST_WORD_SECONDS]
        if not long:
            return decoded
        first, last = words[long[0]], words[long[-1]]
        begin, end = round(first.start * SAMPLE_RATE), round(last.end * SAMPLE_RATE)
        within = self._decode_once(audio[begin:end], options, _CONFIGS[effort], "")
        if within.doubtful or len(within.words) <= long[-1] - long[0] + 1:
            return decoded
        found = shifted(within.words, first.start)
        if normalized(found[-1]) != normalized(last):  # cut too early for it
            found = (*found, replace(last, start=found[-1].end, end=max(last.end, found[-1].end)))
        return replace(decoded, words=(*words[: long[0]], *found, *words[long[-1] + 1 :]))

    def _encode(self, audio: Audio, config: _DecodeConfig) -> tuple[Any, int]:
        """The encoder's output, a StorageView of shape (1, frames / 2, width), and its number of 10 ms frames."""
        seconds = len(audio) / SAMPLE_RATE
        whole = min(LONGEST_SECONDS, max(seconds + config.padding, config.least))
        padded = np.concatenate([normalize_level(audio), silence(whole - seconds)])
        frames = len(padded) // _HOP // 2 * 2
        features = self._model.feature_extractor(padded, padding=_HOP)[:, :frames]
        storage = ctranslate2.StorageView.from_array(np.ascontiguousarray(features[None], np.float32))
        return self._model.model.encode(storage), frames

    def _detect_language(self, encoded: Any, wanted: str | None) -> tuple[str, float]:
        """Whisper's code and its probability; one step of the decoder where none is `wanted`."""
        if not self._model.model.is_multilingual:
            return "en", 1.0
        if wanted is not None:
            return wanted, 1.0
        name, probability = self._model.model.detect_language(encoded)[0][0]
        return name.removeprefix("<|").removesuffix("|>"), float(probability)


def _compression(text: str) -> float:
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 1.0


def _compute_type(device: str) -> str:
    """int8 on the CPU (the default there would be float32, at twice the time); on a GPU the best that it supports."""
    if device == "cpu":
        return "int8"
    supported = ctranslate2.get_supported_compute_types(device)
    return next((name for name in ("int8_float16", "float16", "int8_float32") if name in supported), "float32")


def _load_error(error: Exception, folder: Path) -> SpeechModelError:
    if _is_out_of_memory(error):
        message = _("There is not enough memory to load the speech model in {folder}.").format(folder=folder)
    else:
        message = _("The speech model in {folder} cannot be loaded: {reason}.").format(
            folder=folder, reason=_reason(error)
        )
    return SpeechModelError(message, _hint(error))


def _decode_error(error: Exception) -> SpeechModelError:
    if _is_out_of_memory(error):
        message = _("There is not enough memory for the speech model.")
    else:
        message = _("The speech model failed: {reason}.").format(reason=_reason(error))
    return SpeechModelError(message, _hint(error))


def _hint(error: Exception) -> str:
    if _is_out_of_memory(error):
        return _("Close other programs, or choose a smaller model.")
    if any(word in _reason(error).lower() for word in ("cuda", "cublas", "cudnn", "driver")):
        return _("Choose the processor for speech in the settings.")
    return _("Download the model's files again, or use the model that comes with Fanlight.")


def _reason(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__


def _is_out_of_memory(error: Exception) -> bool:
    reason = _reason(error)
    return isinstance(error, MemoryError) or "out of memory" in reason.lower() or "bad_alloc" in reason
