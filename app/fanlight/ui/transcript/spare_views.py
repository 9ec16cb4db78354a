"""Widgets of messages that have left the screen, for those that come: making one takes several times as long as showing
another message in it."""

from __future__ import annotations

from fanlight.domain.messages import Role
from fanlight.ui.transcript.message import MessageView

MOST_SPARE = 10
"""Of each role."""


class SpareViews:
    """All of one look. Between `put` and `hide` they are still on the screen, and so is what is taken meanwhile."""

    def __init__(self) -> None:
        self._views: dict[Role, list[MessageView]] = {}

    def put(self, view: MessageView) -> None:
        """The owner needs it no longer."""
        spare = self._views.setdefault(view.entry.role, [])
        if len(spare) < MOST_SPARE and view.can_be_reused:
            spare.append(view)
        else:
            _remove(view)

    def take(self, role: Role) -> MessageView | None:
        """One that is to show another message, if there is any."""
        spare = self._views.get(role)
        return spare.pop(0) if spare else None

    def hide(self) -> None:
        """Those that were not taken; nothing of what they showed stays in them."""
        for spare in self._views.values():
            for view in spare:
                if not view.isHidden():
                    view.setVisible(False)
                    view.forget()

    def clear(self) -> None:
        for spare in self._views.values():
            for view in spare:
                _remove(view)
            spare.clear()


def _remove(view: MessageView) -> None:
    view.hide()
    view.deleteLater()
