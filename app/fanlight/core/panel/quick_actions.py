"""The quick actions in force: the shipped ones with the user's own file over them, and how that file is written."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fanlight import paths
from fanlight.domain.actions import Action, Subject, changes, find, merged, parse_shipped, usable
from fanlight.domain.errors import ActionsError, FanlightError, StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.edited_json import keep_broken, read_text
from fanlight.files import replace_file
from fanlight.i18n import _

log = logging.getLogger(__name__)

NONE = "none"
"""The default action of a user who wants to choose each time."""


class QuickActions(QObject):
    """The user's file is read when it is first needed and whenever it has changed; one that is
    invalid is reported once, and the actions that were in force stay."""

    changed = Signal()
    problem = Signal(object)

    def __init__(self, shipped: Path, own: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.file = own
        self._shipped_file = shipped
        self._shipped: tuple[Action, ...] = ()
        self._all: tuple[Action, ...] = ()
        self._seen: tuple[int, int] | None = (-1, -1)

    @classmethod
    def of(cls, home: Path, parent: QObject | None = None) -> QuickActions:
        """The shipped ones, with what the user has in `home`."""
        return cls(paths.resources() / "actions.toml", home / "actions.toml", parent)

    @property
    def shipped(self) -> tuple[Action, ...]:
        if not self._shipped:
            self._shipped = parse_shipped(self._shipped_file.read_text("utf-8"))
        return self._shipped

    @property
    def all(self) -> tuple[Action, ...]:
        """Hidden ones too."""
        self._read_if_changed()
        return self._all

    def shown_for(self, about: Subject) -> tuple[Action, ...]:
        """Those in the panel of a capture, or of selected text."""
        return tuple(action for action in self.all if not action.hidden and action.about == about)

    @property
    def _of_captures(self) -> tuple[Action, ...]:
        return tuple(action for action in self.all if action.about == "capture")

    def find(self, name: str) -> Action | None:
        """Of captures. None for "none", "" and what does not exist (any more)."""
        try:
            return find(self._of_captures, name)
        except ActionsError:
            return None

    def check(self, name: str | None) -> None:
        """Whether a capture can be asked for it: an action's name, "none", or None for the default one. Raises
        ActionsError."""
        if name not in (None, NONE):
            find(self._of_captures, name or "")

    def save(self, actions: Sequence[Action]) -> bool:
        """These are in force from now on. Whether they could be saved, too; why not is a `problem`."""
        text = changes(self.shipped, actions)
        try:
            now = merged(self.shipped, text)
            if text:
                replace_file(self.file, text.encode())
            else:
                self.file.unlink(missing_ok=True)
        except FanlightError as error:
            self.problem.emit(error)
            return False
        except OSError as error:
            log.warning("quick actions not kept: %s", error)
            self._put_in_force(merged(self.shipped, text))
            why = _("The quick actions could not be saved: {reason}.").format(reason=os_reason(error))
            self.problem.emit(StoreError(why, _("They stay in force until Fanlight is closed.")))
            return False
        self._seen = self._stamp()
        self._put_in_force(now)
        return True

    def _read_if_changed(self) -> None:
        stamp = self._stamp()
        if self._all and stamp == self._seen:
            return
        self._seen = stamp
        try:
            actions, problem = usable(self.shipped, read_text(self.file) if stamp else "")
        except (OSError, UnicodeDecodeError) as error:
            self._all = self._all or self.shipped
            self._say(_("Your own quick actions are not used. {reason}").format(reason=_("The file cannot be read.")))
            log.warning("%s: %s", self.file, error)
            return
        if actions is None:
            self._all = self._all or self.shipped
        else:
            self._put_in_force(actions)
        if problem is not None and actions is None:
            self._say(_("Your own quick actions are not used. {reason}").format(reason=problem.message))
        elif problem is not None:
            self._say(_("Not all of your own quick actions are used. {reason}").format(reason=problem.message))

    def _say(self, sentence: str) -> None:
        """That a part of the user's file is not used; a copy stays beside it for when it is written again."""
        log.warning("%s: %s", self.file, sentence)
        with suppress(OSError):
            keep_broken(self.file)
        self.problem.emit(ActionsError(sentence, _("See {file}.").format(file=self.file)))

    def _put_in_force(self, actions: tuple[Action, ...]) -> None:
        if actions != self._all:
            self._all = actions
            self.changed.emit()

    def _stamp(self) -> tuple[int, int] | None:
        """Of the user's file: when it was written and how long it is; None where there is none."""
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size
