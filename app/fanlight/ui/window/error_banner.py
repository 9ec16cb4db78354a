"""What went wrong, above the conversation, for as long as it holds."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fanlight.domain.desktop_errors import FanlightReplaced, HotkeyError
from fanlight.domain.errors import ImagesUnsupported, ModelError, ModelReduced, PromptTooLong, SpeakerError, StoreError
from fanlight.ui.widgets.banner import Banner

LASTING = (StoreError, HotkeyError, ModelError, SpeakerError, FanlightReplaced)
"""Errors that hold until their reason is gone, whatever the user does next."""
PASSING = (ImagesUnsupported, PromptTooLong, ModelReduced)
"""Those of them that are about one question, or have been read when one is asked."""


class ErrorBanner(Banner):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("error", parent)

    def end_passing_errors(self) -> None:
        """What went wrong before is of the past; what still holds is still said."""
        self.end_errors(lambda error: not isinstance(error, LASTING) or isinstance(error, PASSING))

    def end_model_errors(self) -> None:
        """A model is loaded."""
        self.end_errors(lambda error: isinstance(error, ModelError))
