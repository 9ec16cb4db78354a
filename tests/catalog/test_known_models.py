"""Models that can be fetched: what ships is sound, names find what people mean, a wrong entry costs itself."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest

from fanlight.catalog.catalog_file import FILE, load_known_models, parse_catalog
from fanlight.catalog.download_requests import download_request
from fanlight.catalog.known_installed import known_in
from fanlight.catalog.known_models import KnownModels
from fanlight.domain.downloads import FileRole
from fanlight.domain.models import RecommendedSampling

SHIPPED = Path(__file__).parents[2] / "models"
ENTRY = """
[[model]]
id = "mine"
name = "Mine 1B"
licence = "MIT"
[[model.file]]
role = "model"
repository = "me/mine-GGUF"
commit = "0123456789abcdef0123456789abcdef01234567"
name = "mine.gguf"
bytes = 10
sha256 = "{sha}"
""".replace("{sha}", "a" * 64)


@pytest.fixture(scope="module")
def known() -> KnownModels:
    return load_known_models(SHIPPED, SHIPPED / "nowhere")


def test_what_ships_can_be_used_whole(known: KnownModels) -> None:
    assert known.problems == ()
    entries = tomllib.loads((SHIPPED / FILE).read_text("utf-8"))["model"]
    assert [model.id for model in known.models] == [entry["id"] for entry in entries]
    assert len(known.of_kind("model")) == 15
    for model in known.models:
        assert model.good_at.endswith("."), model.id
        assert model.is_shipped
        for file in model.files:
            assert re.fullmatch(r"[0-9a-f]{40}", file.commit), f"{model.id}: a branch moves"
            assert file.size_bytes, f"{model.id}: the room on the disk is looked at first"
        if model.kind == "model":
            assert model.file(FileRole.PROJECTOR) is not None
            assert model.tier_gb in (4, 8, 16, 24)
            assert model.inputs
    assert len(known.of_kind("speech")) == 3
    for embedder in known.of_kind("embedder"):
        names = [file.name for file in embedder.files]
        assert [name.startswith("mmproj") for name in names] == [False, True], "the settings name the first"
    for voice in known.of_kind("voice"):
        assert [file.path.rpartition("/")[2] for file in voice.files] == [file.name for file in voice.files]
        assert [file.name for file in voice.files] == [f"{voice.files[0].name}", f"{voice.files[0].name}.json"]
        assert download_request(voice, Path("/home")).folder == Path("/home/voices")
    assert {model.tier_gb for model in known.models if model.recommended} == {4, 8, 16, 24}


def test_how_answers_are_sampled_is_known_by_the_file(known: KnownModels, tmp_path: Path) -> None:
    gemma = known.find("gemma-4-e4b")
    assert gemma is not None
    assert gemma.sampling == RecommendedSampling(temperature=1.0, top_k=64, top_p=0.95)
    file = tmp_path / gemma.files[0].name.upper()
    file.write_bytes(b"")
    os.truncate(file, gemma.files[0].size_bytes or 0)
    assert known_in(file, known.models) is gemma
    os.truncate(file, 10)  # another model of that name
    assert known_in(file, known.models) is None
    assert known_in(tmp_path / "gone.gguf", known.models) is None


def test_what_the_file_says_of_it_goes_first() -> None:
    own, known = RecommendedSampling(temperature=0.0), RecommendedSampling(temperature=1.0, top_k=64)
    assert own.or_else(known) == RecommendedSampling(temperature=0.0, top_k=64)
    assert own.or_else(RecommendedSampling()) == own


def test_no_two_models_share_a_name_or_a_content(known: KnownModels) -> None:
    names = [name for model in known.models for name in (model.id, *model.aliases)]
    assert len(names) == len({name.casefold() for name in names})
    models = [file.sha256 for model in known.models for file in model.files if file.role is FileRole.MODEL]
    assert len(models) == len(set(models))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("qwen3-vl", "qwen3-vl-4b"),
        ("Qwen3 VL", "qwen3-vl-4b"),
        ("qwen3-vl:8b", "qwen3-vl-8b"),
        ("qwen3-vl:2b", "qwen3-vl-2b"),
        ("QWEN3-VL-4B-INSTRUCT", "qwen3-vl-4b"),
        ("gemma4", "gemma-4-e2b"),
        ("gemma-4-12b-it", "gemma-4-12b"),
        ("Gemma 4 E4B", "gemma-4-e4b"),
        ("glm_ocr", "glm-ocr"),
        ("Qwen/Qwen3-VL-4B-Instruct-GGUF", "qwen3-vl-4b"),
        ("Qwen3-VL-4B-Instruct-GGUF", "qwen3-vl-4b"),
        ("https://huggingface.co/Qwen/Qwen3-VL-8B-Instruct-GGUF", "qwen3-vl-8b"),
        ("https://huggingface.co/Qwen/Qwen3-VL-8B-Instruct-GGUF/tree/main", "qwen3-vl-8b"),
        ("hf.co/unsloth/Qwen3.5-4B-GGUF:Q4_K_M", "qwen3.5-4b"),
        ("huggingface.co/unsloth/Qwen3.5-9B-GGUF/?library=llama-cpp-python#files", "qwen3.5-9b"),
        (
            "https://huggingface.co/ggml-org/GLM-OCR-GGUF/resolve/main/GLM-OCR-Q8_0.gguf?download=true",
            "glm-ocr",
        ),
        ("Qwen/Qwen3-VL-4B-Instruct-GGUF:Q4_K_M", "qwen3-vl-4b"),
        ("Qwen/Qwen3-VL-4B-Instruct", "qwen3-vl-4b"),
        ("qwen3-vl:latest", "qwen3-vl-4b"),
        ("qwen3-vl-4b:q4_k_m", "qwen3-vl-4b"),
        ("ollama run hf.co/Qwen/Qwen3-VL-4B-Instruct-GGUF:Q4_K_M", "qwen3-vl-4b"),
        (
            "https://huggingface.co/Qwen/Qwen3-VL-4B-Instruct-GGUF/tree/1cd86afb9a95c410a6038ab3b40d8b578c892266",
            "qwen3-vl-4b",
        ),
        ("Qwen3VL-4B-Instruct-Q4_K_M.gguf", "qwen3-vl-4b"),
        ("minicpm", "minicpm-v-4.6"),
        ("ministral", "ministral-3-8b"),
        ("whisper-small", "whisper-small"),
        ("  qwen3.8 ", "qwen3.8-27b"),
    ],
)
def test_names_as_people_write_them(known: KnownModels, written: str, found: str) -> None:
    model = known.find(written)
    assert model is not None
    assert model.id == found


@pytest.mark.parametrize(
    "written", ["", " ", "x", "q", "llama", "practice", "./model.gguf", "https://", "/", "🙂", "\0"]
)
def test_other_names_find_nothing(known: KnownModels, written: str) -> None:
    assert known.find(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "qwen3-vl:32b",
        "Qwen/Qwen3-VL-4B-Instruct-GGUF:Q8_0",
        "https://huggingface.co/Qwen/Qwen3-VL-4B-Instruct-GGUF/tree/0123456",
        "https://huggingface.co/Qwen/Qwen3-VL-4B-Instruct-GGUF/blob/main/Qwen3VL-4B-Instruct-Q8_0.gguf",
        "https://huggingface.co/other/Copy-GGUF/blob/main/Qwen3VL-4B-Instruct-Q4_K_M.gguf",
    ],
)
def test_another_size_quantization_state_or_conversion_is_no_model_of_the_catalog(
    known: KnownModels, written: str
) -> None:
    assert known.find(written) is None


@pytest.mark.parametrize(("written", "meant"), [("qwen3-lv", "qwen3-vl-4b"), ("gema4", "gemma-4-e2b")])
def test_a_misspelled_name_has_a_neighbour(known: KnownModels, written: str, meant: str) -> None:
    near = known.close_to(written)
    assert near is not None
    assert near.id == meant


def test_an_entry_of_ones_own_replaces_and_adds(tmp_path: Path) -> None:
    own = ENTRY + ENTRY.replace('"mine"', '"qwen3-vl-4b"').replace("Mine 1B", "My Qwen")
    (tmp_path / FILE).write_text(own, "utf-8")
    known = load_known_models(SHIPPED, tmp_path)
    assert known.problems == ()
    assert known.models[-1].name == "Mine 1B"
    assert not known.models[-1].is_shipped
    replaced = known.find("qwen3-vl-4b")
    assert replaced is not None
    assert replaced.name == "My Qwen"
    assert [model.id for model in known.models].index("qwen3-vl-4b") == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (('id = "mine"', 'id = "../mine"'), "id"),
        (('id = "mine"', "id = 3"), "id"),
        (('name = "Mine 1B"', "name = [1]"), "name"),
        (('name = "Mine 1B"', ""), "name"),
        (('licence = "MIT"', ""), "licence"),
        (('role = "model"', 'role = "king"'), "role"),
        (('role = "model"', 'role = "projector"'), "file"),
        (('name = "mine.gguf"', 'name = "../../.bashrc"'), "file.name"),
        (('name = "mine.gguf"', 'name = "con.gguf"'), "file.name"),
        (('"me/mine-GGUF"', '"me/../../etc"'), "file.repository"),
        (('"me/mine-GGUF"', '"https://evil.example"'), "file.repository"),
        (("bytes = 10", "bytes = -1"), "bytes"),
        (("bytes = 10", "bytes = true"), "bytes"),
        (("a" * 64, "A" * 64), "file.sha256"),
        (("a" * 64, "short"), "file.sha256"),
        (('licence = "MIT"', 'licence = "MIT"\nsampling = 3'), "sampling"),
        (('licence = "MIT"', 'licence = "MIT"\nsampling = { heat = 1 }'), "sampling"),
        (('licence = "MIT"', 'licence = "MIT"\nsampling = { top_p = 2 }'), "sampling"),
        (('licence = "MIT"', 'licence = "MIT"\nsampling = { temperature = true }'), "sampling"),
        (('licence = "MIT"', 'licence = "MIT"\nsampling = { stop = ["x"] }'), "sampling"),
        (("bytes = 10", 'path = "../../x.gguf"'), "file.path"),
        (("bytes = 10", 'path = "/etc/x.gguf"'), "file.path"),
        (("bytes = 10", 'mirrors = ["file:///etc"]'), "file.mirrors"),
        (("bytes = 10", 'mirrors = ["https://name:pass@host.example/x"]'), "file.mirrors"),
        (('licence = "MIT"', 'licence = "MIT"\ntier_gb = "much"'), "tier_gb"),
        (('licence = "MIT"', 'licence = "MIT"\nkind = "picture"'), "kind"),
        (('licence = "MIT"', 'licence = "MIT"\naliases = "one"'), "aliases"),
    ],
)
def test_a_wrong_entry_costs_that_entry_alone(change: tuple[str, str], field: str) -> None:
    wrong = ENTRY.replace(*change)
    right = ENTRY.replace('"mine"', '"second"')
    models, problems = parse_catalog(wrong + right)
    assert [model.id for model in models] == ["second"]
    (problem,) = problems
    assert f"“{field}”" in problem


@pytest.mark.parametrize(
    "text", ["[[model]", "model = 3", "[model]\nid = 1", "model = [1, []]", "\0", "a = " + "[" * 5000]
)
def test_a_file_that_is_no_catalog_is_said(text: str) -> None:
    models, problems = parse_catalog(text)
    assert models == ()
    assert problems


def test_a_file_that_cannot_be_read_leaves_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00")
    known = load_known_models(SHIPPED, tmp_path)
    assert len(known.of_kind("model")) == 15
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    assert load_known_models(SHIPPED, tmp_path).problems
