"""A file that several processes change loses nothing, and none of them waits for ever."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from fanlight.catalog.catalog import FILE as MODELS
from fanlight.catalog.catalog import Catalog
from fanlight.domain.models import ModelSpec
from fanlight.domain.tuning import Tuning
from fanlight.engine import tuning_store
from fanlight.locks import FILE, FolderLock
from support.gguf_drafts import text_model

HOLD = "import sys; from pathlib import Path; from fanlight.locks import FolderLock\n\
with FolderLock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
COUNT = 4


def together(change: Callable[[int], object]) -> None:
    """From COUNT threads, each with a lock of its own, as processes have."""
    with ThreadPoolExecutor(COUNT) as pool:
        list(pool.map(change, range(COUNT)))


def test_models_that_are_added_together_are_all_there_each_with_its_name(tmp_path: Path) -> None:
    for number in range(COUNT):
        (tmp_path / str(number)).mkdir()
        text_model().write(tmp_path / str(number) / "rose.gguf")

    def add(number: int) -> ModelSpec:
        return Catalog(tmp_path, tmp_path / "home").add(tmp_path / str(number) / "rose.gguf")

    together(add)
    specs = Catalog(tmp_path, tmp_path / "home").models()
    assert sorted(spec.files.model.parent.name for spec in specs) == [str(number) for number in range(COUNT)]
    assert len({spec.name for spec in specs}) == COUNT


def test_what_is_measured_of_several_models_is_all_kept(tmp_path: Path) -> None:
    specs = [ModelSpec.of_files(str(number), tmp_path / f"{number}.gguf") for number in range(COUNT)]
    together(lambda number: tuning_store.keep_tuning(tmp_path / "engine", specs[number], Tuning(writing_threads=3)))
    assert all(tuning_store.stored_tuning(tmp_path / "engine", spec).writing_threads == 3 for spec in specs)


def test_another_process_waits_and_one_that_was_stopped_is_not_waited_for(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    waits: list[float] = []
    with FolderLock(tmp_path, waits.append):
        assert 1 < sum(waits) < 60
    waited = Event()

    def let_go(_seconds: float) -> None:
        holder.communicate("", timeout=30)
        waited.set()

    with FolderLock(tmp_path, lambda seconds: None if waited.is_set() else let_go(seconds)):
        assert waited.is_set()


def test_a_thread_may_take_it_again(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with lock:
        with lock:
            pass
        waits: list[float] = []
        with FolderLock(tmp_path, waits.append):
            assert waits, "it is held still"
    with FolderLock(tmp_path, waits.append):
        assert waits.count(waits[0]) == len(waits)


def test_where_nothing_can_be_locked_the_change_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with FolderLock(tmp_path / "file"):
        pass
    (tmp_path / "home" / FILE).mkdir(parents=True)
    spec = Catalog(tmp_path, tmp_path / "home").add(text_model().write(tmp_path / "rose.gguf"))
    assert spec.name == "rose"
    assert (tmp_path / "home" / MODELS).exists()


def test_what_is_set_aside_is_never_what_another_process_has_just_written(tmp_path: Path) -> None:
    """The list was damaged when it was looked at, and is whole when it is its turn."""
    file = tmp_path / "home" / MODELS
    Catalog(tmp_path, tmp_path / "home").add(text_model().write(tmp_path / "rose.gguf"))
    whole = file.read_bytes()
    file.write_bytes(whole[:-20])
    catalog = Catalog(tmp_path, tmp_path / "home")
    enter = catalog._registered.lock.__class__.__enter__

    class Slow(FolderLock):
        def __enter__(self) -> None:
            enter(self)
            file.write_bytes(whole)

    catalog._registered.lock = Slow(tmp_path / "home")
    assert [spec.name for spec in catalog.models()] == ["rose"]
    assert file.read_bytes() == whole
    assert not (tmp_path / "home" / "models.broken").exists()
