"""PortAudio through sounddevice, for playing. Its errors are translated here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from fanlight.audio import portaudio
from fanlight.audio.portaudio import BLOCK_SECONDS, OpenDevice, PortAudioDevice
from fanlight.domain.audio import AudioDevice
from fanlight.domain.errors import MicrophoneError, SpeakerError
from fanlight.i18n import _

log = logging.getLogger(__name__)

LATENCY_SECONDS = 0.08
"""Sound in the device's buffer: a short stall of this process stays inaudible, and a stop takes effect soon."""
_NO_RATE = -9997

Fill = Callable[[int], bytes]
"""Returns that many samples, int16, one channel. Called on PortAudio's thread: it must not wait."""


class Playing(OpenDevice, Protocol):
    """A stream to a loudspeaker."""

    rate: int
    """Samples a second that the device takes: the requested rate, or its own."""


class Loudspeaker(Protocol):
    """Each call may hang; all are made on one thread."""

    def devices(self) -> list[AudioDevice]:
        """The devices that play. Raises SpeakerError."""
        ...

    def open(self, device: str, rate: int, fill: Fill, ended: Callable[[], object]) -> Playing:
        """A stream that is not started. `device` by name, "" for the system's choice, which also replaces a device that
        is not connected. `ended` is called on PortAudio's thread when the stream ends. Raises SpeakerError."""
        ...


class PortAudioLoudspeaker:
    """The `Loudspeaker` of this computer."""

    def devices(self) -> list[AudioDevice]:
        sounddevice = _library()
        try:
            known = list(sounddevice.query_devices())
            chosen = sounddevice.default.device[1]
        except sounddevice.PortAudioError as error:
            raise _translated(error) from error
        found: dict[str, AudioDevice] = {}
        for index, entry in enumerate(known):
            name, channels = entry["name"], entry["max_output_channels"]
            if channels > 0 and name not in found:
                found[name] = AudioDevice(name, name, channels, round(entry["default_samplerate"]), index == chosen)
        return list(found.values())

    def open(self, device: str, rate: int, fill: Fill, ended: Callable[[], object]) -> Playing:
        sounddevice = _library()
        try:
            with portaudio.serialized():
                index = _index(sounddevice, device)
                entry = sounddevice.query_devices(index, "output")
                name, own = entry["name"], round(entry["default_samplerate"])
                try:
                    return _Playing(sounddevice, index, name, rate, fill, ended)
                except sounddevice.PortAudioError as error:
                    if rate == own or portaudio.error_code(error) != _NO_RATE:
                        raise
                    log.info("%s does not play at %d Hz, but at its own %d Hz", name, rate, own)
                    return _Playing(sounddevice, index, name, own, fill, ended)
        except sounddevice.PortAudioError as error:
            raise _translated(error, device) from error


def started(playing: Playing) -> Playing:
    """`playing`, started; it is closed when it cannot be started. Raises SpeakerError."""
    try:
        playing.start()
    except SpeakerError:
        playing.close()
        raise
    return playing


class _Playing(PortAudioDevice):
    """See `Playing`."""

    def __init__(
        self, sounddevice: Any, index: int | None, name: str, rate: int, fill: Fill, ended: Callable[[], object]
    ) -> None:
        self.rate = rate

        def wanted(out: Any, frames: int, _time: Any, _status: Any) -> None:
            out[:] = fill(frames)

        stream = sounddevice.RawOutputStream(
            samplerate=rate, blocksize=round(rate * BLOCK_SECONDS), device=index, channels=1, dtype="int16",
            latency=LATENCY_SECONDS, callback=wanted, finished_callback=ended,
        )  # fmt: skip
        super().__init__(sounddevice, stream, name, _translated)
        portaudio.playing += 1
        self._open = True

    def close(self) -> None:
        with portaudio.serialized():
            self._stream.close(ignore_errors=True)
            if self._open:
                self._open = False
                portaudio.playing -= 1


def _index(sounddevice: Any, name: str) -> int | None:
    """The index of the device called `name`; None for the system's choice."""
    known = list(sounddevice.query_devices()) if name else []
    return next((i for i, one in enumerate(known) if one["name"] == name and one["max_output_channels"] > 0), None)


def _library() -> Any:
    try:
        return portaudio.library()
    except MicrophoneError as error:
        raise SpeakerError(error.message, error.hint) from error


def _translated(error: Exception, device: str = "") -> SpeakerError:
    words = str(error.args[0] if error.args else error).removeprefix("Error opening RawOutputStream: ")
    if "querying device -1" in words:
        return SpeakerError(
            _("There is no speaker that can be used."), _("Plug one in, or start the sound server, and try again.")
        )
    reason = words.rstrip(".")
    if not device:
        return SpeakerError(_("The speaker cannot be opened: {reason}.").format(reason=reason))
    return SpeakerError(_("The speaker “{device}” cannot be opened: {reason}.").format(device=device, reason=reason))
