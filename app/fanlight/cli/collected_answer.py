"""An answer as a command collects it: its events become text, and lines on stderr that come and go."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, assert_never

from fanlight.batch import asking
from fanlight.cli.output import ProgressLine, complain
from fanlight.cli.streams import harmless, put
from fanlight.domain.events import (
    EngineNotice,
    Event,
    Finished,
    ImageReady,
    PromptProgress,
    SoundReady,
    TextDelta,
    ThinkingDelta,
)
from fanlight.domain.models import ModelSpec
from fanlight.i18n import _, format_decimal, format_number, format_percent, ngettext


@dataclass(slots=True)
class CollectedAnswer:
    """The answer so far."""

    text: str = ""
    thinking: str = ""
    end: Finished | None = None

    def add(self, event: Event, progress: ProgressLine, *, as_text: bool) -> None:
        """`as_text`: what is said is printed as it comes."""
        match event:
            case TextDelta(text):
                progress.clear()
                self.text += text
                if as_text:
                    put(harmless(text) if sys.stdout.isatty() else text, end="")
            case ThinkingDelta(text):
                self.thinking += text
                progress.show(_("Thinking…"))
            case PromptProgress(done, total):
                progress.show(_("Reading: {percent}").format(percent=format_percent(done / max(1, total))))
            case ImageReady(_unused, tokens, seconds):
                text = ngettext(
                    "Picture read: {tokens} token, {seconds} s", "Picture read: {tokens} tokens, {seconds} s", tokens
                )
                progress.show(text.format(tokens=format_number(tokens), seconds=format_decimal(seconds, 1)))
            case SoundReady(_unused, tokens, seconds):
                text = ngettext("Heard: {tokens} token, {seconds} s", "Heard: {tokens} tokens, {seconds} s", tokens)
                progress.show(text.format(tokens=format_number(tokens), seconds=format_decimal(seconds, 1)))
            case EngineNotice(text):
                progress.clear()
                complain(text)
            case Finished():
                self.end = event
            case _:
                assert_never(event)

    def report(self, spec: ModelSpec) -> dict[str, Any]:
        """For a program."""
        report: dict[str, Any] = {"answer": self.text, "model": spec.name}
        if self.thinking:
            report["thinking"] = self.thinking
        report["complete"] = asking.is_complete(self.end)
        return report | {"timings": asking.timings(self.end) if self.end else {}}

    def why_incomplete(self, *, bound: bool) -> tuple[str, str]:
        """The problem, and what to do about it. `bound`: to a schema or a grammar."""
        if self.end is not None and self.end.reason == "loop":
            problem = _("The answer repeated itself over and over and was stopped.")
            if bound:
                problem = _("The answer repeated itself over and over, so it does not follow the schema or grammar.")
            return problem, _("Ask in other words, or try another --temperature.")
        hint = _("--max-tokens 0 allows as long as fits into the model's context.")
        if bound:
            return _(
                "The answer was cut off before it was complete, so it does not follow the schema or grammar."
            ), hint
        return _("The answer was cut off before it was complete."), hint
