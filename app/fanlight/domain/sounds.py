"""Sounds that a model hears itself: frozen values."""

from __future__ import annotations

import hashlib
import io
import math
import wave
from dataclasses import dataclass

from fanlight.domain.errors import SoundUnsupported
from fanlight.i18n import _, format_number, ngettext

SOUND_RATE = 16_000
"""Samples a second of what recordings are decoded to."""
_SAMPLE_BYTES = 2
_HEADER_BYTES, _RATE_AT = 44, 24
"""Of a WAV file: before its samples, and where the rate stands."""
_HIGHEST_RATE = 192_000


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """One channel of `rate` samples a second, 16 bits each, little-endian; `id` is the sha256 of both, so that equal
    sounds share an entry in every cache. Build one with `Sound.of` or `Sound.of_wav`."""

    id: str
    rate: int
    pcm: bytes

    def __post_init__(self) -> None:
        if self.rate < 1 or not self.pcm or len(self.pcm) % _SAMPLE_BYTES:
            raise ValueError(f"no sound: {self.rate} Hz, {len(self.pcm)} bytes")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sound) and other.id == self.id

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"Sound({self.seconds:.1f} s, {self.id[:8]})"

    @classmethod
    def of(cls, rate: int, pcm: bytes) -> Sound:
        digest = hashlib.sha256(f"sound {rate}:".encode())
        digest.update(pcm)
        return cls(digest.hexdigest(), rate, pcm)

    @classmethod
    def of_wav(cls, data: bytes) -> Sound:
        """What `wav` has written. Raises ValueError for any other file: what an imported one holds is not decoded
        here."""
        rate = int.from_bytes(data[_RATE_AT : _RATE_AT + 4], "little")
        if rate > _HIGHEST_RATE or (found := cls.of(rate, data[_HEADER_BYTES:])).wav() != data:
            raise ValueError("no sound that Fanlight has written")
        return found

    @property
    def count(self) -> int:
        """Of its samples."""
        return len(self.pcm) // _SAMPLE_BYTES

    @property
    def seconds(self) -> float:
        return self.count / self.rate

    def wav(self) -> bytes:
        """As a file."""
        made = io.BytesIO()
        with wave.open(made, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(_SAMPLE_BYTES)
            file.setframerate(self.rate)
            file.writeframes(self.pcm)
        return made.getvalue()


def too_long(seconds: float, longest_seconds: int) -> SoundUnsupported:
    """For a sound of so many seconds."""
    text = ngettext(
        "This model hears at most {most} second at once, and the recording has {seconds}.",
        "This model hears at most {most} seconds at once, and the recording has {seconds}.",
        longest_seconds,
    )
    shown = format_number(max(math.ceil(seconds), longest_seconds + 1))
    return SoundUnsupported(
        text.format(most=format_number(longest_seconds), seconds=shown),
        _("Ask about its transcript, or about a shorter part of it."),
    )
