"""Thinking before the answer: what turns it on and off in a chat template, and when it is closed in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fanlight.domain.models import Sampling, ThinkingMode
from fanlight.domain.stop import StopFlag

# The variables that templates read, with the values for on and off. Of several for one name, the first that makes a
# difference in a template is used.
_SWITCHES: tuple[tuple[str, Any, Any], ...] = (
    ("enable_thinking", True, False),  # Qwen3, GLM, SmolLM3, Gemma 4, Nemotron 3, MiniCPM5 and most others
    ("thinking", True, False),  # DeepSeek V3.1, Granite 3.3, Kimi K3
    ("thinking_mode", "enabled", "disabled"),  # MiniMax-M3
    ("thinking_option", "on", "off"),  # Ling 3
    ("thinking_budget", -1, 0),  # Seed-OSS
    ("reasoning", True, False),  # Command A Reasoning
    ("reasoning_effort", "high", "no_think"),  # Hunyuan 3
    ("reasoning_effort", "high", "minimal"),  # Solar Open
    ("reasoning_effort", "medium", "low"),  # gpt-oss, which always thinks
    ("reasoning_strength", "high", "low"),  # Muse
)
_WRITTEN = "reasoning_effort"  # templates write it into the prompt, whatever it is
_ROOM_FOR_ANSWER = 0.25
"""Share of the longest answer that thinking must leave."""


@dataclass(frozen=True, slots=True)
class ThinkingSwitches:
    """A template's variables for each mode; none for "auto", which is what the template does by itself."""

    on: Mapping[str, Any] = field(default_factory=dict)
    off: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.on)

    def variables(self, mode: ThinkingMode) -> Mapping[str, Any]:
        return {"on": self.on, "off": self.off, "auto": {}}[mode]


def find_switches(source: str, render: Callable[[Mapping[str, Any]], str | None]) -> ThinkingSwitches:
    """Those of the template `source` that make a difference; `render` makes a prompt with given variables, None where
    the template does not accept them."""
    on: dict[str, Any] = {}
    off: dict[str, Any] = {}
    for name, yes, no in _SWITCHES:
        if name in on or re.search(rf"\b{name}\b", source) is None:
            continue
        if name == _WRITTEN and no != "low" and no not in source:
            continue
        thinks, answers = render({name: yes}), render({name: no})
        if thinks is not None and answers is not None and thinks != answers:
            on[name], off[name] = yes, no
    return ThinkingSwitches(on, off)


class ThinkingLimit:
    """For one answer of at most `room` tokens: says when its thinking has to end."""

    def __init__(self, sampling: Sampling, room: int, flag: StopFlag) -> None:
        longest = min(sampling.max_tokens or room, room)
        most = int(longest * (1 - _ROOM_FOR_ANSWER))
        if sampling.thinking_tokens:
            most = min(most, sampling.thinking_tokens)
        self._left = 0 if sampling.thinking == "off" else most
        self._flag = flag

    def end(self) -> None:
        """It has to end now."""
        self._left = 0

    def reached(self) -> bool:
        """Call it after each token of the thinking."""
        self._left -= 1
        return self._left <= 0 or self._flag.answer_wanted
