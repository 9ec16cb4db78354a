"""GPT4All: files in one folder, text models alone; `incomplete-…` while they are downloaded.

The folder is `modelPath` in GPT4All.ini, else the program's folder for data (nomic-ai/gpt4all,
gpt4all-chat/src/mysettings.cpp); of its Python package ~/.cache/gpt4all.
"""

from __future__ import annotations

from collections.abc import Iterator
from configparser import ConfigParser
from configparser import Error as IniError
from pathlib import Path

from fanlight.catalog.programs.candidates import Candidate, LeftOut, gguf_files
from fanlight.catalog.programs.places import Places
from fanlight.gguf.file_names import name_of_file

NAME = "GPT4All"


def models(places: Places) -> Iterator[Candidate | LeftOut]:
    for folder in dict.fromkeys(_folders(places)):
        for file in gguf_files(folder, 0):
            yield file if isinstance(file, LeftOut) else Candidate(name_of_file(file), file)


def _folders(places: Places) -> Iterator[Path]:
    if (chosen := _chosen_folder(places.config / "nomic.ai" / "GPT4All.ini")) is not None:
        yield chosen
    yield places.local_data / "nomic.ai" / "GPT4All"
    yield places.home / ".cache" / "gpt4all"


def _chosen_folder(settings: Path) -> Path | None:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(settings.read_text("utf-8-sig"))
    except (OSError, ValueError, IniError):
        return None
    text = parser.get("General", "modelPath", fallback="").strip('"').rstrip("/")
    return Path(text) if text and Path(text).is_absolute() else None
