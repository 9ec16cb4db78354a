"""The durations of live transcription, in seconds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreamingLimits:
    first: float = 0.5
    """Speech before the first draft."""
    step: float = 0.6
    """New audio between two drafts, at least this and 1.5 times the duration of the last decode."""
    ahead: float = 0.2
    """Silence before a decode ahead."""
    pause: float = 0.45
    """Silence that commits a segment of at least `enough`."""
    enough: float = 5.0
    rest: float = 1.5
    """Silence that commits any segment."""
    longest: float = 10.0
    """The longest segment; it is cut at its longest pause after `cut_after`."""
    cut_after: float = 4.0
    lead: float = 0.6
    """Kept before the first speech: Whisper decodes soft first words that the VAD misses. In 460 words 8 mistakes, with
    0.3 s 11 (beam 2)."""
    trail: float = 0.3
    """Silence decoded after the last speech."""


@dataclass(frozen=True, slots=True)
class ReleaseLimits:
    """After the key is up."""

    quiet: float = 0.06
    """Silence behind the last word. Then the rest is decoded; if the word goes on after that, it is decoded again."""
    least: float = 0.1
    """Sound, whatever is heard in it: what was said before the release is still on its way through the device."""
    nothing: float = 0.3
    """Silence where nothing has been said yet: the VAD notices a first word late."""
    inaudible_db: float = 34.0
    """So much below the loudest speech of the last two seconds nothing of a word is heard. `quiet` seconds must be as
    soft as that on the average, or as the room."""
    room_db: float = 3.0
    """So much above the softest moment of the recording is the room: noise goes up and down."""
