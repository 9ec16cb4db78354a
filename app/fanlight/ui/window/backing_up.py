"""Where everything is backed up to, from which backup it is restored, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from fanlight.core.chat.backing_up import BackupRun
from fanlight.core.chat.history import History
from fanlight.core.settings_store import SettingsStore
from fanlight.core.work.file_worker import FileWorker
from fanlight.domain.errors import FanlightError, StoreError
from fanlight.domain.path_kinds import look_at
from fanlight.i18n import _, format_number, ngettext
from fanlight.ui.widgets.banner import Banner
from fanlight.ui.window.file_outcomes import DONE_SECONDS, offer_path, show_failure
from fanlight.ui.window.passphrase import PassphraseDialog


class BackingUp(QObject):
    """`offers` shows that it is under way, with a button that stops it. One at a time."""

    def __init__(
        self,
        window: QWidget,
        history: History,
        settings_store: SettingsStore,
        file_worker: FileWorker,
        home: Path,
        offers: Banner,
    ) -> None:
        super().__init__(window)
        self._window, self._history, self._settings_store = window, history, settings_store
        self._file_worker, self._home, self._offers = file_worker, home, offers
        self._folder = Path.home()
        self._run: BackupRun | None = None

    def ask_place(self) -> None:
        """Where to, and for a passphrase."""
        from fanlight.store.whole_backup import SUFFIX  # a window appears without it

        if not self._may_begin():
            return
        name = f"{datetime.now().astimezone():%Y-%m-%d}{SUFFIX}"
        chosen, _kind = QFileDialog.getSaveFileName(
            self._window, _("Back Up Everything"), str(self._folder / name), self._filters(SUFFIX)
        )
        if not chosen:
            return
        place = Path(chosen) if Path(chosen).suffix else Path(chosen + SUFFIX)
        passphrase = self._ask_passphrase(new=True)
        if passphrase is not None:
            self._begin(
                _("The backup is being written."), self._on_written, lambda run: run.back_up(place, passphrase), place
            )

    def ask_file(self) -> None:
        """Which backup, and for its passphrase."""
        from fanlight.store.whole_backup import SUFFIX

        if not self._may_begin():
            return
        chosen, _kind = QFileDialog.getOpenFileName(
            self._window, _("Restore a Backup"), str(self._folder), self._filters(SUFFIX)
        )
        if chosen:
            self.restore(Path(chosen))

    def restore(self, path: Path) -> None:
        from fanlight.store.archive_file import is_encrypted

        try:
            encrypted = look_at(path).is_file and is_encrypted(path)
        except OSError:
            encrypted = False  # whoever opens it says why not
        passphrase = self._ask_passphrase(new=False) if encrypted else ""
        if passphrase is not None:
            self._begin(
                _("The backup is being restored."), self._on_restored, lambda run: run.restore(path, passphrase), path
            )

    def _filters(self, suffix: str) -> str:
        return ";;".join(
            (_("Backups ({pattern})").format(pattern=f"*{suffix}"), _("All files ({pattern})").format(pattern="*"))
        )

    def _may_begin(self) -> bool:
        if self._run is not None:
            return False
        if not self._settings_store.now.keep_history:
            self._offers.add_error(
                StoreError(
                    _("Conversations are not being kept on this computer."),
                    _("Turn that on in the settings first."),
                )
            )
            return False
        return True

    def _ask_passphrase(self, *, new: bool) -> str | None:
        dialog = PassphraseDialog(self._window, new=new)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        passphrase = dialog.passphrase
        dialog.deleteLater()
        return passphrase if accepted else None

    def _begin(
        self, said: str, on_finished: Callable[..., object], start: Callable[[BackupRun], object], path: Path
    ) -> None:
        self._folder = path.parent
        self._run = run = BackupRun(self._history, self._file_worker, self._home, self)
        run.finished.connect(on_finished)
        run.failed.connect(self._on_failed)
        run.abandoned.connect(self._on_abandoned)
        self._offers.offer(said, _("Stop"), run.stop)
        start(run)

    def _on_written(self, place: Path) -> None:
        self._run = None
        offer_path(self._offers, _("Everything is in {path}.").format(path=place), place)

    def _on_restored(self, count: int) -> None:
        self._run = None
        said = ngettext(
            "{count} conversation was restored; what was there is unchanged.",
            "{count} conversations were restored; what was there is unchanged.",
            count,
        ).format(count=format_number(count))
        self._offers.offer(said, seconds=DONE_SECONDS)

    def _on_failed(self, error: FanlightError) -> None:
        self._run = None
        show_failure(self._offers, error)

    def _on_abandoned(self) -> None:
        self._run = None
        self._offers.dismiss()
