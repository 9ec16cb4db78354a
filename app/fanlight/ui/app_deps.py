"""What the window needs from the rest of the program; `compose.window` fills it in, tests fill in their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.audio.portaudio import AudioSystem
from fanlight.core.chat.history import OpenStore
from fanlight.core.chat.model_host import LoadEngine
from fanlight.core.dictation.speech_worker import LoadListener
from fanlight.core.work.text_reading import LoadReader
from fanlight.domain.models import ModelSpec
from fanlight.settings import Settings

if TYPE_CHECKING:
    from fanlight.synthesis.speaker import Speaker


@dataclass(frozen=True)
class AppDeps:
    """Nothing here is called before the window is painted, except that `settings` is there."""

    settings: Settings
    settings_file: Path
    place_file: Path
    sample: Path
    """A picture to try, which may be missing."""
    load: LoadEngine
    """On the model's thread."""
    load_reader: LoadReader
    """On the text reader's thread."""
    load_listener: LoadListener
    """On the speech thread."""
    models: Callable[[], Sequence[ModelSpec]]
    find_model: Callable[[str], ModelSpec]
    """By name or path. Raises ModelError."""
    add_model: Callable[[Path], ModelSpec]
    """Slow; on any thread. Raises ModelError."""
    open_store: Callable[[bool], OpenStore]
    """For conversations that are kept (True), or that are gone when the window closes."""
    sound: AudioSystem | None = None
    """What records; None is PortAudio."""
    speaker: Callable[[], Speaker] | None = None
    """What speaks answers; None is the voices of this computer."""
