"""Each chat template that llama.cpp ships, as Fanlight uses it: contents whole and in order, thinking on and off."""

from __future__ import annotations

from typing import get_args

import pytest

from fanlight.domain.errors import TemplateBroken
from fanlight.domain.messages import Message
from fanlight.domain.models import ThinkingMode
from fanlight.engine.answer_opening import opens_thinking, switch_thinking
from fanlight.engine.template import Template, TemplateContent, TemplateFrame, TemplatePart
from support.shipped_templates import shipped_templates

TALK = (
    Message.of("system", "Be kind."),
    Message.of("user", "What?"),
    Message.of("assistant", "That."),
    Message.of("user", "And?"),
)


def _ending(template: Template, mode: ThinkingMode) -> list[TemplatePart]:
    tags = template.thinking
    return switch_thinking(template.parts(TALK, thinking=mode), tags, mode, switched=bool(template.switches))


def _how_it_ends(template: Template, mode: ThinkingMode) -> str:
    """Whether the answer begins inside the thinking (open), behind it (closed), or where the model decides (free)."""
    tags = template.thinking
    parts = _ending(template, mode)
    if opens_thinking(parts, tags):
        return "open"
    last = "".join(part.text for part in parts[-2:] if isinstance(part, TemplateFrame))
    return "closed" if tags is not None and last.rstrip().endswith(tags.close.rstrip()) else "free"


ENDINGS = {
    "Apertus-8B-Instruct": "free free free",
    "Apriel-1.6-15b-Thinker-fixed": "open open closed",
    "Bielik-11B-v3.0-Instruct": "free open free",
    "ByteDance-Seed-OSS": "free free closed",
    "Cohere2MoE": "open open closed",
    "CohereForAI-c4ai-command-r7b-12-2024-tool_use": "closed free closed",
    "GLM-4.6": "free free closed",
    "GLM-4.7-Flash": "open open closed",
    "HuggingFaceTB-SmolLM3-3B": "free free closed",
    "Kimi-K2-Thinking": "free open free",
    "LFM2.5-8B-A1B": "free open free",
    "LFM2.5-Instruct": "free open free",
    "MiniMax-M2": "open open closed",
    "MiniMax-M3": "free open closed",
    "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": "open open closed",
    "NVIDIA-Nemotron-Nano-v2": "open open closed",
    "Qwen-QwQ-32B": "closed open closed",
    "Qwen-Qwen3-0.6B": "free free closed",
    "Qwen3.5-4B": "open open closed",
    "Reka-Edge": "free open free",
    "Spark2.5": "open open closed",
    "StepFun3.5-Flash": "open open closed",
    "deepseek-ai-DeepSeek-R1-Distill-Llama-8B": "open open closed",
    "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B": "closed open closed",
    "deepseek-ai-DeepSeek-V3.1": "closed open closed",
    "deepseek-ai-DeepSeek-V3.2": "closed open closed",
    "deepseek-ai-DeepSeek-V4-Flash-0731": "closed open closed",
    "deepseek-ai-DeepSeek-V4": "closed open closed",
    "google-gemma-4-31B-it-interleaved": "closed free closed",
    "google-gemma-4-31B-it": "closed free closed",
    "ibm-granite-granite-3.3-2B-Instruct": "free free free",
    "inclusionai-ling-3.0-flash": "open open closed",
    "llama-cpp-deepseek-r1": "open open closed",
    "llama-cpp-rwkv-world": "free open closed",
    "mistralai-Ministral-3-14B-Reasoning-2512": "free open free",
    "openai-gpt-oss-120b": "free free free",
    "openbmb-MiniCPM5-1B": "free open closed",
    "poolside-Laguna-S-2.1": "open open closed",
    "poolside-Laguna-XS-2.1": "closed open closed",
    "poolside-Laguna-XS.2": "closed open closed",
    "tencent-Hy3": "closed open closed",
    "unsloth-Apriel-1.5": "free open free",
}  # fmt: skip
"""How the prompt ends for "auto", "on" and "off", of templates whose models think."""
TOOLS_ONLY = (
    "CohereForAI-c4ai-command-r-plus-tool_use", "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use",
    "NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "fireworks-ai-llama-3-firefunction-v2",
)  # fmt: skip
WITHOUT_TAGS = ("Kimi-K3", "muse-glimmer", "upstage-Solar-Open-100B")
"""They have a variable for it; what they think is not told from the answer."""


@pytest.mark.parametrize("name", shipped_templates())
def test_contents_come_whole_and_in_order_in_each_mode(name: str) -> None:
    source = shipped_templates()[name]
    if name in TOOLS_ONLY:
        with pytest.raises(TemplateBroken):
            Template(source, "<bos>", "<eos>")
        return
    template = Template(source, "<bos>", "<eos>")
    for mode in get_args(ThinkingMode):
        contents = [part.index for part in _ending(template, mode) if isinstance(part, TemplateContent)]
        assert sorted(contents) == list(range(len(TALK)))
    if name in ENDINGS:
        assert " ".join(_how_it_ends(template, mode) for mode in get_args(ThinkingMode)) == ENDINGS[name]
    else:
        assert template.thinking is None
        assert not template.switches or name in WITHOUT_TAGS


@pytest.mark.parametrize("name", ENDINGS)
def test_off_never_begins_the_answer_inside_the_thinking(name: str) -> None:
    assert not ENDINGS[name].endswith("open")


def test_a_model_that_always_thinks_is_told_to_think_less() -> None:
    template = Template(shipped_templates()["openai-gpt-oss-120b"])
    assert template.switches.off == {"reasoning_effort": "low"}


def test_a_variable_that_changes_what_is_said_is_not_used() -> None:
    shifty = (
        "{% for message in messages %}<|{{ message.role }}|>{% if enable_thinking is not defined or not "
        "enable_thinking %}{{ message.content }}{% endif %}{% endfor %}<think>"
    )
    assert not Template(shifty).switches
