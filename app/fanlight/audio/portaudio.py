"""PortAudio through sounddevice, for recording. Its errors are translated here.

On Linux the wheel has no PortAudio (libportaudio2), and Debian's supports ALSA alone: the desktop's sound server is
reached through ALSA's plug-in for it (libasound2-plugins or pipewire-alsa), as the device "default".
"""

from __future__ import annotations

import ctypes.util
import importlib.util
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from fanlight.domain.audio import AudioDevice, SoundFormat
from fanlight.domain.errors import MicrophoneError, MicrophoneMissing, SpeechError
from fanlight.domain.installation import and_the_rest_works, how_to_add, how_to_replace
from fanlight.i18n import _

log = logging.getLogger(__name__)

BLOCK_SECONDS = 0.02
"""Always set: with 0, or with 100 ms, the first block comes 0.2 to 2 s later (measured with PulseAudio)."""
_DEBIAN = "sudo apt-get install libportaudio2 libasound2-plugins"
_NO_DEVICE, _BAD_DEVICES, _NO_HOST = -9996, -9993, -9999

_WAIT_SECONDS = 1.0
_calls = threading.Lock()
playing = 0
"""Streams of the loudspeaker that are open; changed inside `serialized`."""


@contextmanager
def serialized() -> Iterator[None]:
    """PortAudio must not open, close or list devices on two threads at once. Does not wait for a call that hangs."""
    held = _calls.acquire(timeout=_WAIT_SECONDS)
    try:
        yield
    finally:
        if held:
            _calls.release()


Block = Callable[[bytes, bool], object]
"""Gets interleaved float32 samples, and whether some were lost before them. Called on PortAudio's thread: it must not
wait."""


class OpenDevice(Protocol):
    """A stream of the sound library; it does not run before `start`. Each call may hang."""

    device: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...


class InputStream(OpenDevice, Protocol):
    """A stream from a microphone."""

    format: SoundFormat


class AudioSystem(Protocol):
    """Each call may hang; all are made on one thread."""

    def refresh(self) -> None:
        """Update the list of devices. No stream may be open."""
        ...

    def devices(self) -> list[AudioDevice]:
        """The devices that record. Raises MicrophoneError."""
        ...

    def open(self, device: str, block: Block, ended: Callable[[], object]) -> InputStream:
        """A stream that is not started. `device` by name, "" for the system's choice. `ended` is called on PortAudio's
        thread when the stream ends for any reason. Raises MicrophoneError, and LookupError for an unknown device."""
        ...


class PortAudio:
    """The `AudioSystem` of this computer."""

    def refresh(self) -> None:
        sounddevice = library()
        try:
            with serialized():
                if playing:
                    log.info("the list of devices stays as it is: something is being played")
                    return
                # WORKAROUND PortAudio lists devices only when it is initialized (sounddevice issue 750).
                # Remove when sounddevice has a call to refresh its list.
                sounddevice._terminate()
                sounddevice._initialize()
        except sounddevice.PortAudioError as error:
            raise _translated(error) from error

    def devices(self) -> list[AudioDevice]:
        sounddevice = library()
        try:
            known = list(sounddevice.query_devices())
            chosen = sounddevice.default.device[0]
            hosts = [host["name"] for host in sounddevice.query_hostapis()]
        except sounddevice.PortAudioError as error:
            raise _translated(error) from error
        several = len({hosts[entry["hostapi"]] for entry in known if entry["max_input_channels"] > 0}) > 1
        return [
            AudioDevice(
                name=f"{entry['name']} ({hosts[entry['hostapi']]})" if several else entry["name"],
                shown=entry["name"],
                channels=entry["max_input_channels"],
                rate=round(entry["default_samplerate"]),
                default=index == chosen,
            )
            for index, entry in enumerate(known)
            if entry["max_input_channels"] > 0
        ]

    def open(self, device: str, block: Block, ended: Callable[[], object]) -> InputStream:
        sounddevice = library()
        found = self._index(device)
        try:
            entry = sounddevice.query_devices(found, "input")
        except sounddevice.PortAudioError as error:
            raise _translated(error) from error
        rate, most = round(entry["default_samplerate"]), entry["max_input_channels"]
        for channels in sorted({1, min(2, most), min(8, most)}):
            try:
                with serialized():
                    return _Stream(sounddevice, found, entry["name"], rate, channels, block, ended)
            except sounddevice.PortAudioError as error:
                log.info("%s does not open with %d channels at %d Hz: %s", entry["name"], channels, rate, error)
                failed = error
        raise _translated(failed, entry["name"]) from failed

    def _index(self, name: str) -> int | None:
        """The index of the device called `name`; None for the system's choice. Raises LookupError."""
        if not name:
            return None
        sounddevice = library()
        known = list(sounddevice.query_devices())
        hosts = [host["name"] for host in sounddevice.query_hostapis()]
        for index, entry in enumerate(known):
            if entry["max_input_channels"] > 0 and name in (
                entry["name"],
                f"{entry['name']} ({hosts[entry['hostapi']]})",
            ):
                return index
        raise LookupError(name)


class PortAudioDevice:
    """An `OpenDevice` on a stream of sounddevice."""

    def __init__(
        self, sounddevice: Any, stream: Any, device: str, translated: Callable[[Exception, str], Exception]
    ) -> None:
        self.device = device
        self._stream, self._trouble, self._translated = stream, sounddevice.PortAudioError, translated

    def start(self) -> None:
        try:
            self._stream.start()
        except self._trouble as error:
            raise self._translated(error, self.device) from error

    def stop(self) -> None:
        self._stream.stop(ignore_errors=True)

    def abort(self) -> None:
        self._stream.abort(ignore_errors=True)

    def close(self) -> None:
        with serialized():
            self._stream.close(ignore_errors=True)


class _Stream(PortAudioDevice):
    """See `InputStream`."""

    def __init__(
        self, sounddevice: Any, index: int | None, name: str, rate: int, channels: int, block: Block,
        ended: Callable[[], object],
    ) -> None:  # fmt: skip
        self.format = SoundFormat(rate, channels)

        def arrived(data: Any, _frames: int, _time: Any, status: Any) -> None:
            block(bytes(data), bool(status.input_overflow))

        stream = sounddevice.RawInputStream(
            samplerate=rate, blocksize=round(rate * BLOCK_SECONDS), device=index, channels=channels, dtype="float32",
            latency="low", callback=arrived, finished_callback=ended,
        )  # fmt: skip
        super().__init__(sounddevice, stream, name, _translated)


def error_code(error: Exception) -> int:
    """PortAudio's error code; 0 where the exception has none."""
    return next((part for part in error.args[1:2] if isinstance(part, int)), 0)


def check_package() -> None:
    """Raises MicrophoneError when sounddevice or PortAudio is not installed. Imports neither, since that would look for
    devices."""
    if importlib.util.find_spec("sounddevice") is None:
        raise _not_installed()
    if sys.platform.startswith("linux") and ctypes.util.find_library("portaudio") is None:
        raise MicrophoneError(_("The audio library PortAudio is not installed."), _DEBIAN)


def _not_installed() -> MicrophoneError:
    return MicrophoneError(
        _("Microphone and loudspeaker cannot be used: the package sounddevice is not installed."),
        and_the_rest_works(how_to_add("audio")),
    )


def library() -> Any:
    """sounddevice, imported at first use: that initializes PortAudio, which looks at all devices (0.1 s and more)."""
    try:
        import sounddevice
    except ModuleNotFoundError as error:
        raise _not_installed() from error
    except (ImportError, OSError) as error:
        hint = _DEBIAN if sys.platform.startswith("linux") else how_to_replace("sounddevice")
        raise MicrophoneError(_("The audio library cannot be loaded: {reason}.").format(reason=error), hint) from error
    except Exception as error:  # sounddevice.PortAudioError, whose module failed to import
        raise _translated(error) from error
    return sounddevice


def _translated(error: Exception, device: str = "") -> SpeechError:
    """PortAudio's own message names the cause; the class adds what the user can do."""
    code = error_code(error)
    words = str(error.args[0] if error.args else error).removeprefix("Error opening RawInputStream: ")
    if code in (_NO_DEVICE, _BAD_DEVICES) or "querying device -1" in words:
        return MicrophoneMissing(_("There is no microphone that can be used."))
    if code == _NO_HOST and len(error.args) > 2:
        words = f"{words}: {error.args[2]}"
    reason = words.rstrip(".")
    if not device:
        return MicrophoneError(_("The microphone cannot be opened: {reason}.").format(reason=reason))
    return MicrophoneError(
        _("The microphone “{device}” cannot be opened: {reason}.").format(device=device, reason=reason)
    )
