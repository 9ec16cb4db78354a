"""Models are listed, used, renamed, added, and removed without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fanlight.core.app import Application
from fanlight.domain.errors import FanlightError, InputError
from support.model_shelves import DrawnShelf
from support.windows import parts

pytestmark = pytest.mark.gui


@pytest.fixture
def shelf(tmp_path: Path) -> DrawnShelf:
    return DrawnShelf(tmp_path)


@pytest.fixture
def core(qtbot: Any, home: Path, shelf: DrawnShelf) -> Iterator[Application]:
    application = Application(parts(home, catalog=shelf.catalog))
    application.host.open(shelf.catalog().models()[0])
    application.model_list.refresh()
    qtbot.waitUntil(lambda: not application.model_list.is_looking and bool(application.model_list.own))
    yield application
    application.close(5.0)


def names(core: Application) -> list[str]:
    return [row.spec.name for row in core.model_list.own]


def after(qtbot: Any, core: Application, act: Callable[[], object], holds: Callable[[], bool]) -> None:
    act()
    qtbot.waitUntil(holds)


def test_what_is_here_and_what_others_have(core: Application) -> None:
    models = core.model_list
    assert names(core) == ["practice"]
    [other] = models.others
    assert (other.spec.name, other.spec.owner, other.title) == ("Tulip-7B-Q4_K_M", "LM Studio", "Tulip 7B Instruct")
    assert other.fits
    [left] = models.left_out
    assert left.name == "Broken-7B"
    assert models.is_open(models.own[0].spec)


def test_another_programs_model_is_registered_when_it_is_used(qtbot: Any, core: Application) -> None:
    spec = core.model_list.others[0].spec
    after(qtbot, core, lambda: core.model_list.use(spec), lambda: names(core) == ["practice", "Tulip-7B-Q4_K_M"])
    assert not core.model_list.others
    assert core.settings_store.now.model == "Tulip-7B-Q4_K_M"
    assert core.model_list.is_open(spec)


def test_the_open_model_stays_open_when_its_file_gets_another_name(
    qtbot: Any, core: Application, shelf: DrawnShelf
) -> None:
    after(qtbot, core, lambda: core.model_list.add_file(shelf.rose), lambda: "rose-3b" in names(core))
    rose = core.model_list.own[1].spec
    after(qtbot, core, lambda: core.model_list.use(rose), lambda: core.host.condition == "ready")
    loaded = core.host.info
    now = shelf.rose.rename(shelf.rose.with_name("rosa.gguf"))
    after(qtbot, core, core.model_list.refresh, lambda: core.model_list.own[1].spec.location == str(now))
    assert core.model_list.is_open(core.model_list.own[1].spec)
    assert core.host.condition == "ready"
    assert core.host.info is loaded


def test_the_open_model_is_renamed_everywhere_without_being_loaded_again(
    qtbot: Any, core: Application, shelf: DrawnShelf
) -> None:
    after(qtbot, core, lambda: core.model_list.add_file(shelf.rose), lambda: "rose-3b" in names(core))
    rose = core.model_list.own[1].spec
    after(qtbot, core, lambda: core.model_list.use(rose), lambda: core.host.condition == "ready")
    after(qtbot, core, lambda: core.model_list.rename(rose, " For receipts "), lambda: "For receipts" in names(core))
    assert core.settings_store.now.model == "For receipts"
    assert core.host.spec is not None
    assert (core.host.spec.name, core.host.condition) == ("For receipts", "ready")


def test_a_name_that_is_taken_is_said(qtbot: Any, core: Application) -> None:
    said: list[FanlightError] = []
    core.model_list.problem.connect(said.append)
    core.model_list.rename(core.model_list.others[0].spec, "practice")
    assert isinstance(said[0], InputError)


def test_removing_the_open_model_opens_another_and_can_be_undone(
    qtbot: Any, core: Application, shelf: DrawnShelf
) -> None:
    after(qtbot, core, lambda: core.model_list.add_file(shelf.rose), lambda: "rose-3b" in names(core))
    rose = core.model_list.own[1]
    core.model_list.use(rose.spec)
    with qtbot.waitSignal(core.model_list.removed) as removed:
        core.model_list.remove(rose)
    assert removed.args[0].files == ()
    assert core.settings_store.now.model == "practice"
    assert core.model_list.is_open(core.model_list.own[0].spec)
    assert shelf.rose.exists()
    qtbot.waitUntil(lambda: "rose-3b" not in names(core))
    after(qtbot, core, lambda: core.model_list.restore(removed.args[0]), lambda: "rose-3b" in names(core))


def test_files_that_fanlight_has_fetched_go_to_the_trash_and_come_back(
    qtbot: Any, core: Application, shelf: DrawnShelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    spec = shelf.fetched()
    after(qtbot, core, core.model_list.refresh, lambda: "lily-1b" in names(core))
    row = core.model_list.own[1]
    assert row.is_own_file
    with qtbot.waitSignal(core.model_list.removed) as removed:
        core.model_list.remove(row)
    assert len(removed.args[0].files) == 2
    assert not spec.files.model.parent.exists()
    assert shelf.rose.exists()
    qtbot.waitUntil(lambda: "lily-1b" not in names(core))
    after(qtbot, core, lambda: core.model_list.restore(removed.args[0]), lambda: "lily-1b" in names(core))
    assert shelf.catalog().find("lily-1b") == spec
    assert spec.files.model.exists()
    assert not list((tmp_path / "data").rglob("*.trashinfo"))


def test_a_folder_is_added_whole_and_what_is_left_out_is_said(qtbot: Any, core: Application, shelf: DrawnShelf) -> None:
    (shelf.mine / "below").mkdir()
    (shelf.mine / "below" / "tiger-1b.gguf").write_bytes(shelf.rose.read_bytes())
    (shelf.mine / "cut-1b.gguf").write_bytes(shelf.rose.read_bytes()[:-99])
    with qtbot.waitSignal(core.model_list.added) as added:
        core.model_list.add_folder(shelf.mine)
    specs, left_out = added.args
    assert sorted(spec.name for spec in specs) == ["rose-3b", "tiger-1b"]
    assert [one.name for one in left_out] == ["cut-1b.gguf"]
    qtbot.waitUntil(lambda: len(names(core)) == 3)


def test_another_model_answers_captures_and_follows_its_name(qtbot: Any, home: Path, shelf: DrawnShelf) -> None:
    deps = replace(parts(home, catalog=shelf.catalog), find_model=lambda name: shelf.catalog().find(name))
    core = Application(deps)
    core.host.open(shelf.catalog().models()[0])
    models = core.model_list
    after(qtbot, core, lambda: models.add_file(shelf.rose), lambda: "rose-3b" in names(core))
    rose = models.own[1].spec
    assert not models.is_for_captures(rose)
    models.use_for_captures(rose)
    assert core.settings_store.now.capture_model == "rose-3b"
    assert models.is_for_captures(rose)
    assert not models.is_open(rose)
    after(qtbot, core, lambda: models.rename(rose, "Eyes"), lambda: "Eyes" in names(core))
    assert core.settings_store.now.capture_model == "Eyes"
    after(qtbot, core, lambda: models.remove(models.own[1]), lambda: names(core) == ["practice"])
    assert core.settings_store.now.capture_model == ""
    assert core.host.capture_spec is None
    core.close(5.0)
