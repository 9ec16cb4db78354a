"""Videos become attachments: a frame each for what is seen, and a document for what is said. What has sound alone is
passed on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight.core.chat.attachment_reader import AttachedClip, heard_attachment, read_clip, read_heard_sound
from fanlight.core.chat.attachments import Attachments
from fanlight.core.chat.conversation import Conversation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.turns import Attachment
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.job import Job
from fanlight.core.work.resource import NothingToLoad
from fanlight.domain.clip_errors import ClipError, NoMovingPictures
from fanlight.domain.clips import UNKNOWN_COST, WHOLE_CLIP, ClipPart, HeardWords, frames_in, heard_in
from fanlight.domain.errors import FanlightError, SpeechMissing
from fanlight.domain.sounds import Sound
from fanlight.domain.stop import StopFlag
from fanlight.files import shown_name
from fanlight.i18n import _
from fanlight.pictures.recordings import VIDEO_SUFFIXES

Heard = Iterable[HeardWords] | FanlightError
OnShare = Callable[[float], object]
"""How much of a recording is done, 0 to 1."""
Hear = Callable[[Path, float, OnShare, Callable[[Heard], object]], Callable[[], None]]
"""Has what is said in a file written down, up to so many seconds (0: to its end), and calls back on this thread, once;
returns what stops it."""

_SHARES = 100
_MOST_KNOWN = 24
"""Clips of which another part can be chosen."""


@dataclass
class _ClipReading:
    conversation: Conversation
    key: int
    stop: Callable[[], object]
    flag: StopFlag = field(default_factory=StopFlag)


@dataclass
class _LoadedClip:
    """`sound_key`: of the place of what is said in it; 0 for none. `is_silent`: nothing is said in that part."""

    conversation: Conversation
    key: int
    path: Path
    part: ClipPart = WHOLE_CLIP
    sound_key: int = 0
    is_silent: bool = False
    is_recording: bool = False
    """Nothing is seen of it: it was attached to be heard."""


@dataclass
class _SoundReading:
    """To what is said, and for the sound itself; either may be missing."""

    clip: _LoadedClip
    key: int
    part: ClipPart
    heard: Heard | None = None
    sound: Sound | None = None
    waits_for_sound: bool = False


class ClipLoading(QObject):
    """A clip whose place among the attachments is removed is not read on, nor is its sound."""

    problem = Signal(object)
    images_unsupported = Signal(object)
    recordings_found = Signal(object)
    """Files without moving pictures, as a list of paths."""

    def __init__(
        self, host: ModelHost, file_worker: FileWorker, longest_side: Callable[[], int], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._host, self._file_worker, self._longest_side = host, file_worker, longest_side
        self.hear: Hear | None = None
        """None: nothing can listen."""
        self._readings: dict[int, _ClipReading] = {}
        self._loaded: OrderedDict[int, _LoadedClip] = OrderedDict()

    def load(self, conversation: Conversation, path: Path) -> None:
        """A video, or a recording, for that conversation's next question."""
        clip = _LoadedClip(conversation, conversation.attachments.expect(shown_name(path)), path)
        self._read(clip, lambda found: self._on_read(clip, found))

    def load_recording(self, conversation: Conversation, path: Path) -> None:
        """Only what is heard of a file."""
        self._listen(_LoadedClip(conversation, 0, path, is_recording=True))

    def knows(self, key: int) -> bool:
        """Whether another part of the clip that is attached with this key can be chosen."""
        return key in self._loaded

    def choose_part(self, key: int, part: ClipPart) -> None:
        """Attach that part of the clip in place of what is attached of it; where it cannot be read, that stays."""
        clip = self._loaded.get(key)
        if clip is None or clip.part == part or not (before := clip.conversation.attachments.expect_part(key)):
            return
        part_before, clip.part = clip.part, part
        seconds = max(one.clip.seconds for one in before if one.clip is not None)

        def on_read(found: AttachedClip | FanlightError) -> None:
            attachments = clip.conversation.attachments
            self._readings.pop(key, None)
            if isinstance(found, FanlightError):
                clip.part = part_before
                attachments.resolve_several(key, before)
                self.problem.emit(found)
            elif attachments.resolve_several(key, found.of_video(seconds).frames) and self._wants_sound(clip):
                attachments.remove(clip.sound_key)
                self._listen(clip)

        self._read(clip, on_read)

    def _read(self, clip: _LoadedClip, on_read: Callable[[AttachedClip | FanlightError], object]) -> None:
        conversation, path, part, flag = clip.conversation, clip.path, clip.part, StopFlag()
        side, info, clips = self._longest_side(), self._host.info, 1 + _clips_in(conversation)
        cost = info.frames if info is not None else UNKNOWN_COST
        context_tokens = info.context_tokens if info is not None else None

        def most(size: tuple[int, int]) -> int:
            return frames_in(context_tokens, clips, cost, size)

        job = self._file_worker.call_reporting(
            lambda report: read_clip(path, side, most, flag, part, report),
            on_read,
            lambda share: conversation.attachments.show_reading(clip.key, round(_SHARES * share), _SHARES),
        )
        self._watch(conversation, clip.key, job, flag)

    def _watch(self, conversation: Conversation, key: int, job: Job[NothingToLoad], flag: StopFlag) -> None:
        def stop() -> None:
            flag.set()
            job.stop()

        self._begin(_ClipReading(conversation, key, stop, flag))

    def _begin(self, reading: _ClipReading) -> None:
        self._readings[reading.key] = reading
        reading.conversation.attachments.changed.connect(self._stop_removed)

    def _stop_removed(self) -> None:
        for key, reading in list(self._readings.items()):
            if all(item.key != key for item in reading.conversation.attachments.items):
                del self._readings[key]
                reading.stop()

    def _on_read(self, clip: _LoadedClip, found: AttachedClip | FanlightError) -> None:
        conversation, key, path = clip.conversation, clip.key, clip.path
        self._readings.pop(key, None)
        if isinstance(found, FanlightError):
            conversation.attachments.remove(key)
            if isinstance(found, NoMovingPictures) or path.suffix.lower() not in VIDEO_SUFFIXES:
                self.recordings_found.emit([path])
            else:
                self.problem.emit(found)
            return
        hears = found.has_sound and self._hears
        if hears:
            self._listen(clip)
        if hears and not self._host.supports_images:
            conversation.attachments.remove(key)
            return
        if conversation.attachments.resolve_several(key, found.frames):
            self._remember(clip)
        if not self._host.supports_images:
            self.images_unsupported.emit(conversation)

    def _remember(self, clip: _LoadedClip) -> None:
        self._loaded[clip.key] = clip
        while len(self._loaded) > _MOST_KNOWN:
            self._loaded.popitem(last=False)

    @staticmethod
    def _wants_sound(clip: _LoadedClip) -> bool:
        """Nobody has removed it."""
        return clip.is_silent or clip.conversation.attachments.item(clip.sound_key) is not None

    @property
    def _hears(self) -> bool:
        """Whether what is said can be written down, or the model hears."""
        return self.hear is not None or self._host.hears_seconds > 0

    def _listen(self, clip: _LoadedClip) -> None:
        clip.is_silent = False
        attachments, path, part, flag = clip.conversation.attachments, clip.path, clip.part, StopFlag()
        name = shown_name(path) if clip.is_recording else _("Sound of {name}").format(name=shown_name(path))
        clip.sound_key = key = attachments.expect(name)
        longest, listening = self._host.hears_seconds, _SoundReading(clip, key, part)
        listening.waits_for_sound = longest > 0

        def on_heard(heard: Heard) -> None:
            listening.heard = heard
            self._on_heard(listening)

        def on_sound(sound: Sound | FanlightError | None) -> None:
            listening.sound = sound if isinstance(sound, Sound) else None
            listening.waits_for_sound = False
            self._on_heard(listening)

        stops: list[Callable[[], object]] = [flag.set]
        self._begin(_ClipReading(clip.conversation, key, lambda: [stop() for stop in stops]))
        if longest:
            self._file_worker.call(lambda: read_heard_sound(path, part, longest, flag), on_sound)
        if self.hear is not None:
            share = partial(_show_share, attachments, key)
            stops.append(self.hear(path, part[1], share, on_heard))
        else:
            on_heard(SpeechMissing(_("Nothing here can write down what is said in a recording.")))

    def _on_heard(self, listening: _SoundReading) -> None:
        """Where it cannot be heard the question goes on without; where it was removed nothing is said of it."""
        clip, key, heard, sound = listening.clip, listening.key, listening.heard, listening.sound
        if heard is None or listening.waits_for_sound or key not in self._readings:
            return
        if isinstance(heard, FanlightError) and sound is None:
            self._leave_out(clip, key, heard)
            return
        words = () if isinstance(heard, FanlightError) else heard_in(heard, listening.part)
        self._file_worker.call(
            lambda: heard_attachment(clip.path, words, sound),
            lambda found: self._on_written(clip, key, found),
        )

    def _on_written(self, clip: _LoadedClip, key: int, found: Attachment | FanlightError | None) -> None:
        if isinstance(found, Attachment):
            self._readings.pop(key, None)
            clip.conversation.attachments.resolve(key, found)
            return
        clip.is_silent = clip.is_silent or (found is None and clip.sound_key == key)
        if clip.is_recording and key in self._readings:
            self._leave_out(clip, key, ClipError(_("Nothing is said in it.")))
            return
        self._readings.pop(key, None)
        clip.conversation.attachments.remove(key)

    def _leave_out(self, clip: _LoadedClip, key: int, why: FanlightError) -> None:
        self._readings.pop(key, None)
        clip.conversation.attachments.remove(key)
        text = _("The sound of “{name}” is left out: {reason}")
        self.problem.emit(ClipError(text.format(name=shown_name(clip.path), reason=why.message), why.hint))


def _show_share(attachments: Attachments, key: int, share: float) -> None:
    attachments.show_reading(key, round(_SHARES * share), _SHARES)


def _clips_in(conversation: Conversation) -> int:
    """How many the next question has already."""
    return len({one.clip for one in conversation.attachments.read if one.clip is not None})
