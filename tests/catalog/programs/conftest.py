"""A home folder with drawn trees of other programs in it, and what is found there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from fanlight.catalog.other_programs import LookAround, look_around
from fanlight.catalog.programs.places import Places
from support.gguf_drafts import projector, text_model

Look = Callable[..., LookAround]


@pytest.fixture
def user_home(tmp_path: Path) -> Path:
    folder = tmp_path / "user"
    folder.mkdir()
    return folder


@pytest.fixture
def look(user_home: Path, tmp_path: Path) -> Look:
    def found(program: ModuleType, platform: str = "linux", **environ: str) -> LookAround:
        places = Places(user_home, environ, platform, tmp_path / "root")
        return look_around(places, [program])

    return found


@pytest.fixture
def place() -> Callable[..., Path]:
    """Writes a small model, or with `kind` "eye" a projector, into a file whose folders are made."""

    def write(path: Path, name: str = "", kind: str = "model") -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = projector() if kind == "eye" else text_model()
        return (draft.set("general.name", name) if name else draft).write(path)

    return write
