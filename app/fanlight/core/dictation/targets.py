"""Where dictated words go."""

from __future__ import annotations

from typing import Protocol

from fanlight.domain.speech import LiveTranscript


class TextTarget(Protocol):
    """The place of one utterance's words."""

    def show_hypothesis(self, transcript: LiveTranscript) -> None:
        """Words known so far, in place of those shown before."""
        ...

    def commit_transcript(self, transcript: LiveTranscript) -> None:
        """The final words."""
        ...

    def discard_transcript(self) -> None:
        """Remove what was shown."""
        ...

    def send_question(self) -> None:
        """Send what is written there."""
        ...


class SpeechTarget(Protocol):
    """A field that takes dictated words."""

    def begin_utterance(self) -> TextTarget:
        """Earlier utterances may still deliver words to their own places."""
        ...

    def nearby_text(self) -> str:
        """What is to be read there already: words of it may be said."""
        ...
