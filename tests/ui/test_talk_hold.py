"""A hold's last words, and why its recording ended, come by two threads: it is over when both are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event
from typing import Any

import pytest

from fanlight.desktop.hold import Patience
from fanlight.desktop.microphone import Microphone
from fanlight.domain.ports import Watch
from fanlight.domain.sound import Mark, SoundFormat
from fanlight.domain.speech import Asked, Heard
from fanlight.settings import Settings
from fanlight.ui.post import Post
from fanlight.ui.voice.hearing import Hearing
from fanlight.ui.voice.hold import TalkHold
from support.listening_words import ToldListener, words
from support.microphones import ToldSound

pytestmark = pytest.mark.gui
QUICK = Patience(first_block=0.6, post_roll=0.05, late=0.1, stall=0.5, longest=60)


class LatePost(Post):
    """Carries nothing until it is `open`, as one does that has much to carry."""

    def __init__(self) -> None:
        super().__init__()
        self.open = True
        self._kept: list[Callable[[], object]] = []

    def __call__(self, call: Callable[[], object]) -> None:
        if self.open:
            super().__call__(call)
        else:
            self._kept.append(call)

    def deliver(self) -> None:
        self.open = True
        for call in self._kept:
            call()


class QuickListener(ToldListener):
    """Knows all when the recording ends."""

    def listen(
        self, arrives_as: SoundFormat, incoming: SimpleQueue[bytes | Mark], asked: Asked, spare: Event,
        watch: Watch | None = None,
    ) -> Iterator[Heard]:  # fmt: skip
        while not isinstance(item := incoming.get(), Mark) or item is Mark.RELEASED:
            if watch is not None:
                watch([0.9])
        if item is Mark.ENDED:
            yield Heard(words("all of it"), language="en", final=True)


@pytest.mark.parametrize("late", ["why it ended", "nothing"])
def test_the_device_that_died_is_known_with_the_last_words_whichever_comes_first(qtbot: Any, late: str) -> None:
    sound, post = ToldSound(), LatePost()
    microphone, hearing = Microphone(sound, QUICK), Hearing(lambda _: QuickListener())
    hold = TalkHold(microphone, hearing, Settings(), post, post)
    results: list[object] = []
    verdicts: list[float] = []
    hold.over.connect(lambda result: results.append((result.text, hold.ended.why if hold.ended else "?")))
    hold.verdicts.connect(verdicts.extend)
    try:
        qtbot.waitUntil(lambda: hold.stage == "listening" and bool(verdicts), timeout=20_000)
        post.open = late == "nothing"
        sound.opened[0].die()
        if late != "nothing":
            qtbot.waitUntil(lambda: not sound.open_streams, timeout=20_000)
            qtbot.wait(200)
            assert not results
            post.deliver()
        qtbot.waitUntil(lambda: bool(results), timeout=20_000)
        assert results == [("all of it", "lost")]
    finally:
        assert microphone.close(10)
        assert hearing.close(10)
