"""What was heard, as the user writes it: the replacements of a list, and the spelling of expected names."""

from __future__ import annotations

from dataclasses import replace

from fanlight.domain.replacements import spellings
from fanlight.domain.speech import LiveTranscript, TranscriptionOptions, Word
from fanlight.domain.transcription import TranscriptionPart
from fanlight.speech.replacing import with_replacements


def as_written(transcript: LiveTranscript, options: TranscriptionOptions) -> LiveTranscript:
    """Committed words and the hypothesis each for themselves: a word that is committed stays."""
    language = transcript.language
    stable = _written(transcript.hypothesis[: transcript.stable_count], options, language)
    return replace(
        transcript,
        committed=_written(transcript.committed, options, language),
        hypothesis=_written(transcript.hypothesis, options, language),
        stable_count=len(stable),
    )


def part_as_written(part: TranscriptionPart, options: TranscriptionOptions) -> TranscriptionPart:
    return replace(part, words=_written(part.words, options, part.language))


def _written(words: tuple[Word, ...], options: TranscriptionOptions, language: str) -> tuple[Word, ...]:
    rules = (*options.replacements, *spellings(options.names))
    return with_replacements(words, rules, "en" if options.translate else language)
