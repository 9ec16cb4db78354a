"""A recording as a sound that a model hears itself: all of it, or a part, decoded in a parsing process."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fanlight.domain.errors import AudioError
from fanlight.domain.sounds import SOUND_RATE, Sound, too_long
from fanlight.i18n import _
from fanlight.speech.media_files import blocks, probe

if TYPE_CHECKING:
    from fanlight.domain.stop import StopFlag

_FULL_SCALE = 32767.0


def read_sound(
    path: Path, longest_seconds: int, part: tuple[float, float] = (0.0, 0.0), stop: StopFlag | None = None
) -> Sound:
    """Between two times in seconds; an end of 0 is the file's own. Slow, on any thread. Raises AudioError,
    SpeechMissing, and SoundUnsupported for one that is longer than `longest_seconds`."""
    begin, end = part
    known = probe(path, stop).seconds
    if known is not None and (there := min(end or known, known) - begin) > longest_seconds + 1:
        raise too_long(there, longest_seconds)  # before minutes of it are decoded
    wanted = min(end - begin, longest_seconds + 1) if end else longest_seconds + 1
    most = round(wanted * SOUND_RATE)
    found: list[bytes] = []
    left = most
    with closing(blocks(path, begin, stop)) as decoded:  # type: ignore[type-var]
        for block in decoded:
            samples = np.clip(np.nan_to_num(block[:left]), -1.0, 1.0) * np.float32(_FULL_SCALE)
            found.append(np.rint(samples).astype("<i2").tobytes())
            left -= len(samples)
            if left <= 0:
                break
    pcm = b"".join(found)
    if not pcm:
        raise AudioError(_("There is no sound in “{name}”.").format(name=path.name))
    sound = Sound.of(SOUND_RATE, pcm)
    if sound.seconds > longest_seconds:
        raise too_long(sound.seconds, longest_seconds)
    return sound
