"""What of the hub is named: repositories, addresses and commands in the forms in which people paste them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanlight.catalog.hub_names import HubName, hub_name, is_other_address, repository_of_address
from fanlight.domain.hub import REPOSITORY

OWNER = "unsloth/Qwen3.5-4B-GGUF"
HUB = f"https://huggingface.co/{OWNER}"
FILE = "Qwen3.5-4B-Q8_0.gguf"
COMMIT = "e87f176479d0855a907a41277aca2f8ee7a09523"


@pytest.mark.parametrize(
    "written",
    [
        OWNER, f"  {OWNER}\n", f'"{OWNER}"', f"`{OWNER}`", f"<{HUB}>", f"({HUB}),", f"[the model]({HUB})",
        HUB, f"{HUB}/", f"{HUB}.git", f"{HUB}/tree/main", f"{HUB}/blob/main/README.md", f"{HUB}/discussions/3",
        f"{HUB}/commits/main", f"{HUB}?library=llama-cpp-python", f"{HUB}/?local-app=ollama#files",
        f"HTTPS://HuggingFace.co/{OWNER}", f"http://www.huggingface.co/{OWNER}", f"huggingface.co/{OWNER}",
        f"https://huggingface.co:443/{OWNER}", f"https://huggingface.co//{OWNER}//tree//main//",
        f"hf.co/{OWNER}", f"hf.co/{OWNER}:latest", f"https://hf-mirror.com/{OWNER}", f"hf://{OWNER}",
        f"https://huggingface.co/api/models/{OWNER}", f"git@hf.co:{OWNER}",
        f"https://modelscope.cn/models/{OWNER}", f"https://www.modelscope.cn/models/{OWNER}/files",
        f"https://modelscope.ai/models/{OWNER}/summary", f"jan://models/huggingface/{OWNER}",
        f"lmstudio://open_from_hf?model={OWNER}", "https://huggingface.co/unsloth/Qwen3%2E5-4B-GGUF",
        f"git clone {HUB}", f"ollama run hf.co/{OWNER}", f"llama-server -hf {OWNER}", f"hf download {OWNER}",
        f"./build/bin/llama-mtmd-cli -hf {OWNER} -c 8192", f"docker model run hf.co/{OWNER}", f"lms get {HUB}",
        f"see {HUB} for it",
    ],
)  # fmt: skip
def test_a_repository_in_any_form(written: str) -> None:
    assert hub_name(written) == HubName(OWNER)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (f"{HUB}/blob/main/{FILE}", HubName(OWNER, file=FILE)),
        (f"{HUB}/resolve/main/{FILE}?download=true", HubName(OWNER, file=FILE)),
        (f"{HUB}/raw/main/{FILE}", HubName(OWNER, file=FILE)),
        (f"{HUB}/resolve/{COMMIT}/Q8_0/{FILE}", HubName(OWNER, COMMIT, f"Q8_0/{FILE}")),
        (f"{HUB}/tree/refs%2Fpr%2F3", HubName(OWNER, "refs/pr/3")),
        (f"{HUB}/blob/refs/pr/3/{FILE}", HubName(OWNER, "refs/pr/3", FILE)),
        (f"{HUB}/tree/v1.0", HubName(OWNER, "v1.0")),
        (f"{HUB}/blob/main/my%20model.gguf", HubName(OWNER, file="my model.gguf")),
        (f"{HUB}?show_file_info={FILE}", HubName(OWNER, file=FILE)),
        (f"{HUB}/tree/main?show_file_info=UD%2F{FILE}", HubName(OWNER, file=f"UD/{FILE}")),
        (f"https://modelscope.cn/models/{OWNER}/file/view/master/{FILE}?status=2", HubName(OWNER, file=FILE)),
        (f"hf://{OWNER}/{FILE}", HubName(OWNER, file=FILE)),
        (f"hf://{OWNER}@v1.0/{FILE}", HubName(OWNER, "v1.0", FILE)),
        (f"hf.co/{OWNER}:Q8_0", HubName(OWNER, tag="Q8_0")),
        (f"hf.co/{OWNER}:{FILE}", HubName(OWNER, file=FILE)),
        (f"ollama run hf.co/{OWNER}:UD-Q4_K_XL", HubName(OWNER, tag="UD-Q4_K_XL")),
        (f"llama-server -hf {OWNER}:Q8_0 --jinja", HubName(OWNER, tag="Q8_0")),
        (f"llama-cli --hf-repo {OWNER} --hf-file {FILE} -p x", HubName(OWNER, file=FILE)),
        (f"huggingface-cli download {OWNER} {FILE} --local-dir .", HubName(OWNER, file=FILE)),
        (f'hf download {OWNER} --include "{FILE}"', HubName(OWNER, file=FILE)),
        (f"wget -c {HUB}/resolve/main/{FILE}", HubName(OWNER, file=FILE)),
    ],
)
def test_a_file_a_state_and_a_quantization(written: str, named: HubName) -> None:
    assert hub_name(written) == named


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "qwen3-vl", "qwen3-vl:4b", "models/mine.gguf", "./models/mine", "/models/mine", "a/b/c", "C:\\m.gguf",
        "reads text and/or pictures", "llama vision and/or text", "llama-3.2 vision/text",
        "ollama run qwen3-vl", "//", "https://", "/", "\0", "🙂/🙂", "a/../b",
        "https://huggingface.co/", "https://huggingface.co/unsloth", "https://huggingface.co/datasets/a/b",
        "https://huggingface.co/spaces/a/b", "https://huggingface.co/docs/hub/gguf", "https://huggingface.co/%2e%2e/a",
        "https://github.com/a/b", "https://evil.example/huggingface.co/a/b", "https://huggingface.co.evil.example/a/b",
        "https://ollama.com/library/qwen3-vl", "https://huggingface.co/a/%ff%fe", "https://huggingface.co/a/%",
        "hf.co/a/b@..", "https://huggingface.co/a/b?show_file_info=../x.gguf",
    ],
)  # fmt: skip
def test_what_names_no_repository(written: str) -> None:
    assert hub_name(written) is None
    assert is_other_address(written) == ("://" in written)


def test_the_hub_that_the_environment_names_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"https://hf.company.example/hub/{OWNER}/blob/main/{FILE}"
    assert hub_name(address) is None
    monkeypatch.setenv("HF_ENDPOINT", "https://hf.company.example/hub/")
    assert hub_name(address) == HubName(OWNER, file=FILE)
    assert not is_other_address(address)


def test_the_repository_of_what_was_fetched() -> None:
    assert repository_of_address(f"http://127.0.0.1:70/hub/{OWNER}/resolve/{COMMIT}/{FILE}") == OWNER
    assert repository_of_address("https://mirror.example/d/one.gguf") == ""
    assert repository_of_address("") == ""


PIECES = st.sampled_from(
    ["https://", "huggingface.co", "hf.co", "/", "//", ":", "@", "?model=", "lmstudio://", "#", "%", "%2F", "%ff", "..",
     "tree", "blob", "refs", "main", "a", "x.gguf", "ollama", "-hf", " ", "models", "\0", "ß", "owner/name"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join) | st.text())
def test_whatever_is_pasted_names_a_repository_or_nothing(text: str) -> None:
    named = hub_name(text)
    assert named is None or REPOSITORY.fullmatch(named.repository)
    assert named is None or ".." not in (named.file + named.revision).split("/")
    assert hub_name("lmstudio://?model=" * 5_000 + text) is None or text
