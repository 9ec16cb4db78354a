"""Speech recognition is an optional part: a package that is not installed costs this part and nothing else."""

from __future__ import annotations

import importlib.util
from contextlib import AbstractContextManager

from fanlight.domain.errors import SpeechMissing
from fanlight.domain.installation import and_the_rest_works, how_to_replace
from fanlight.domain.packages import package_imports
from fanlight.i18n import _

PACKAGES = ("faster_whisper", "ctranslate2", "onnxruntime", "threadpoolctl", "av", "soxr")


def speech_imports() -> AbstractContextManager[None]:
    """Around imports of modules that need Whisper's packages. Raises SpeechMissing when one cannot be imported."""
    return package_imports(
        lambda error: SpeechMissing(_("Speech recognition is not installed ({reason}).").format(reason=error)),
        lambda error: SpeechMissing(
            _("Speech recognition cannot be loaded ({reason}).").format(reason=error),
            and_the_rest_works(how_to_replace('"fanlight-core[speech]"')),
        ),
    )


def check_packages() -> None:
    """Raises SpeechMissing when one of Whisper's packages is not installed. Imports none."""
    for name in PACKAGES:
        if importlib.util.find_spec(name) is None:
            raise SpeechMissing(
                _("Speech recognition is not installed (the package {name} is missing).").format(name=name)
            )
