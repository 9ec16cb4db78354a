"""What the application needs from the rest of the program; `compose.build` fills it in, tests fill in their own."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # these are types alone, and the window is painted sooner without them
    from fanlight.audio.portaudio import AudioSystem
    from fanlight.catalog.computer import Computer
    from fanlight.catalog.known_models import KnownModel, KnownModels
    from fanlight.core.chat.history import OpenStore
    from fanlight.core.chat.model_host import LoadEngine, TuneModel
    from fanlight.core.dictation.speech_worker import LoadRecognizer
    from fanlight.core.downloads.downloads import AddFetched, DiscardFetched
    from fanlight.core.ocr.ocr_worker import LoadReader
    from fanlight.core.picture_search.picture_search import OpenFinder
    from fanlight.domain.downloads import DownloadRequest
    from fanlight.domain.errors import FanlightError
    from fanlight.domain.models import ModelSpec
    from fanlight.domain.ports import ModelCatalog
    from fanlight.settings import Settings
    from fanlight.synthesis.speaker import Speaker


@dataclass(frozen=True)
class AppDeps:
    """No function here is called before the window is painted."""

    settings: Settings
    settings_file: Path
    """Its folder is the user's folder."""
    window_state_file: Path
    sample: Path
    """A picture to try; the file may be missing."""
    load: LoadEngine
    """Called on the model's thread."""
    load_reader: LoadReader
    """Called on the text reader's thread."""
    load_recognizer: LoadRecognizer
    """Called on the speech thread."""
    models: Callable[[], Sequence[ModelSpec]]
    catalog: Callable[[], ModelCatalog]
    find_model: Callable[[str], ModelSpec]
    """By name or path. Raises ModelError."""
    add_model: Callable[[Path], ModelSpec]
    """Slow; on any thread. Raises ModelError."""
    open_store: Callable[[bool], OpenStore]
    """True: conversations are kept on disk. False: in memory, until the program ends."""
    server_keys: MutableMapping[str, str] = field(default_factory=dict)
    """By the addresses of servers; `load` reads what is entered here."""
    add_fetched: AddFetched = lambda _request: None
    """What was fetched, into the list of models."""
    discard_fetched: DiscardFetched = lambda _request: None
    """What is here of a download that was canceled."""
    known_models: Callable[[], KnownModels] | None = None
    """Those that can be fetched; reads files."""
    download_request: Callable[[KnownModel], DownloadRequest] | None = None
    """What is to be fetched for one of them. Raises InputError."""
    computer: Callable[[], Computer] | None = None
    """How much memory there is, and how fast it computes; on any thread. None stands for what is found without a model
    library."""
    fit_together: Callable[[Sequence[ModelSpec], int], bool] = lambda _specs, _context_tokens: True
    """Whether these models can be in memory at once. Slow; on any thread."""
    tune: TuneModel | None = None
    """Measures how a model is computed the fastest; on the model's thread. Raises ModelError."""
    edited_problems: Callable[[], Sequence[FanlightError]] = tuple
    """What cannot be used in files that people edit."""
    open_picture_finder: OpenFinder | None = None
    """Pictures by words, as the settings say; called on the thread of that search."""
    has_picture_index: Callable[[], bool] = lambda: False
    """Whether there is one on the disk already."""
    sound: AudioSystem | None = None
    """Records; None stands for PortAudio."""
    speaker: Callable[[], Speaker] | None = None
    """Speaks answers; None stands for the voices of this computer."""
