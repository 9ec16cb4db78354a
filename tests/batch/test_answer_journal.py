"""Answers on their way to the output: what a kill, a full disk, or another program leaves of them."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from fanlight.batch.answer_journal import AnswerJournal
from fanlight.cli.journal_place import journal_places
from fanlight.cli.output_place import OutputPlace
from fanlight.domain.errors import InputError

posix = pytest.mark.skipif(os.name == "nt", reason="locks and owners of POSIX")


@pytest.fixture
def places(tmp_path: Path) -> list[Path]:
    (tmp_path / "elsewhere").mkdir()
    return [tmp_path / "out.json.journal", tmp_path / "elsewhere" / "1.journal"]


def opened(places: list[Path], **more: Any) -> AnswerJournal:
    journal = AnswerJournal(places, **more)
    journal.open()
    return journal


def known(places: list[Path]) -> dict[str, Any]:
    journal = opened(places)
    found = dict(journal.known)
    journal.close()
    return found


def test_answers_come_back_by_their_keys(places: list[Path]) -> None:
    journal = opened(places)
    journal.add("a", {"id": 1, "answer": "half \ud83d"})
    journal.add("b", {"id": "ü", "answer": ["x", "y"]})
    journal.close()
    assert known(places) == {"a": {"id": 1, "answer": "half \ud83d"}, "b": {"id": "ü", "answer": ["x", "y"]}}


def test_a_line_that_is_cut_off_or_foreign_costs_itself_alone(places: list[Path]) -> None:
    journal = opened(places)
    journal.add("a", {"id": 1})
    journal.close()
    with places[0].open("ab") as file:
        file.write(b'[]\nnull\n{"no": "key"}\n\xff\xfe\n{"key": "b", "id": 2')
    again = opened(places)
    assert set(again.known) == {"a"}
    again.add("c", {"id": 3})
    again.close()
    assert set(known(places)) == {"a", "c"}


def test_without_an_answer_nothing_is_left(places: list[Path]) -> None:
    opened(places).close()
    assert not places[0].exists()


def test_when_all_is_done_every_file_is_deleted(places: list[Path]) -> None:
    for place in (*places, places[0].with_name(places[0].name + ".2")):
        place.write_text('{"key": "a", "id": 1}\n')
    journal = opened(places)
    journal.add("b", {"id": 2})
    journal.finish()
    assert not any(place.exists() for place in places)
    assert [path.name for path in places[0].parent.iterdir()] == ["elsewhere"]


def test_restart_forgets(places: list[Path]) -> None:
    places[0].write_text('{"key": "a", "id": 1}\n')
    journal = AnswerJournal(places)
    journal.open(restart=True)
    assert journal.known == {}
    journal.close()
    assert known(places) == {}


def test_a_full_disk_sends_the_answers_elsewhere_and_later_ones_too(
    places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    full = {places[0].parent}

    def write(descriptor: int, data: bytes) -> int:
        if Path(f"/proc/self/fd/{descriptor}").readlink().parent in full:
            real(descriptor, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    journal = opened(places)
    journal.add("a", {"id": 1})
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", write)
        journal.add("b", {"id": 2})
        full.add(places[1].parent)
        journal.add("c", {"id": 3})
        assert journal.files() == places
        full.clear()
        journal.add("d", {"id": 4})
    journal.close()
    assert set(known(places)) == {"a", "b", "c", "d"}


def test_answers_that_a_disk_takes_and_does_not_keep_are_written_again_elsewhere(
    places: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quota, or a disk behind a network, is full only when it is synced."""
    now = 0.0
    journal = opened(places, clock=lambda: now)
    journal.add("a", {"id": 1})
    journal.add("b", {"id": 2})
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().parent == places[0].parent:
            raise OSError(errno.EDQUOT, "Disk quota exceeded")
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        now = 2.0
        journal.add("c", {"id": 3})
        journal.close()
    places[0].unlink()
    assert set(known(places[1:])) == {"a", "b", "c"}


@posix
def test_one_run_at_a_time(places: list[Path]) -> None:
    journal = opened(places)
    with pytest.raises(InputError, match="Another run"):
        opened(places)
    journal.close()
    assert known(places) == {}


@posix
def test_a_link_in_the_folder_for_temporary_files_is_not_followed(places: list[Path], tmp_path: Path) -> None:
    (tmp_path / "target").write_text('{"key": "a", "id": 1}\n')
    places[1].symlink_to(tmp_path / "target")
    assert known(places) == {}
    assert (tmp_path / "target").read_text() == '{"key": "a", "id": 1}\n'


def test_the_first_place_is_beside_a_file_and_in_the_cache_for_what_is_none(tmp_path: Path, home: Path) -> None:
    source = tmp_path / "in.json"
    assert journal_places(OutputPlace(str(tmp_path / "out.json")), source)[0] == tmp_path / "out.json.journal"
    first = journal_places(OutputPlace("-"), source)[0]
    assert first.parent == home / "cache" / "batch"
    assert first != journal_places(OutputPlace("-"), tmp_path / "other.json")[0]


@posix
def test_a_line_that_only_partly_fits_is_taken_back(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    journal = opened(places)
    journal.add("a", {"id": 1})
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(os, "write", lambda file, data: real(file, data[: len(data) // 2]))
        journal.add("b", {"id": 2})
    journal.add("c", {"id": 3})
    journal.close()
    lines = [line for path in journal.files() for line in path.read_bytes().splitlines(keepends=True)]
    assert all(line.startswith(b"{") and line.endswith(b"}\n") for line in lines if line.strip())
    assert set(known(places)) == {"a", "b", "c"}


@posix
def test_a_file_of_somebody_else_is_not_believed(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder for temporary files is everybody's."""
    places[1].write_text('{"key": "a", "id": 1, "answer": "not mine"}\n')
    assert set(known(places)) == {"a"}
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert known(places) == {}
