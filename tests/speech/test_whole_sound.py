"""A recording that a model hears itself is decoded as far as it can be heard, and no further."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fanlight.domain.errors import SoundUnsupported
from fanlight.domain.sounds import SOUND_RATE
from fanlight.speech import whole_sound
from fanlight.speech.audio import Audio
from fanlight.speech.media_source import MediaInfo

ENDLESS = 10_000


@pytest.mark.parametrize("part", [(0.0, 0.0), (0.0, 3600.0), (10.0, 3600.0)])
def test_a_file_that_does_not_say_how_long_it_is_is_not_decoded_to_its_end(
    monkeypatch: pytest.MonkeyPatch, part: tuple[float, float]
) -> None:
    decoded = 0

    def blocks(*_: Any) -> Iterator[Audio]:
        nonlocal decoded
        for _second in range(ENDLESS):
            decoded += 1
            yield np.zeros(SOUND_RATE, np.float32)

    monkeypatch.setattr(whole_sound, "probe", lambda *_: MediaInfo(None, 1))
    monkeypatch.setattr(whole_sound, "blocks", blocks)
    with pytest.raises(SoundUnsupported, match="at most 30 seconds"):
        whole_sound.read_sound(Path("live.webm"), 30, part)
    assert decoded <= 31
