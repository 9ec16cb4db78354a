"""What models are called: as their owner calls them, each by a name of its own."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from fanlight.domain.errors import InputError
from fanlight.gguf.file_names import name_of_file, says_nothing
from fanlight.gguf.header import Header
from fanlight.i18n import _

MAX_NAME = 80
LATEST = ":latest"
"""Ollama's tag of what was asked for without one."""


def name_of_model(header: Header) -> str:
    """What a file of the user's is called: as he has named it; where that says nothing, as its maker has."""
    name = name_of_file(header.path) or header.get("general.name", "")
    plain = "".join(letter if letter.isprintable() and letter != "/" else " " for letter in name)
    word = " ".join(plain.split())[:MAX_NAME].strip()
    return "model" if says_nothing(word) else word.removesuffix(".gguf")


def free_name(name: str, folder: str, taken: Collection[str]) -> str:
    """`name`; where it is taken, with the folder's behind it, at last with a number. `taken`: in lower case."""
    word = name[: MAX_NAME - 8]
    tries = [name, *([f"{word} ({folder})"] if folder.isprintable() and len(word) + len(folder) < MAX_NAME - 2 else [])]
    tries += [f"{word} {number}" for number in range(2, len(taken) + 3)]
    return next(one for one in tries if one.casefold() not in taken)


def checked_name(name: str, taken: Collection[str]) -> str:
    """Raises InputError for a name that cannot be had. `taken`: in lower case."""
    name = name.strip()
    if not name or len(name) > MAX_NAME or not name.isprintable() or "/" in name or name.lower().endswith(".gguf"):
        raise InputError(
            _("A model cannot be called “{name}”.").format(name=name), _("Choose a short name without slashes.")
        )
    if name.casefold() in taken:
        raise InputError(
            _("There is already a model called “{name}”.").format(name=name),
            _("Choose another name, or remove that model first."),
        )
    return name


def is_called(name: str, asked: str) -> bool:
    """In any case of letters; what Ollama calls `llama3.2:latest` is `llama3.2`, too."""
    return asked.casefold() in (name.casefold(), name.casefold().removesuffix(LATEST))


def near_names(asked: str, names: Iterable[str]) -> str:
    """“Did you mean …?”, or "" where no name is like it."""
    plain = {name.casefold().removesuffix(LATEST): name for name in names}
    close = difflib.get_close_matches(asked.casefold(), plain, n=1, cutoff=0.5)
    near = plain[close[0]] if close else None
    return "" if near is None else _("Did you mean “{name}”?").format(name=near)
