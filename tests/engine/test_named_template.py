"""A model file may name one of llama.cpp's templates instead of containing one."""

from __future__ import annotations

import pytest

from fanlight.domain.errors import TemplateBroken
from fanlight.domain.messages import Message
from fanlight.engine.named_template import NamedTemplate, built_in_names, is_name
from fanlight.engine.template import Template, TemplateContent, TemplateFrame

TALK = (
    Message.of("system", "Be kind."),
    Message.of("user", "What?"),
    Message.of("assistant", "That."),
    Message.of("user", "And?"),
)


def test_mistrals_template_is_llama_cpps_own() -> None:
    template = Template("mistral-v7-tekken", renderer=NamedTemplate("mistral-v7-tekken"))
    parts = template.parts(TALK)
    assert "".join(part.text if isinstance(part, TemplateFrame) else "·" for part in parts) == (
        "[SYSTEM_PROMPT]·[/SYSTEM_PROMPT][INST]·[/INST]·</s>[INST]·[/INST]"
    )
    assert [part.index for part in parts if isinstance(part, TemplateContent)] == [0, 1, 2, 3]


@pytest.mark.parametrize("name", sorted(built_in_names()))
def test_each_of_them_takes_a_conversation(name: str) -> None:
    assert is_name(name)
    contents = [
        part.index
        for part in Template(name, renderer=NamedTemplate(name)).parts(TALK)
        if isinstance(part, TemplateContent)
    ]
    assert contents == [0, 1, 2, 3]


def test_an_unknown_name_is_said_and_a_template_is_none() -> None:
    assert not is_name("{{ messages }}")
    assert not is_name("")
    assert not is_name("two words")
    with pytest.raises(TemplateBroken, match="names the chat template “mistral-v99”"):
        is_name("mistral-v99")
