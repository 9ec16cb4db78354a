"""A few of the broken recordings of `make fuzz`: each is heard or refused in a sentence, and nothing dies of it."""

from __future__ import annotations

from fuzz.campaign import tried
from fuzz.run_sounds import attempts
from fuzz.sound_changes import sources


def test_fifty_broken_recordings_are_heard_or_refused() -> None:
    assert set(tried(range(50), attempts, seed=5)) >= {"answered", "refused"}


def test_they_are_of_every_container() -> None:
    assert {ending for ending, _data in sources()} >= {
        "wav", "flac", "mp3", "m4a", "ogg", "opus", "webm", "mkv", "mp4", "mov", "avi",
    }  # fmt: skip
