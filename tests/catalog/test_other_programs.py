"""What other programs have is listed within a time, each file once, and nothing of theirs is written."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanlight.catalog.catalog import Catalog
from fanlight.catalog.other_programs import PROGRAMS, LookAround, look_around
from fanlight.catalog.programs.candidates import Candidate, LeftOut
from fanlight.catalog.programs.places import Places
from fanlight.domain.errors import InputError, ModelMissing
from fanlight.domain.models import NO_PROJECTOR
from support.gguf_drafts import projector, text_model


class Drawn:
    """A program with these models."""

    def __init__(self, name: str, *found: Candidate | LeftOut) -> None:
        self.NAME, self.found = name, found

    def models(self, places: Places) -> Iterator[Candidate | LeftOut]:
        yield from self.found


class Hanging(Drawn):
    """One whose folder does not answer after the first model."""

    def __init__(self, name: str, *found: Candidate | LeftOut) -> None:
        super().__init__(name, *found)
        self.answered = threading.Event()

    def models(self, places: Places) -> Iterator[Candidate | LeftOut]:
        yield from super().models(places)
        self.answered.wait(30)


@pytest.fixture
def rose(tmp_path: Path) -> Path:
    (tmp_path / "roses").mkdir()
    return text_model().write(tmp_path / "roses/rose-3b.gguf")


def test_every_program_is_asked_and_an_empty_home_has_nothing(tmp_path: Path) -> None:
    assert look_around(Places(tmp_path / "nobody", {}, "linux", tmp_path / "root")) == LookAround()
    assert len({program.NAME for program in PROGRAMS}) == len(PROGRAMS) == 6


def test_a_folder_that_does_not_answer_costs_its_program_alone(tmp_path: Path, rose: Path) -> None:
    stale, lively = (
        Hanging("Stale", Candidate("early", rose)),
        Drawn("Lively", Candidate("rose", text_model().write(tmp_path / "b.gguf"))),
    )
    start = time.monotonic()
    found = look_around(programs=[stale, lively], seconds=1.0)
    took = time.monotonic() - start
    stale.answered.set()
    assert took < 10
    assert [one.spec.name for one in found.models] == ["early", "rose"]
    [late] = found.left_out
    assert "Stale" in late.reason
    assert "network drive" in late.hint


def test_a_large_collection_takes_the_time_that_it_needs(rose: Path) -> None:
    class Slow(Drawn):
        def models(self, places: Places) -> Iterator[Candidate | LeftOut]:
            for number in range(8):
                time.sleep(0.1)
                yield LeftOut(rose, f"{number}")

    found = look_around(programs=[Slow("Slow")], seconds=0.5)
    assert [one.reason for one in found.left_out] == [str(number) for number in range(8)]


def test_an_error_in_one_program_costs_that_program_alone(rose: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Drawn):
        def models(self, places: Places) -> Iterator[Candidate | LeftOut]:
            raise RuntimeError("a bug")

    found = look_around(programs=[Broken("Broken"), Drawn("Lively", Candidate("rose", rose))])
    assert [one.spec.name for one in found.models] == ["rose"]
    assert "Broken" in caplog.text


def test_a_file_that_two_programs_have_is_listed_once(tmp_path: Path, rose: Path) -> None:
    link = tmp_path / "link.gguf"
    link.symlink_to(rose)
    found = look_around(programs=[Drawn("One", Candidate("rose", rose)), Drawn("Two", Candidate("other", link))])
    assert [(one.spec.name, one.spec.owner) for one in found.models] == [("rose", "One")]


def test_a_projector_that_does_not_belong_to_the_model_leaves_it_text_only(tmp_path: Path, rose: Path) -> None:
    wide = projector(64).write(tmp_path / "wide.gguf")
    found = look_around(programs=[Drawn("One", Candidate("rose", rose, wide), Candidate("eye", wide))])
    [one] = found.models
    assert not one.spec.supports_images
    assert found.left_out[0].path == wide


def catalog_with(tmp_path: Path, *programs: Drawn) -> Catalog:
    return Catalog(tmp_path / "shipped", tmp_path / "home", look_around=lambda: look_around(programs=programs))


def test_they_are_found_by_name_and_told_apart(tmp_path: Path, rose: Path) -> None:
    other = text_model().write(tmp_path / "other.gguf")
    catalog = catalog_with(
        tmp_path,
        Drawn("One", Candidate("Rose", rose, NO_PROJECTOR)),
        Drawn("Ollama", Candidate("rose", other), Candidate("tulip:latest", text_model().write(tmp_path / "t.gguf"))),
    )
    models, left_out = catalog.of_other_programs()
    assert [spec.name for spec in models] == ["Rose", "rose (Ollama)", "tulip:latest"]
    assert not left_out
    assert catalog.find("rose").files.model == rose
    assert catalog.find("Rose (ollama)").files.model == other
    assert catalog.find("tulip").name == "tulip:latest"
    with pytest.raises(ModelMissing) as missing:
        catalog.find("tulpi")
    assert "tulip" in missing.value.hint
    with pytest.raises(ModelMissing):
        catalog.find("tulip", everywhere=False)


def test_one_that_is_used_is_found_at_once_from_then_on(tmp_path: Path, rose: Path) -> None:
    catalog = catalog_with(tmp_path, Drawn("Jan", Candidate("rose", rose)))
    [spec] = catalog.of_other_programs()[0]
    kept = catalog.keep(spec)
    assert kept == spec
    assert Catalog(tmp_path / "shipped", tmp_path / "home").find("rose", everywhere=False).owner == "Jan"
    assert catalog.of_other_programs()[0] == []
    assert catalog.keep(kept) == kept
    assert len(catalog.models()) == 1


def test_a_name_of_ones_own_stays_and_the_files_are_left_alone(tmp_path: Path, rose: Path) -> None:
    before = (rose.read_bytes(), rose.stat().st_mtime_ns)
    catalog = catalog_with(tmp_path, Drawn("Jan", Candidate("rose", rose)))
    assert catalog.rename("rose", "For receipts").owner == "Jan"
    assert catalog.find("for receipts", everywhere=False).files.model == rose
    assert catalog.remove("For receipts").owner == "Jan"
    with pytest.raises(InputError, match="belongs to Jan"):
        catalog.remove("rose")
    assert (rose.read_bytes(), rose.stat().st_mtime_ns) == before
    assert sorted(path.name for path in rose.parent.iterdir()) == ["rose-3b.gguf"]
