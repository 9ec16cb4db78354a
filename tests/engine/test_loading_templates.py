"""What becomes of the template in a model's file when it is loaded."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from fanlight.domain.errors import TemplateBroken
from fanlight.domain.models import LoadOptions, ModelSpec, Sampling
from fanlight.engine.llama import LlamaEngine
from support.asking import hear, user
from support.gguf_drafts import text_model

pytestmark = pytest.mark.model


def loaded(folder: Path, template: str) -> LlamaEngine:
    path = text_model().set("tokenizer.chat_template", template).write(folder / "tiny.gguf")
    return LlamaEngine.load(ModelSpec.of_files("tiny", path), LoadOptions(threads=1))


def test_a_template_that_is_named_is_used(tmp_path: Path) -> None:
    with closing(loaded(tmp_path, "mistral-v7-tekken")) as engine:
        hear(engine.generate([user("Hi")], Sampling(temperature=0, max_tokens=1)))
        said = b"".join(engine._vocab.token_bytes(item) for item in engine.cached if isinstance(item, int))
        assert b"[INST]Hi[/INST]" in said


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("mistral-v99", "names the chat template “mistral-v99”"),
        ("{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}", "calls itself without end"),
        ("{{ 'a' * 100000000000 }}", "something too large"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "takes too long"),
        ("\n{{ messages | frobnicate }}", r"\(line 2\)"),
    ],
)
def test_one_that_cannot_be_used_is_said_as_what_it_is(
    tmp_path: Path, template: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanlight.engine.template_budget.STEPS", 60_000)
    with pytest.raises(TemplateBroken, match=said) as caught:
        loaded(tmp_path, template)
    assert "damaged" not in caught.value.text
