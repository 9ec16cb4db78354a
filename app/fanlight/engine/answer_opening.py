"""How a prompt ends: where the model's thinking begins, or has been closed already."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight.domain.models import ThinkingMode
from fanlight.engine.families import Thinking, closed_in_place
from fanlight.engine.template import TemplateFrame, TemplatePart


def opens_thinking(parts: Sequence[TemplatePart], tags: Thinking | None) -> bool:
    last = parts[-1] if parts else None
    if tags is None or not isinstance(last, TemplateFrame):
        return False
    return last.text.rstrip().endswith(tags.open.rstrip())


def switch_thinking(
    parts: Sequence[TemplatePart], tags: Thinking | None, mode: ThinkingMode, *, switched: bool
) -> list[TemplatePart]:
    """Open or close the thinking where the template has not done what was asked for. `switched`: it has variables for
    that, so that a model whose thinking is on opens it by itself."""
    opened = opens_thinking(parts, tags)
    if tags is None or not parts or mode == "auto" or opened == (mode == "on"):
        return list(parts)
    if opened:
        return [*parts, TemplateFrame(closed_in_place(tags))]
    return list(parts) if switched else [*parts, TemplateFrame(tags.open + "\n")]
