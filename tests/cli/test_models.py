"""`fanlight models`, over real files with random weights."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from fanlight import compose
from fanlight.catalog.programs.places import Places
from fanlight.domain.models import LoadOptions, ModelSpec, RecommendedSampling
from fanlight.engine import hosting
from fanlight.settings import Settings
from support import random_models
from support.command_line import Run
from support.gguf_drafts import projector, text_model
from support.pictures import red_circle


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return random_models.plain(tmp_path).files.model


def listed(fanlight: Run, name: str) -> dict[str, Any]:
    rows: list[dict[str, Any]] = json.loads(fanlight("models", "list", "--json").out)
    return next(row for row in rows if row["name"] == name)


def test_an_added_model_is_listed_with_what_it_can_do(fanlight: Run, plain: Path) -> None:
    ran = fanlight("models", "add", plain, "--name", "mine")
    assert ran.status == 0
    assert "It supports pictures" in ran.out
    row = listed(fanlight, "mine")
    assert (row["can"], row["fits"], row["model"]) == ("text, pictures", True, str(plain))
    assert row["size_bytes"] == plain.stat().st_size + Path(row["projector"]).stat().st_size
    table = fanlight("models", "list").out
    assert [line.split()[0] for line in table.splitlines()].count("mine") == 1
    assert table.startswith("NAME")


def test_a_model_without_its_eyes_says_so(fanlight: Run, plain: Path) -> None:
    for eye in plain.parent.glob("*mmproj*"):
        eye.unlink()
    assert "text-only" in fanlight("models", "add", plain, "--name", "blind").out
    assert listed(fanlight, "blind")["can"] == "text"
    ran = fanlight("ask", "--model", "blind", "-i", red_circle(plain.parent / "a.png"), "What is it?")
    assert ran.status == 4
    assert "does not support pictures" in ran.err


def test_a_removed_model_is_forgotten_and_its_files_stay(fanlight: Run, plain: Path) -> None:
    fanlight("models", "add", plain, "--name", "mine")
    assert fanlight("models", "remove", "mine").status == 0
    assert fanlight("models", "remove", "mine").status == 4
    assert plain.exists()


def test_a_model_whose_file_is_gone_keeps_its_line_and_says_so(fanlight: Run, plain: Path) -> None:
    fanlight("models", "add", plain, "--name", "mine")
    plain.unlink()
    row = listed(fanlight, "mine")
    assert (row["can"], row["fits"]) == ("nothing", False)
    assert "plain.gguf" in row["words"]


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF" + bytes(1000), b"no model"])
def test_a_file_that_is_no_model_is_refused(fanlight: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.gguf").write_bytes(content)
    ran = fanlight("models", "add", tmp_path / "model.gguf")
    assert ran.status == 4
    assert len(ran.err.splitlines()) == 2


def test_another_models_projector_is_refused(fanlight: Run, plain: Path) -> None:
    other = random_models.mrope(plain.parent).files.projector
    assert other is not None
    assert fanlight("models", "add", plain, "--projector", other).status == 4


@pytest.mark.model
def test_a_model_answers_by_its_name_and_by_its_file(fanlight: Run, plain: Path) -> None:
    fanlight("models", "add", plain, "--name", "mine")
    asked = ["--temperature", "0", "--max-tokens", "8", "--json", "Hello"]
    by_name, by_file = (fanlight("ask", "--model", name, *asked) for name in ("mine", str(plain)))
    assert by_name.status == 0
    assert json.loads(by_name.out)["answer"] == json.loads(by_file.out)["answer"]
    assert json.loads(by_name.out)["timings"]["generated_tokens"] == 8


@pytest.mark.model
def test_a_schema_holds_even_a_model_that_knows_nothing(fanlight: Run, plain: Path) -> None:
    schema = plain.parent / "schema.json"
    schema.write_text('{"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}', "utf-8")
    ran = fanlight("ask", "--model", plain, "--schema", schema, "--max-tokens", "200", "--seed", "1", "Which?")
    assert ran.status == 0, ran.err
    assert json.loads(ran.out)["n"] in (1, 2)


@pytest.mark.model
@pytest.mark.parametrize("schema", ['{"type": "nonsense"}', "3", '{"$ref": "#/nowhere"}'])
def test_a_schema_that_means_nothing_is_bad_input(fanlight: Run, plain: Path, schema: str) -> None:
    (plain.parent / "schema.json").write_text(schema, "utf-8")
    ran = fanlight("ask", "--model", plain, "--schema", plain.parent / "schema.json", "Which?")
    assert ran.status == 3
    assert len(ran.err.splitlines()) == 2


@pytest.mark.model
def test_a_prompt_that_is_too_long_is_model_trouble(fanlight: Run, plain: Path) -> None:
    ran = fanlight("ask", "--model", plain, "word " * 20_000)
    assert ran.status == 4
    assert "tokens" in ran.err


def test_a_model_at_an_address_has_its_line_and_says_when_nothing_is_there(fanlight: Run, home: Path) -> None:
    entry = {"name": "served", "address": "http://127.0.0.1:9", "model": "m", "supports_images": True}
    home.mkdir(exist_ok=True)
    (home / "models.json").write_text(json.dumps({"models": [entry]}), "utf-8")
    row = listed(fanlight, "served")
    assert (row["can"], row["model"], row["projector"]) == ("text, pictures", "http://127.0.0.1:9", None)
    asked = fanlight("ask", "--model", "served", "What?")
    assert asked.status == 4
    assert "127.0.0.1:9 cannot be reached" in asked.err


def test_a_name_with_a_space_is_shown_as_a_shell_takes_it(fanlight: Run, plain: Path) -> None:
    assert "--model 'My Model' QUESTION" in fanlight("models", "add", plain, "--name", "My Model").out


@pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
def test_one_model_that_cannot_be_reached_leaves_the_others(
    fanlight: Run, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that may not be entered, a mount whose server is gone."""
    (tmp_path / "far").mkdir()
    far = tmp_path / "far" / "far.gguf"
    far.write_bytes(plain.read_bytes())
    fanlight("models", "add", plain, "--name", "mine")
    fanlight("models", "add", far, "--name", "far")
    real = Path.stat

    def stat(path: Path, **more: Any) -> os.stat_result:
        if path == far:
            raise OSError(errno.ESTALE, "Stale file handle")
        return real(path, **more)

    monkeypatch.setattr(Path, "stat", stat)
    assert listed(fanlight, "mine")["fits"]
    row = listed(fanlight, "far")
    assert (row["fits"], row["size_bytes"]) == (False, 0)
    assert "Stale file handle" in row["words"]
    assert fanlight("ask", "--model", "far", "Hi").status == 4


@pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
@pytest.mark.parametrize(
    "name", ["x" * 300, "loop.gguf", "pipe.gguf", "~nobody-of-this-name/m.gguf", "folder.gguf", "\udce9.gguf"]
)
def test_a_model_that_is_no_file_is_one_sentence(
    fanlight: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop.gguf").symlink_to("loop.gguf")
    os.mkfifo(tmp_path / "pipe.gguf")
    (tmp_path / "folder.gguf").mkdir()
    for words in (["ask", "--model", name, "Hi"], ["models", "add", name]):
        ran = fanlight(*words)
        assert ran.status == 4
        assert len(ran.err.splitlines()) <= 2
        assert len(ran.err) < 400 + len(str(tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_pipe_beside_a_model_is_not_waited_for(fanlight: Run, plain: Path) -> None:
    os.mkfifo(plain.parent / "mmproj-pipe.gguf")
    assert fanlight("models", "add", plain, "--name", "mine").status == 0


def test_another_models_projector_is_not_taken_and_that_is_said(fanlight: Run, tmp_path: Path) -> None:
    text_model().set("general.name", "Aya Text").write(tmp_path / "aya-text.gguf")
    eye = projector().set("general.name", "Zebra Vision").write(tmp_path / "mmproj-zebra.gguf")
    ran = fanlight("models", "add", tmp_path / "aya-text.gguf", "--name", "aya")
    assert "text-only" in ran.out
    assert "mmproj-zebra.gguf would fit" in ran.err
    asked = fanlight("ask", "--model", "aya", "-i", red_circle(tmp_path / "a.png"), "What is it?")
    assert (asked.status, "--projector" in asked.err) == (4, True)
    assert "It supports pictures" in fanlight("models", "add", tmp_path / "aya-text.gguf", "--projector", eye).out


def test_none_is_a_projector_that_is_kept(fanlight: Run, plain: Path) -> None:
    assert "text-only" in fanlight("models", "add", plain, "--name", "mine", "--projector", "none").out
    assert listed(fanlight, "mine")["projector"] is None
    ran = fanlight("ask", "--model", plain, "--projector", "none", "-i", red_circle(plain.parent / "a.png"), "What?")
    assert (ran.status, "does not support pictures" in ran.err) == (4, True)


def test_a_renamed_model_is_still_the_chosen_one(fanlight: Run, plain: Path, home: Path) -> None:
    fanlight("models", "add", plain, "--name", "mine")
    (home / "settings.json").write_text('{"model": "mine"}')
    ran = fanlight("models", "rename", "mine", "For receipts")
    assert (ran.status, ran.out) == (0, "The model is called For receipts now.\n")
    assert listed(fanlight, "For receipts")["chosen"]
    assert fanlight("models", "rename", "For receipts", "practice").status == 3
    assert fanlight("models", "rename", "nothing", "x").status == 4


def test_models_of_other_programs_are_listed_with_their_owner_and_found(
    fanlight: Run, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "user/.lmstudio/models/maker/rose"
    folder.mkdir(parents=True)
    (folder / "rose-3b.gguf").write_bytes(plain.read_bytes())
    (folder / "cut-3b.gguf").write_bytes(plain.read_bytes()[:-1000])
    monkeypatch.setattr(
        Places, "of_this_user", classmethod(lambda _cls: Places(tmp_path / "user", {}, "linux", tmp_path))
    )
    row = listed(fanlight, "rose-3b")
    assert (row["owner"], row["model"]) == ("LM Studio", str(folder / "rose-3b.gguf"))
    left = listed(fanlight, "cut-3b")
    assert (left["can"], left["fits"]) == ("nothing", False)
    table = fanlight("models", "list").out
    assert "LM Studio" in next(line for line in table.splitlines() if line.startswith("rose-3b"))
    assert "cut-3b (LM Studio): cut-3b.gguf is cut off" in table
    assert fanlight("ask", "--model", "rose-3b", "--max-tokens", "1", "Hello?").status == 0
    ran = fanlight("models", "remove", "rose-3b")
    assert ran.status == 3
    assert "belongs to LM Studio" in ran.err
    assert (folder / "rose-3b.gguf").exists()


def test_what_a_models_file_recommends_is_shown_with_what_is_used(fanlight: Run, tmp_path: Path, home: Path) -> None:
    card = {"temp": 0.6, "top_k": 20}
    path = random_models.plain(tmp_path, random_models.THINKING_TEMPLATE, "card", card).files.model
    fanlight("models", "add", path, "--name", "mine")
    (home / "settings.json").write_text(json.dumps({"top_k": 5, "model": "mine"}), "utf-8")
    shown = fanlight("models", "show", "mine").out
    assert "Its maker recommends: temperature 0.6, top-k 20" in shown
    assert "Answers are sampled with: temperature 0.6, top-k 5, top-p 0.95, min-p 0.05" in shown
    assert "It can think before it answers" in shown
    said = json.loads(fanlight("models", "show", "mine", "--json").out)
    assert (said["recommended"], said["sampling"]["top_k"], said["thinks"]) == (
        {"temperature": 0.6, "top_k": 20},
        5,
        True,
    )
    assert "The maker of mine recommends temperature 0.6, top-k 20" in fanlight("doctor").out


def test_what_a_models_file_does_not_recommend_is_taken_from_the_catalog(
    fanlight: Run, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = random_models.plain(tmp_path, recommended={"temp": 0.6}).files.model
    home.mkdir(exist_ok=True)
    (home / "catalog.toml").write_text(
        '[[model]]\nid = "mine"\nname = "Mine"\nlicence = "MIT"\nsampling = { temperature = 1.0, top_k = 64 }\n'
        f'[[model.file]]\nrole = "model"\nrepository = "me/mine"\ncommit = "1"\nname = "{path.name}"\n'
        f'bytes = {path.stat().st_size}\nsha256 = "{"0" * 64}"\n'
    )
    fanlight("models", "add", path)
    said = json.loads(fanlight("models", "show", path.stem, "--json").out)
    assert said["recommended"] == {"temperature": 0.6, "top_k": 64}
    loads: list[LoadOptions] = []
    monkeypatch.setattr(hosting, "open_engine", lambda _spec, loading, *_more: loads.append(loading))
    compose.load_engine(ModelSpec.of_files("mine", path), Settings())
    assert loads[0].recommended == RecommendedSampling(temperature=1.0, top_k=64)


def test_a_server_of_the_users_own_is_added(fanlight: Run) -> None:
    added = fanlight("models", "add-server", "localhost:8080/v1", "rose-3b", "--name", "Served")
    assert added.status == 0
    assert "localhost:8080" in added.out
    assert "http://localhost:8080" in fanlight("models", "list").out
    assert fanlight("models", "add-server", "two words", "rose-3b").status == 3
