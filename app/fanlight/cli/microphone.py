"""`fanlight doctor --microphone`: records a sentence, transcribes it, and reports what it found. Ends with 1 when that
does not work."""

from __future__ import annotations

import threading
from queue import SimpleQueue

from fanlight import compose
from fanlight.audio.checkup import Checkup
from fanlight.audio.microphone import Microphone, Recording
from fanlight.cli.output import FAILED, OK
from fanlight.cli.streams import put, put_error
from fanlight.domain.audio import (
    AudioDevice,
    DeviceOpened,
    RecordingEnded,
    RecordingEvent,
    RecordingMark,
    RecordingRefused,
    RecordingStarted,
    SoundFormat,
)
from fanlight.domain.errors import SpeechError
from fanlight.domain.ports import SpeechRecognizer
from fanlight.domain.speech import TranscriptionOptions
from fanlight.i18n import _, format_number

SECONDS = 6.0
CLOSE_SECONDS = 5.0


def examine() -> int:
    settings = compose.settings()
    microphone, checkup = Microphone(), Checkup()
    try:
        for line in _devices(microphone):
            put(line)
        recognizer, trouble = _load_recognizer()
        text = _record(microphone, checkup, settings.talk_device, recognizer)
        for line in checkup.findings(text):
            put(line)
        if trouble:
            put(trouble)
        return OK if checkup.works and not trouble else FAILED
    finally:
        microphone.close(CLOSE_SECONDS)


def _devices(microphone: Microphone) -> list[str]:
    listed: SimpleQueue[object] = SimpleQueue()
    microphone.list_devices(listed.put)
    found = listed.get()
    if not isinstance(found, list):
        return []  # opening the microphone reports the same error
    return [f"  {_named(device)}" for device in found if isinstance(device, AudioDevice)]


def _named(device: AudioDevice) -> str:
    return _("{device} (default)").format(device=device.shown) if device.default else device.shown


def _load_recognizer() -> tuple[SpeechRecognizer | None, str]:
    try:
        return compose.load_recognizer(compose.settings()), ""
    except SpeechError as error:
        return None, error.text


def _record(microphone: Microphone, checkup: Checkup, device: str, recognizer: SpeechRecognizer | None) -> str | None:
    """The transcript of what was recorded; None without a recognizer, or where the microphone did not open."""
    incoming: SimpleQueue[bytes | RecordingMark] = SimpleQueue()
    opened: SimpleQueue[SoundFormat | None] = SimpleQueue()
    over = threading.Event()

    def on_event(event: RecordingEvent) -> None:
        checkup.add_event(event)
        if isinstance(event, DeviceOpened):
            opened.put(event.format)
        elif isinstance(event, RecordingStarted):
            text = _("Say a sentence now, within {seconds} seconds…")
            put_error(text.format(seconds=format_number(round(SECONDS))) + "\n")
            timer.start()
        elif isinstance(event, (RecordingEnded, RecordingRefused)):
            opened.put(None)
            over.set()

    recordings: list[Recording] = []
    timer = threading.Timer(SECONDS, lambda: recordings[0].release())
    timer.daemon = True
    recording = microphone.record(device, incoming.put, on_event)
    recordings.append(recording)
    try:
        arrives_as = opened.get()
        text = None
        if arrives_as is not None and recognizer is not None:
            for transcript in recognizer.transcribe_live(
                arrives_as, incoming, TranscriptionOptions(), threading.Event()
            ):
                text = transcript.text if transcript.final else None
        over.wait()
        return text
    finally:
        recording.discard()
        timer.cancel()
        if recognizer is not None:
            recognizer.close()
