"""Speech recognition is an optional part: a package that is not installed costs this part and nothing else."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager

from fanlight.domain.errors import SpeechMissing
from fanlight.i18n import _

PACKAGES = ("faster_whisper", "ctranslate2", "onnxruntime", "threadpoolctl", "av", "soxr")


@contextmanager
def speech_imports() -> Iterator[None]:
    """Around imports of modules that need Whisper's packages. Raises SpeechMissing when one cannot be imported."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] == "fanlight":
            raise  # a bug
        raise SpeechMissing(_("Speech recognition is not installed ({reason}).").format(reason=error)) from error


def check_packages() -> None:
    """Whether Whisper's packages are there, without importing them. Raises SpeechMissing."""
    for name in PACKAGES:
        if importlib.util.find_spec(name) is None:
            raise SpeechMissing(
                _("Speech recognition is not installed (the package {name} is missing).").format(name=name)
            )
