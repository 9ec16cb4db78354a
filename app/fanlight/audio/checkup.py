"""A check of a microphone by a short recording."""

from __future__ import annotations

from fanlight.domain.audio import (
    SILENT_DBFS,
    DeviceOpened,
    RecordingEnded,
    RecordingEvent,
    RecordingRefused,
    RecordingStarted,
    SoundLevel,
)
from fanlight.i18n import _, format_decimal, format_number, format_percent, ngettext

SLOW_SECONDS, MUTED_DBFS, SOFT_DBFS, NOISY_DBFS, CLIPS_DBFS = 0.25, -65.0, -45.0, -35.0, -0.2
QUIET_SHARE = 0.2
"""The share of the levels, softest first, that count as noise between words."""


class Checkup:
    """Collects the events of a recording; `findings` are its results."""

    def __init__(self) -> None:
        self.device = ""
        self.first_seconds: float | None = None
        self._rate = self._channels = 0
        self._levels: list[SoundLevel] = []
        self._ended: RecordingEnded | None = None
        self._refused: RecordingRefused | None = None

    def add_event(self, event: RecordingEvent) -> None:
        match event:
            case DeviceOpened(device, sound_format, _):
                self.device, self._rate, self._channels = device, sound_format.rate, sound_format.channels
            case RecordingStarted(seconds):
                self.first_seconds = seconds
            case SoundLevel():
                self._levels.append(event)
            case RecordingEnded():
                self._ended = event
            case RecordingRefused():
                self._refused = event

    @property
    def works(self) -> bool:
        return self._refused is None and self.first_seconds is not None and self.loudest > MUTED_DBFS

    @property
    def noise(self) -> float:
        """The level between words in dBFS."""
        levels = sorted(level.dbfs for level in self._levels)
        return levels[int(len(levels) * QUIET_SHARE)] if levels else SILENT_DBFS

    @property
    def loudest(self) -> float:
        return max((level.dbfs for level in self._levels), default=SILENT_DBFS)

    def findings(self, text: str | None) -> list[str]:
        """The results as sentences. `text` is the recognized speech; None where recognition was not asked for."""
        if self._refused is not None:
            return [self._refused.error.text]
        if self.first_seconds is None:
            return [_("Nothing was recorded.")]
        return [self._device(), self._speed(self.first_seconds), self._loudness(), *self._losses(), *_words(text)]

    def _device(self) -> str:
        return ngettext(
            "“{device}” opens with {rate} samples a second on one channel.",
            "“{device}” opens with {rate} samples a second on {count} channels.",
            self._channels,
        ).format(device=self.device, rate=format_number(self._rate), count=self._channels)

    def _speed(self, seconds: float) -> str:
        if seconds <= SLOW_SECONDS:
            return _("The first sound came after {seconds} s.").format(seconds=format_decimal(seconds, 2))
        return _(
            "The first sound came after {seconds} s, which is slow: wait for “Listening” before you speak, or turn on "
            "“Keep the microphone open” in the settings."
        ).format(seconds=format_decimal(seconds, 2))

    def _loudness(self) -> str:
        if self.loudest < MUTED_DBFS:
            return _("It is silent. It may be muted, or the system may not let Fanlight record.")
        levels = _("The noise is at {noise} dB, the loudest sound at {loudest} dB.").format(
            noise=format_decimal(self.noise, 0), loudest=format_decimal(self.loudest, 0)
        )
        return f"{levels} {advice}" if (advice := self._advice()) else levels

    def _advice(self) -> str:
        if max((level.peak for level in self._levels), default=SILENT_DBFS) > CLIPS_DBFS:
            return _("The sound is clipped: turn the microphone down.")
        if self.noise > NOISY_DBFS:
            return _("That is noisy: some words may be wrong.")
        if self.loudest < SOFT_DBFS:
            return _("That is quiet: speak closer, or turn the microphone up.")
        return ""

    def _losses(self) -> list[str]:
        ended = self._ended
        if ended is None or ended.why == "released":
            if ended is None or ended.gaps <= 0.01:
                return []
            return [_("{share} of the sound was lost.").format(share=format_percent(ended.gaps))]
        return [_("It was disconnected during the recording.")] if ended.why in ("lost", "stalled") else []


def _words(text: str | None) -> list[str]:
    if text is None:
        return []
    return [_("Heard: {text}").format(text=text) if text else _("No words were recognized.")]
