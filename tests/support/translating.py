"""A model that translates as it is told."""

from __future__ import annotations

from collections.abc import Sequence

from fanlight import paths
from fanlight.core.capture.screen_translation import ScreenTranslation
from fanlight.core.chat.model_host import ModelHost
from fanlight.core.settings_store import SettingsStore
from fanlight.domain.events import Event, Finished, Reason, TextDelta, Timings
from fanlight.domain.messages import Message
from fanlight.domain.models import ModelSpec, Sampling
from fanlight.domain.ports import Events
from fanlight.domain.slots import Slot
from fanlight.domain.stop import StopFlag
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from support.windows import SPEC

Said = str | Exception | tuple[str, Reason]


class Translator(ScriptedEngine):
    """Saids by the text between the fences."""

    def __init__(self, answers: dict[str, list[Said]]) -> None:
        super().__init__([])
        self.answers = answers
        self.texts: list[str] = []

    def generate(
        self, messages: Sequence[Message], sampling: Sampling, stop: StopFlag | None = None, slot: Slot = Slot.WINDOW
    ) -> Events:
        self.samplings.append(sampling)
        self.slots.append(slot)
        self.asked.append(tuple(messages))
        text = messages[-1].text.split("```")[1].strip()
        self.texts.append(text)
        answer = self.answers.get(text, [f"D:{text}"])
        said = answer.pop(0) if len(answer) > 1 else answer[0]
        return self._say(said)

    def _say(self, said: Said) -> Events:
        if isinstance(said, Exception):
            raise said
        pieces, reason = (said, "end") if isinstance(said, str) else said
        events: list[Event] = [TextDelta(letter) for letter in pieces]
        yield from events
        yield Finished(reason, Timings())  # type: ignore[arg-type]


class TranslatingDesk:
    def __init__(self, answers: dict[str, list[Said]], spec: ModelSpec | None = SPEC) -> None:
        self.engine = Translator(answers)
        store = SettingsStore(Settings(translate_to="German"), paths.home() / "settings.json")
        self.host = ModelHost(lambda *_given: self.engine, store)
        if spec is not None:
            self.host.open(spec)
        self.translation = ScreenTranslation(self.host, store)

    def close(self) -> None:
        self.translation.stop()
        self.host.worker.close()
        self.host.worker.join(5)
