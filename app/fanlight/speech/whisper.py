"""Whisper through CTranslate2 and faster-whisper, called below `transcribe`: short speech has a short encoder pass.

A text that looks like a loop or is improbable is decoded again on the full 30 s, then drawn at rising temperatures; a
loop that is left is cut. Prompts bias the spelling, they never constrain the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import psutil

from fanlight.domain.errors import SpeechModelError
from fanlight.domain.speech import SAMPLE_RATE, Decoded, Effort, Samples, SpeechInfo, TranscriptionOptions
from fanlight.i18n import _
from fanlight.speech.audio import Audio, as_audio
from fanlight.speech.ctranslate import WhisperModel, ctranslate2, load_on_ended_thread
from fanlight.speech.language_choice import by_probability, chosen_language, passage_languages
from fanlight.speech.omissions import stretched_words, with_words_replaced
from fanlight.speech.repetition import without_loops
from fanlight.speech.similar_names import names_written, similar_names
from fanlight.speech.whisper_passes import LONGEST_SECONDS, Encoding, Language, WhisperPasses, as_decoded
from fanlight.speech.whisper_prompt import with_every_merge
from fanlight.speech.word_alignment import shifted

_MOST_THREADS = 4
_TOKENS, _TOKENS_PER_SECOND = 12, 8
"""The longest text, so that a loop costs little. Speech has 3 to 5 tokens a second in English, more in scripts that the
tokenizer spells out; faster speech is decoded again without this limit."""
_MOST_TOKENS = 224
_HEARD_SECONDS, _SHORTEST_PASSAGE = 6.0, 1.0
"""Of a passage, for its language: at most, and at least. As sure as on all of it."""
_LESS_PROBABLE = 0.15
"""A token, on the average: a name that was said makes a text more probable, mostly."""
_MAYBE_NO_SPEECH, _LIKELY_NO_SPEECH, _SURE = 0.35, 0.45, -0.5
"""Above the first no-speech probability, what another decode makes of a doubtful text is no speech if it is doubtful,
too; above the second, unless its log probability is above the third: a sheep becomes "Noooo", or "No!" and "Hey!"."""
_OMITTED_SECONDS = 1.5
"""Audio behind the last word that is longer than this holds speech that the text lacks."""
_SHORTEST_TEXT_SECONDS, _MOST_ENDS = 0.1, 3
"""A text that ends sooner is invented, or aligned wrongly: behind it is the same audio again, and behind that, too."""


@dataclass(frozen=True, slots=True)
class _DecodeConfig:
    """`padding` seconds of zeros after the speech and `least` seconds in all go into the encoder; `aligned`: word
    times are looked up in the decoder's attention, else spread evenly; `timestamps`: the decoder writes them, too."""

    padding: float
    least: float
    beam_size: int
    aligned: bool
    timestamps: bool = False


# In live utterances of 460 words "final" (3 s of zeros, 10 s in all, beam 5) makes 6 to 9 mistakes, by the processor's
# int8 kernels; with a beam of 2 4 more, at a sixth less time a token. faster-whisper's own 30 s windows make 6 to 8.
# "best" writes timestamps, as the model was trained to: of 53 recordings with noise or reverberation 11 have fewer
# wrong words than without, 6 have more, all together 7 % fewer, within what rounding alone changes (1.5 sigma).
_CONFIGS: dict[Effort, _DecodeConfig] = {
    "draft": _DecodeConfig(padding=2, least=8, beam_size=1, aligned=False),
    "final": _DecodeConfig(padding=3, least=10, beam_size=5, aligned=True),
    "best": _DecodeConfig(padding=LONGEST_SECONDS, least=LONGEST_SECONDS, beam_size=5, aligned=True, timestamps=True),
}
_TEMPERATURES: dict[Effort, tuple[float, ...]] = {"draft": (), "final": (0.4, 0.8), "best": (0.2, 0.4, 0.6, 0.8)}
"""For a text that is doubtful also on 30 s, one after the other (arXiv 2212.04356, 4.5). Few while somebody waits."""


class WhisperTranscriber:
    """A `Transcriber`. Build it with `load`."""

    def __init__(self, model: WhisperModel, info: SpeechInfo) -> None:
        self._model = model
        self._passes = WhisperPasses(model)
        self._encoded: tuple[str, Encoding] | None = None
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
        """See `domain.ports.Transcriber`. A doubtful text is decoded again, but for a draft's."""
        audio = as_audio(samples)
        if len(audio) > LONGEST_SECONDS * SAMPLE_RATE:
            raise ValueError(f"{len(audio) / SAMPLE_RATE:.1f} s are more than {LONGEST_SECONDS}")
        try:
            return self._decode_to_end(audio, options, effort, context, _MOST_ENDS)
        except (RuntimeError, MemoryError) as error:
            raise _decode_error(error) from error

    def languages(
        self, samples: Samples, passages: Sequence[tuple[float, float]], options: TranscriptionOptions
    ) -> tuple[str, ...]:
        """See `domain.ports.Transcriber`."""
        if options.language is not None or not passages:
            return (options.language or "",) * len(passages)
        audio = as_audio(samples)
        try:
            found = [self._heard_languages(audio, begin, end) for begin, end in passages]
        except (RuntimeError, MemoryError) as error:
            raise _decode_error(error) from error
        return passage_languages(found, [end - begin for begin, end in passages], options.likely_language)

    def close(self) -> None:
        self._model.model.unload_model()

    def _decode_to_end(
        self, audio: Audio, options: TranscriptionOptions, effort: Effort, context: str, ends: int
    ) -> Decoded:
        """`ends`: how often an omitted end may be decoded."""
        if effort == "draft":
            return self._decode_once(audio, options, _CONFIGS[effort], context)
        plain = replace(options, names=())  # a list in the prompt costs ordinary words: 5 wrong of 197, 3 without
        decoded = self._decode_once(audio, plain, _CONFIGS[effort], context)
        known = replace(options, language=decoded.language)
        if decoded.doubtful:
            decoded = self._decode_again(decoded, audio, known, effort, context)
        else:
            decoded = self._with_expected_names(decoded, audio, known, effort, context)
        decoded = self._with_omitted_sentence(decoded, audio, known, effort)
        if ends:
            decoded = self._with_omitted_end(decoded, audio, known, effort, context, ends - 1)
        return replace(decoded, words=without_loops(decoded.words)) if decoded.loop else decoded

    def _decode_once(
        self, audio: Audio, options: TranscriptionOptions, config: _DecodeConfig, context: str, temperature: float = 0.0
    ) -> Decoded:
        encoding = self._encode(audio, config)
        language = Language(options.language, 1.0) if options.language else self._detect(encoding, options)
        known = replace(options, language=language.code)
        if options.likely_language not in (None, language.code):
            context = ""  # in another language: the text would go on in that one
        room = _MOST_TOKENS
        if config.least < LONGEST_SECONDS or temperature > 0:
            room = min(room, _TOKENS + int(_TOKENS_PER_SECOND * encoding.seconds))
        generated = self._passes.generate(
            encoding, known, context, room, config.beam_size, temperature, config.timestamps
        )
        words = self._passes.spread(generated, encoding)
        if config.aligned and words:
            words = self._passes.align(generated, encoding, known)
        return as_decoded(generated, words, language)

    def _with_expected_names(
        self, decoded: Decoded, audio: Audio, options: TranscriptionOptions, effort: Effort, context: str
    ) -> Decoded:
        """Decoded once more where words sound like expected names: those alone are in the prompt then. Kept where
        one of them is written, and the text is as probable; nearly, for a name of the user's own."""
        known = f" {decoded.text} ".casefold()
        nearby = [word for word in options.nearby if word.casefold() not in known]
        names = similar_names(decoded.text, (*options.names, *self._passes.rare(nearby)))
        if not names:
            return decoded
        expecting = replace(options, names=names)
        again = self._decode_once(audio, expecting, _CONFIGS[effort], context)
        written = names_written(again.text, names)
        allowed = _LESS_PROBABLE if any(name in options.names for name in written) else 0.0
        if not written or again.doubtful or again.logprob < decoded.logprob - allowed:
            return decoded
        return again

    def _decode_again(
        self, doubtful: Decoded, audio: Audio, options: TranscriptionOptions, effort: Effort, context: str
    ) -> Decoded:
        """A doubtful text, on all 30 s and without context, then drawn at rising temperatures: the first that is not
        doubtful, else the most probable that is no loop, else the most probable."""
        best, tried = _CONFIGS["best"], list[Decoded]()
        first = [doubtful] if effort == "best" and not context else [self._decode_once(audio, options, best, "")]
        drawn = (self._decode_once(audio, options, best, "", each) for each in _TEMPERATURES[effort])
        for decoded in chain(first, drawn):
            if _is_no_speech(decoded):
                return replace(decoded, words=(), loop=False)
            if not decoded.doubtful or not decoded.words:
                return decoded  # none: it was taken for invented
            tried.append(decoded)
        return max(tried, key=lambda decoded: (not decoded.loop, decoded.logprob))

    def _detect(self, encoding: Encoding, options: TranscriptionOptions) -> Language:
        found = by_probability(self._passes.detect(encoding))
        return chosen_language(found, encoding.seconds, options.likely_language)

    def _heard_languages(self, audio: Audio, begin: float, end: float) -> list[Language]:
        """Those of one passage, by its first seconds; none where it is too short to tell."""
        if end - begin < _SHORTEST_PASSAGE:
            return []
        piece = audio[round(begin * SAMPLE_RATE) : round(min(end, begin + _HEARD_SECONDS) * SAMPLE_RATE)]
        return by_probability(self._passes.detect(self._passes.encode(piece, padding=1, least=5)))

    def _encode(self, audio: Audio, config: _DecodeConfig) -> Encoding:
        """The last encoding is kept: a doubtful text is decoded on it again."""
        key = hashlib.sha256(audio.tobytes() + f"{config.padding} {config.least}".encode()).hexdigest()
        if self._encoded is None or self._encoded[0] != key:
            self._encoded = key, self._passes.encode(audio, config.padding, config.least)
        return self._encoded[1]

    def _with_omitted_end(
        self, decoded: Decoded, audio: Audio, options: TranscriptionOptions, effort: Effort, context: str, ends: int
    ) -> Decoded:
        """At a pause the decoder may end the text although speech follows. The caller has cut the silence off the end
        of `audio`: words that end long before it are not all, and the rest is decoded with them as context."""
        seconds = len(audio) / SAMPLE_RATE
        end = decoded.words[-1].end if decoded.words else seconds
        if seconds - end < _OMITTED_SECONDS or end < _SHORTEST_TEXT_SECONDS:
            return decoded
        rest = audio[int(end * SAMPLE_RATE) :]
        more = self._decode_to_end(rest, options, effort, f"{context} {decoded.text}".strip(), ends)
        if more.doubtful or not more.words:
            return decoded
        words = (*decoded.words, *shifted(more.words, end))
        return replace(decoded, words=words, logprob=min(decoded.logprob, more.logprob))

    def _with_omitted_sentence(
        self, decoded: Decoded, audio: Audio, options: TranscriptionOptions, effort: Effort
    ) -> Decoded:
        """The decoder may leave a sentence out whose words are like the context's; alignment then stretches a word over
        it. What such words span is decoded again, without context, and replaces them where it has more words."""
        span = stretched_words(decoded.words)
        if span is None:
            return decoded
        first, last = decoded.words[span.start], decoded.words[span.stop - 1]
        begin, end = round(first.start * SAMPLE_RATE), round(last.end * SAMPLE_RATE)
        within = self._decode_once(audio[begin:end], options, _CONFIGS[effort], "")
        if within.doubtful:
            return decoded
        return replace(decoded, words=with_words_replaced(decoded.words, span, shifted(within.words, first.start)))


def _is_no_speech(again: Decoded) -> bool:
    """Of what is decoded after a doubtful text."""
    if again.doubtful:
        return again.no_speech > _MAYBE_NO_SPEECH
    return again.no_speech > _LIKELY_NO_SPEECH and again.logprob < _SURE


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
