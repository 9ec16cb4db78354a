"""A part goes on after a kill and after a power cut, with the bytes that are right and no others."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from unittest import mock

import pytest

from fanlight.domain.downloads import FailureReason, PartHashes
from fanlight.fetch import part_file
from fanlight.fetch.part_file import PartFile, WrongPart
from fanlight.fetch.trouble import HereTrouble
from support.fetching import content_of, sha256_of

CONTENT = content_of(1_000_000)
STEP = part_file.LEAST_STEP


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "model.gguf"


def opened(target: Path, boot: str = "one", hashes: PartHashes | None = None) -> PartFile:
    part = PartFile(target, sha256_of(CONTENT), len(CONTENT), hashes, boot=boot)
    part.read_again(lambda _done, _total: None)
    return part


def written(target: Path, count: int, boot: str = "one") -> None:
    """A process that was killed after so many bytes: nothing is closed in order."""
    part = opened(target, boot)
    for at in range(part.position, count, 10_000):
        part.write(CONTENT[at : min(at + 10_000, count)])
    os.close(part._file)


@pytest.mark.parametrize("count", [0, 1, STEP - 1, STEP, STEP + 1, 500_000, 999_999, 1_000_000])
def test_after_a_kill_every_byte_is_kept(target: Path, count: int) -> None:
    written(target, count)
    part = opened(target)
    assert part.position == count
    part.write(CONTENT[count:])
    assert part.has_right_content
    part.place()
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]


def test_a_kill_while_the_state_is_written_leaves_nothing_behind(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = opened(target)
    part.write(CONTENT[:100_000])
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", mock.Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            part.save_state()
    os.close(part._file)
    again = opened(target)
    assert again.position == 100_000
    again.write(CONTENT[100_000:])
    again.place()
    assert list(target.parent.iterdir()) == [target]


def test_after_a_power_cut_it_goes_on_from_the_last_sum_that_is_right(target: Path) -> None:
    written(target, 500_000)
    draft = target.with_name("model.gguf.part")
    data = bytearray(draft.read_bytes())
    data[300_000:] = bytes(len(data) - 300_000)  # as file systems leave what was not written out
    draft.write_bytes(data)
    part = opened(target, boot="two")
    assert 300_000 - 2 * STEP < part.position <= 300_000
    assert draft.read_bytes() == CONTENT[: part.position]
    part.close()


def test_after_a_power_cut_what_no_sum_covers_is_dropped(target: Path) -> None:
    written(target, 500_000)
    part = opened(target, boot="two")
    assert 500_000 - 2 * STEP < part.position < 500_000
    part.close()


def test_a_part_of_another_file_is_dropped(target: Path) -> None:
    written(target, 500_000)
    part = PartFile(target, sha256_of(b"other"), 5, boot="one")
    part.read_again(lambda _done, _total: None)
    assert part.position == 0
    part.close()


def test_a_part_that_is_longer_than_the_file_is_cut(target: Path) -> None:
    written(target, 1_000_000)
    with target.with_name("model.gguf.part").open("ab") as file:
        file.write(b"more")
    part = opened(target)
    assert part.is_whole
    assert part.has_right_content
    part.close()


@pytest.mark.parametrize(
    "state", [b"", b"{", b"[]", b'{"points": 1}', b'{"sha256": 1, "boot": "", "points": [["x", 1]]}']
)
def test_a_state_that_cannot_be_read_costs_no_bytes(target: Path, state: bytes) -> None:
    written(target, 500_000)
    target.with_name("model.gguf.part.json").write_bytes(state)
    part = opened(target)
    assert (part.position, part.unsure_from) == (500_000, 0)
    part.close()


def test_bytes_that_were_there_unchecked_are_the_first_to_be_fetched_again(target: Path) -> None:
    written(target, 500_000)
    with target.with_name("model.gguf.part").open("r+b") as file:
        file.seek(499_000)
        file.write(b"????")
    part = opened(target)
    part.write(CONTENT[500_000:])
    assert not part.has_right_content
    assert part.unsure_from is not None
    assert 500_000 - 2 * STEP < part.unsure_from < 499_000
    part.restart(part.unsure_from)
    part.write(CONTENT[part.position :])
    assert part.has_right_content
    part.close()


def test_a_wrong_part_is_found_at_its_end(target: Path) -> None:
    hashes = PartHashes(100_000, tuple(sha256_of(CONTENT[at : at + 100_000]) for at in range(0, 1_000_000, 100_000)))
    part = opened(target, hashes=hashes)
    part.write(CONTENT[:250_000])
    with pytest.raises(WrongPart):
        part.write(b"?" + CONTENT[250_001:400_000])
    assert part.position == 200_000
    part.write(CONTENT[200_000:])
    assert part.has_right_content
    part.close()


def test_two_processes_do_not_write_the_same_part(target: Path) -> None:
    first = opened(target)
    with pytest.raises(HereTrouble) as refused:
        PartFile(target)
    assert refused.value.reason is FailureReason.BUSY
    first.close()
    opened(target).close()


def test_a_full_disk_is_said_and_what_is_here_stays(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = opened(target)
    part.write(CONTENT[:100_000])
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if descriptor == part._file and part.position >= 200_000:
            raise OSError(errno.ENOSPC, "full")
        return real(descriptor, data[:50_000])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(HereTrouble) as refused:
        part.write(CONTENT[100_000:])
    monkeypatch.undo()
    assert refused.value.reason is FailureReason.DISK_FULL
    os.close(part._file)
    again = opened(target)
    assert again.position == 200_000
    again.close()


def test_a_large_file_has_few_sums(target: Path) -> None:
    written(target, len(CONTENT))
    state = json.loads(target.with_name("model.gguf.part.json").read_bytes())
    assert 10 <= len(state["points"]) <= part_file.POINTS
