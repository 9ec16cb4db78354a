"""Files go to the desktop's trash and come back."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanlight.desktop.trash import TrashedFile, move_to_trash, take_from_trash
from fanlight.domain.errors import StoreError


@pytest.fixture(autouse=True)
def trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "Trash"


def test_a_file_comes_back_to_a_folder_that_is_gone(tmp_path: Path, trash: Path) -> None:
    file = tmp_path / "models" / "ä b.gguf"
    file.parent.mkdir()
    file.write_bytes(b"GGUF")
    trashed = move_to_trash(file)
    assert not file.exists()
    assert trashed.in_trash is not None
    file.parent.rmdir()
    take_from_trash(trashed)
    assert file.read_bytes() == b"GGUF"
    assert not [path for path in trash.rglob("*") if path.is_file()]


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be moved"):
        move_to_trash(tmp_path / "gone.gguf")
    for place in (None, tmp_path / "data/Trash/files/gone.gguf"):
        with pytest.raises(StoreError) as refused:
            take_from_trash(TrashedFile(tmp_path / "gone.gguf", place))
        assert refused.value.hint
