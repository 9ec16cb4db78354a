"""A word that the user has changed twice after it was dictated: the window offers to write it from now on."""

from __future__ import annotations

from PySide6.QtCore import QObject, SignalInstance

from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.corrections import Corrections
from fanlight.domain.replacements import Replacement
from fanlight.i18n import _
from fanlight.ui.dictation.composer_text import ComposerTarget
from fanlight.ui.widgets.banner import Banner


class CorrectionOffer(QObject):
    """Lasts as long as `target`."""

    def __init__(
        self,
        corrections: Corrections,
        session_manager: SessionManager,
        target: ComposerTarget,
        sent: SignalInstance,
        offers: Banner,
    ) -> None:
        """`sent`: the text of a question of the conversation on the screen."""
        super().__init__(target)
        self._corrections, self._session_manager, self._offers = corrections, session_manager, offers
        target.dictated.connect(corrections.note_dictated)
        sent.connect(self._on_sent)
        corrections.repeated.connect(self._offer)

    def _on_sent(self, text: str) -> None:
        self._corrections.note_sent(self._session_manager.current, text)

    def _offer(self, change: Replacement) -> None:
        text = _("You have changed “{heard}” to “{written}” twice.").format(heard=change.spoken, written=change.written)
        self._offers.offer(text, _("Always Write It"), lambda: self._corrections.accept(change))
