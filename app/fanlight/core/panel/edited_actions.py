"""The quick actions while they are edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fanlight.domain.actions import Action, checked, fresh_name
from fanlight.domain.errors import ActionsError
from fanlight.i18n import _


class EditedActions:
    """In their order, valid or not. `shipped` are those that come with Fanlight."""

    def __init__(self, actions: Sequence[Action], shipped: Sequence[Action]) -> None:
        self.now = list(actions)
        self._all_shipped = shipped

    def shipped(self, row: int) -> Action | None:
        """The action in that row as it comes with Fanlight; None for one of the user's own."""
        return self._shipped_as(self.now[row].name)

    def has_changed(self, row: int) -> bool:
        """Whether there is a shipped one that it differs from."""
        return self.shipped(row) not in (None, self.now[row])

    def move(self, row: int, by: int) -> bool:
        """False where the list ends there."""
        if not 0 <= row + by < len(self.now):
            return False
        self.now.insert(row + by, self.now.pop(row))
        return True

    def add(self, new: Action, label: str) -> None:
        """At the end, with a name of its own."""
        name = fresh_name(label, [action.name for action in (*self.now, *self._all_shipped)])
        self.now.append(replace(new, name=name, label=label))

    def remove(self, row: int) -> bool:
        """False for a shipped one, which can only be hidden."""
        if self.shipped(row) is not None:
            return False
        del self.now[row]
        return True

    def restore(self, row: int) -> bool:
        """As it was shipped; False for one of the user's own."""
        shipped = self.shipped(row)
        if shipped is None:
            return False
        self.now[row] = shipped
        return True

    def restore_all(self) -> None:
        """The shipped actions; those that the user has added stay."""
        own = [action for action in self.now if self._shipped_as(action.name) is None]
        self.now = [*self._all_shipped, *own]

    def check(self) -> list[Action]:
        """All of them, as they can be put in force. Raises ActionsError: one is invalid, or two that are shown have one
        key."""
        valid = [checked(action) for action in self.now]
        for action, other in _pairs_with_one_key(self.now):
            raise ActionsError(
                _("“{label}” and “{other}” use the same key, {key}.").format(
                    label=action.shown_label, other=other.shown_label, key=action.key.upper()
                ),
                _("Change one of them."),
            )
        self.now = valid
        return valid

    def _shipped_as(self, name: str) -> Action | None:
        return next((action for action in self._all_shipped if action.name == name), None)


def _pairs_with_one_key(actions: Sequence[Action]) -> list[tuple[Action, Action]]:
    """Those that are shown in one panel."""
    keyed = [action for action in actions if action.key and not action.hidden]
    return [
        (action, other)
        for i, action in enumerate(keyed)
        for other in keyed[i + 1 :]
        if (action.key, action.about) == (other.key, other.about)
    ]
