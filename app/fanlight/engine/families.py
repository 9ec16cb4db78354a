"""Properties of model families that the model file does not contain: one entry each."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain.errors import ModelError
from fanlight.gguf.header import Header
from fanlight.gguf.vision import projector_type
from fanlight.i18n import _


@dataclass(frozen=True, slots=True)
class Thinking:
    """Tags around the reasoning before the answer."""

    open: str
    close: str


THINKING = (
    Thinking("<think>", "</think>"),  # Qwen3, DeepSeek R1, GLM, SmolLM3, MiniCPM-V 4.5 and most others
    Thinking("[THINK]", "[/THINK]"),  # Magistral
    Thinking("◁think▷", "◁/think▷"),  # Kimi-VL Thinking
    Thinking("<seed:think>", "</seed:think>"),  # Seed-OSS
    Thinking("<|channel>thought\n", "<channel|>"),  # Gemma 4
    Thinking("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),  # gpt-oss
    Thinking("<|START_THINKING|>", "<|END_THINKING|>"),  # Command A Reasoning
    Thinking("<|inner_prefix|>", "<|inner_suffix|>"),  # Apertus
    Thinking("<mm:think>", "</mm:think>"),  # MiniMax-M3
    Thinking("<think:opensource>", "</think:opensource>"),  # Hunyuan 3
    Thinking("Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"),  # Apriel Thinker
    Thinking("<thinking>", "</thinking>"),
)


def closed_in_place(tags: Thinking) -> str:
    """What ends the thinking as the model itself would."""
    return f"\n{tags.close}\n\n"


def thinking(template: str) -> Thinking | None:
    """The tags that occur in a chat template, or in what it writes; None for a model that does not think."""
    return next((tags for tags in THINKING if tags.close in template or tags.open in template), None)


EMBEDDING_INSTRUCTIONS = {"qwen3vl": "Represent the user's input."}
"""What an embedding model of this architecture is told before a picture, or words, as its makers do."""

PLACED_PROJECTORS = frozenset(("deepseek4v", "hunyuanvl"))
"""Projectors whose tokens depend on the picture's position in the prompt. The engine lays out a picture once for all
positions, so answers about it would be silently wrong."""


def check_projector(projector: Header | None) -> None:
    """Raises ModelError for a projector that would be used wrongly."""
    if projector is not None and (kind := projector_type(projector)) in PLACED_PROJECTORS:
        raise ModelError(
            _("Fanlight cannot use projectors of type {kind} yet.").format(kind=kind),
            _("Choose another vision model."),
        )


CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For a model file without a chat template whose vocabulary has these tokens."""

PLAIN = (
    "{% for message in messages %}{{ {'user': 'User', 'assistant': 'Assistant'}.get(message['role'], 'System') }}: "
    "{{ message['content'] }}\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
)
"""For a model file without a chat template and without ChatML tokens."""
PLAIN_STOPS = ("\nUser:",)
