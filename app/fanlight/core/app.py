"""The application without a window: settings, model, conversations, files. It outlives every window that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from fanlight import paths
from fanlight.catalog.computer import this_computer
from fanlight.catalog.download_requests import hub_endpoint
from fanlight.catalog.known_models import KnownModels
from fanlight.core.app_deps import AppDeps
from fanlight.core.chat.attachment_loader import AttachmentLoader
from fanlight.core.chat.attachment_reader import import_picture_library
from fanlight.core.chat.dragged_files import DraggedFiles
from fanlight.core.chat.formula_typesetter import FormulaTypesetter
from fanlight.core.chat.history import History
from fanlight.core.chat.kept_states import KeptStates
from fanlight.core.chat.last_conversation import LastConversation
from fanlight.core.chat.listing import ConversationListing
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.chat.model_titles import ModelTitles
from fanlight.core.chat.page_texts import PageTexts
from fanlight.core.chat.picture_replacing import PictureReplacing
from fanlight.core.chat.picture_texts import PictureTexts
from fanlight.core.chat.retention import Retention
from fanlight.core.chat.session_manager import SessionManager
from fanlight.core.dictation.dictation_history import DictationHistory
from fanlight.core.downloads.downloads import Downloads
from fanlight.core.downloads.fetched_parts import FetchedParts
from fanlight.core.downloads.hub_lookup import HubLookup
from fanlight.core.downloads.hub_search import HubSearch
from fanlight.core.downloads.hub_token import HubToken
from fanlight.core.downloads.model_offers import ModelOffers
from fanlight.core.downloads.saved_downloads import FILE as SAVED_DOWNLOADS
from fanlight.core.downloads.server_keys import ServerKeys
from fanlight.core.kept_pictures import KeptPictureReader
from fanlight.core.lasting_notes import LastingNotes
from fanlight.core.model_choice import ModelChoice
from fanlight.core.model_comparison import ModelComparison
from fanlight.core.model_list import ModelList
from fanlight.core.model_tuning import ModelTuning
from fanlight.core.noted_conversations import NotedConversations
from fanlight.core.ocr.ocr_worker import OcrWorker
from fanlight.core.picture_search.indexer import PictureIndexer
from fanlight.core.picture_search.picture_search import PictureSearch
from fanlight.core.remote_commands import RemoteCommands
from fanlight.core.settings_store import SettingsStore
from fanlight.core.window_state import WindowState
from fanlight.core.work.file_worker import FileWorker
from fanlight.core.work.garbage import GarbageCollector
from fanlight.core.work.shutdown import Close, shutdown
from fanlight.core.work.worker import Worker
from fanlight.domain.detail import detail_of
from fanlight.domain.errors import StoreError
from fanlight.domain.os_errors import os_reason
from fanlight.i18n import _
from fanlight.settings import Settings


class Application(QObject):
    """Attributes: `deps`, `settings_store`, `window_state`, `host` (the model), `models` (which model), `model_list`,
    `comparison` (of models), `tuning` (of one), `notes`, `noted` (which conversations they are put before), `history`
    (the store), `file_worker`, `texts` (OCR), `picture_search` and `picture_indexer` (pictures by words),
    `session_manager` (conversations), `last_conversation`, `attachment_loader`, `page_texts` (of scans),
    `dragged_files`, `picture_replacing` (redacted ones), `picture_texts` (for models that read text alone), `formulas`
    (drawn), `remote` (other starts, command line), `downloads`, `hub_token`, `hub_search`, `model_offers`, `parts`.

    Nothing heavy is imported and no file but the settings is read before `start`."""

    problem = Signal(object)
    """An exception to show: a FanlightError, or a bug."""

    def __init__(self, deps: AppDeps, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.deps = deps
        self.window_state = WindowState(deps.window_state_file)
        self.settings_store = SettingsStore(deps.settings, deps.settings_file)
        self.host = ModelHost(deps.load, self.settings_store, self, deps.find_model, deps.fit_together)
        self.remote = RemoteCommands(self.host, self)
        self.history = History(self)
        self.file_worker = FileWorker(self)
        self.formulas = FormulaTypesetter(self)
        self.texts = OcrWorker(deps.load_reader, self)
        self.session_manager = SessionManager(self.host, self.history, self.settings_store, self.file_worker)
        self.listing = ConversationListing(self.session_manager, self.history, self)
        self.notes = LastingNotes(self.home, self)
        self.noted = NotedConversations(self.notes, self.session_manager, self.settings_store, self.window_state, self)
        self.last_conversation = LastConversation(
            self.session_manager, self.history, self.settings_store, self.window_state, self
        )
        self._build_attaching()
        self.dictations = DictationHistory(self.settings_store, self.home, self)
        self._retention = Retention(self.history, self.session_manager, self.settings_store, self)
        self.dragged_files = DraggedFiles(self.home)
        self.picture_texts = PictureTexts(self.texts.read, self)
        self._build_picture_search()
        self.models = ModelChoice(
            deps.models, deps.find_model, deps.add_model, self.host, self.settings_store, self.file_worker, self
        )
        self.model_list = ModelList(deps.catalog, self.models, self.host, self.settings_store, self.file_worker, self)
        self._build_kept_states()
        self._model_titles = ModelTitles(self.host, self.session_manager, self.settings_store, self)
        self.comparison = ModelComparison(self.host, deps.load, self.settings_store, self)
        self.tuning = ModelTuning(self.host, deps.tune, self.settings_store, self)
        self._build_downloads()
        self._collector = GarbageCollector(self, lambda: self.session_manager.busy)
        for problem in (
            self.settings_store.problem,
            self.history.problem,
            self.host.failed,
            self.host.reduced,
            self.session_manager.problem,
            self.attachment_loader.problem,
            self.picture_texts.problem,
            self.notes.problem,
            self.models.problem,
        ):
            problem.connect(self.problem)
        self.remote.question_ended.connect(lambda: self.session_manager.current.prefetch())
        self.settings_store.changed.connect(self._on_settings_changed)
        if deps.settings.keep_history:
            self.session_manager.current.draft.text = self.window_state.text("draft")

    def _build_attaching(self) -> None:
        manager, host = self.session_manager, self.host
        self.page_texts = PageTexts(
            self.texts.read, self.file_worker, lambda: manager.busy or bool(host.worker.serving), self
        )
        self.page_texts.pages_read.connect(manager.show_pages_read)
        manager.shown.connect(self._read_pages_shown)
        self.attachment_loader = AttachmentLoader(
            manager,
            host,
            self.file_worker,
            lambda: self.settings_store.now.picture_side,
            self.page_texts,
            lambda: detail_of(self.settings_store.now.picture_detail),
        )

    def _read_pages_shown(self) -> None:
        """What was not read to its end goes on with the conversation that is opened."""
        for document in self.session_manager.current.pages.documents:
            self.page_texts.begin(document)

    def _build_kept_states(self) -> None:
        manager, history, store, files = self.session_manager, self.history, self.settings_store, self.file_worker
        self._kept_states = states = KeptStates(self.host, manager, history, store, files, self)
        self.picture_replacing = PictureReplacing(
            manager, history, files, self.dragged_files, lambda: store.now.picture_side, states.forget, self
        )
        self.picture_replacing.problem.connect(self.problem)

    def _build_picture_search(self) -> None:
        """What reads pictures while nothing else is done: their text, and what they show."""

        def busy() -> bool:
            return self.session_manager.busy or bool(self.host.worker.serving) or bool(self.texts.serving)

        history, files, texts, store = self.history, self.file_worker, self.texts, self.settings_store
        self.kept_pictures = KeptPictureReader(history, files, texts, store, busy, self)
        self.picture_search = PictureSearch(
            self.deps.open_picture_finder,
            history,
            files,
            lambda: self.settings_store.now,
            self,
            self.deps.has_picture_index,
        )
        self.picture_indexer = PictureIndexer(self.picture_search, history, files, texts, store, busy, self)

    def _build_downloads(self) -> None:
        deps = self.deps
        log_file = self.home / "logs" / "downloads.log"
        self.hub_token = HubToken(hub_endpoint, self)
        self.server_keys = ServerKeys(deps.server_keys, self)
        lookup = HubLookup(log_file, self, token=self.hub_token.read)
        self.hub_search = HubSearch(lookup, hub_endpoint, self)
        self.downloads = Downloads(
            self.home / SAVED_DOWNLOADS,
            log_file,
            deps.add_fetched,
            deps.discard_fetched,
            self.file_worker,
            self,
            token=self.hub_token.read,
        )
        self.downloads.set_limit(deps.settings.download_limit * 10**6)
        self.model_offers = ModelOffers(
            deps.known_models or KnownModels,
            deps.models,
            deps.download_request,
            self.downloads,
            self.file_worker,
            deps.computer or this_computer,
            self,
        )
        self.parts = FetchedParts(self.model_offers, self.settings_store, self)
        self.downloads.finished.connect(self.model_list.refresh)

    @property
    def home(self) -> Path:
        """The user's folder."""
        return self.deps.settings_file.parent

    @property
    def context_tokens(self) -> int | None:
        """Room of the model that is open; None while none is loaded."""
        return self.host.info.context_tokens if self.host.info else None

    def start(self) -> None:
        """What can wait until a window is on the screen: the database, the model, the picture library."""
        for problem in (self.window_state.problem, *self.deps.edited_problems()):
            if problem is not None:
                self.problem.emit(problem)
        self._retention.start()
        self._open_store()
        self.dragged_files.remove_all()
        self.downloads.restore()
        self.kept_pictures.start()
        self.picture_indexer.start()
        self.models.open_last()
        self.file_worker.call(import_picture_library, lambda _: None)

    def close(
        self, deadline_seconds: float, workers: Sequence[Worker[Any]] = (), closers: Sequence[Close] = ()
    ) -> None:
        """Stop all threads, `workers` and `closers` of others included, and wait for them once; then close the
        database: what was asked and answered is kept."""
        from fanlight.parsing.pool import end_all

        all_closers = [
            lambda _seconds: end_all(),
            lambda _seconds: self.hub_search.stop(),
            lambda _seconds: self.hub_token.stop(),
            lambda _seconds: self.server_keys.stop(),
            self.downloads.close,
            *closers,
        ]
        searching = self.picture_search.worker
        all_workers = [self.host.worker, *workers, self.texts, searching, self.file_worker, self.formulas.worker]
        self.kept_pictures.stop()
        self.picture_indexer.stop()
        shutdown(all_workers, deadline_seconds, all_closers)
        self.history.try_again()
        self.session_manager.close()
        self._retention.finish()
        self.window_state.write()
        self.history.close()
        self.dragged_files.remove_all()
        self._collector.stop()

    def note_use(self) -> None:
        """The user does something: what is done while nothing else is waits."""
        self.kept_pictures.note_use()
        self.picture_indexer.note_use()

    def erase_everything(self) -> None:
        """All that was said, asked, and answered; models and settings stay. What is on the screen goes, too."""
        self.page_texts.forget()
        self.session_manager.forget_all()
        self._kept_states.clear()
        self.window_state.keep(draft="", conversation=0, conversations_with_notes="")
        try:
            self.notes.erase()
        except OSError as error:
            sentence = _("The notes could not be deleted: {reason}.").format(reason=os_reason(error))
            self.problem.emit(StoreError(sentence, _("Try it again.")))
        self.dragged_files.remove_all()
        self.picture_indexer.empty()
        self.dictations.clear()
        self.file_worker.call(_remove_kept_words, lambda _none: None)
        self.history.erase()

    def _open_store(self) -> None:
        self.history.open(self.deps.open_store(self.settings_store.now.keep_history))

    def _on_settings_changed(self, before: Settings, now: Settings) -> None:
        if before.keep_history != now.keep_history:
            self.page_texts.forget()
            self.session_manager.forget_all()
            self._open_store()
        elif before.system_prompt != now.system_prompt:
            self.session_manager.current.prefetch()
        if before.download_limit != now.download_limit:
            self.downloads.set_limit(now.download_limit * 10**6)


def _remove_kept_words() -> None:
    import shutil

    for folder in paths.kept_words():
        shutil.rmtree(folder, ignore_errors=True)
