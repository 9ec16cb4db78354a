"""The window for models, and the dialogs that add files to it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from fanlight.catalog.known_models import KnownModel
from fanlight.core.app import Application
from fanlight.core.downloads.download import Download
from fanlight.core.remote_commands import ActivationRequest
from fanlight.domain.downloads import DownloadFailed
from fanlight.domain.models import ModelSpec
from fanlight.domain.path_kinds import as_on_disk
from fanlight.i18n import _
from fanlight.ui.appearance import Appearance
from fanlight.ui.models.comparison_window import ComparisonWindow
from fanlight.ui.models.fetch_panel import FetchArea, FetchPanel
from fanlight.ui.models.server_dialog import ServerDialog
from fanlight.ui.models.token_dialog import TokenDialog
from fanlight.ui.models.tuning_line import TuningLine
from fanlight.ui.models.window import ModelsWindow
from fanlight.ui.widgets.front import bring_to_front

FOLDER = "models_folder"


class ModelsFeature(QObject):
    """Owns the window for `models`."""

    def __init__(self, core: Application, appearance: Appearance, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models, self._window_state, self._server_keys = core.model_list, core.window_state, core.server_keys
        self._downloads, self._token, self._tuning = core.downloads, core.hub_token, core.tuning
        models, offers, search, token = core.model_list, core.model_offers, core.hub_search, core.hub_token
        self.window = ModelsWindow(models, offers, core.parts, search, appearance, core.window_state)
        self.window.end_with(self)
        self._make_comparison = partial(
            ComparisonWindow, core.comparison, models, core.file_worker, appearance, core.window_state
        )
        self.comparison_window: ComparisonWindow | None = None
        self.window.buttons.compare_button.clicked.connect(self.open_comparison)
        self.window.file_requested.connect(self._pick_file)
        self.window.folder_requested.connect(self._pick_folder)
        self.window.server_requested.connect(self._add_server)
        self.fetching = FetchPanel(core.downloads, offers, core.parts)
        self._parts = core.parts
        for signal in (self.window.part_use_requested, self.fetching.part_use_requested):
            signal.connect(self._use_part)
        self.fetching.use_requested.connect(models.use)
        self.fetching.token_requested.connect(self._ask_for_token)
        token.kept.connect(self._say_where_it_is)
        core.server_keys.kept.connect(self._say_where_the_key_is)
        self.tuning_line = TuningLine(core.tuning)
        self.window.above.addWidget(self.tuning_line)
        self.window.above.addWidget(FetchArea(self.fetching))
        self.window.buttons.tune_requested.connect(self._tune)
        core.tuning.problem.connect(self.window.errors.add_error)
        offers.problem.connect(self.window.errors.add_error)
        search.problem.connect(self.window.errors.add_error)
        search.refused.connect(self._show_refusal)

    def open(self) -> None:
        bring_to_front(self.window, ActivationRequest())

    def _tune(self, spec: ModelSpec) -> None:
        """The keyboard goes to what ends it: the button that began it is not there meanwhile."""
        self._tuning.start(spec)
        if self._tuning.state == "running":
            self.tuning_line.button.setFocus()

    def _use_part(self, part: KnownModel) -> None:
        self._parts.use(part)
        if self._parts.lacks_program(part):
            text = _("Piper itself is still to be installed: `pipx install piper-tts`.")
            self.window.offers.offer(text, "", lambda: None)

    def open_comparison(self) -> None:
        if self.comparison_window is None:
            self.comparison_window = self._make_comparison()
            self.comparison_window.end_with(self)
        bring_to_front(self.comparison_window, ActivationRequest())

    def close(self) -> None:
        for window in self._windows():
            window.close()

    def discard(self) -> None:
        """Delete this one; another one replaces it for the same list."""
        for window in self._windows():
            window.discard()
        self.deleteLater()

    def _windows(self) -> list[ModelsWindow | ComparisonWindow]:
        return [self.window, *([self.comparison_window] if self.comparison_window is not None else [])]

    def _show_refusal(self, failed: DownloadFailed) -> None:
        self.window.errors.add_error(failed.error)

    def _ask_for_token(self, download: Download) -> None:
        """Then it goes on."""
        failed, source = download.failed, download.request.files[0].sources[0]
        page = source.partition("/resolve/")[0]
        dialog = TokenDialog(self._token, page, failed.message if failed is not None else "", self.window)
        if dialog.exec() == TokenDialog.DialogCode.Accepted:
            self._downloads.resume(download)
        dialog.deleteLater()

    def _say_where_it_is(self, is_in_keyring: bool) -> None:
        if is_in_keyring:
            text = _("The access token is in the keyring of this system.")
        else:
            text = _("The access token is kept until Fanlight ends: no keyring of this system could be used.")
        self.window.offers.offer(text, "", lambda: None)

    def _say_where_the_key_is(self, is_in_keyring: bool) -> None:
        if is_in_keyring:
            text = _("The key of the server is in the keyring of this system.")
        else:
            text = _("The key of the server is kept until Fanlight ends: no keyring of this system could be used.")
        self.window.offers.offer(text, "", lambda: None)

    @property
    def _folder(self) -> str:
        return self._window_state.text(FOLDER) or str(Path.home())

    def _pick_file(self) -> None:
        kinds = ";;".join((_("Models (*.gguf)"), _("All files (*)")))
        name, _kind = QFileDialog.getOpenFileName(self.window, _("Add a Model"), self._folder, kinds)
        if name:
            self._window_state.keep(**{FOLDER: str(Path(name).parent)})
            self._models.add_file(as_on_disk(Path(name)))

    def _add_server(self) -> None:
        dialog = ServerDialog(self.window)
        if dialog.exec() == ServerDialog.DialogCode.Accepted and dialog.address is not None:
            if dialog.key:
                self._server_keys.enter(dialog.address.url, dialog.key)
            self._models.add_server(dialog.address)
        dialog.deleteLater()

    def _pick_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self.window, _("Add All Models in a Folder"), self._folder)
        if name:
            self._window_state.keep(**{FOLDER: name})
            self._models.add_folder(as_on_disk(Path(name)))
