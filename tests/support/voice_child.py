"""`python voice_child.py HOME MODEL [PICTURE.png] [SETTING=VALUE...]`: Fanlight's window, with a real microphone and a
real speech model, and a script that answers. With a picture, the practice model, and a panel as if that had been
captured. With the word "slowly", Esc takes dictated text back for a minute. Says each state of push-to-talk as a line
of JSON, with the text in the box, and what the panel answers. With the word "programs", also what becomes of texts in
other programs, behind each of which comes what HOME/added holds, and how many ms it took: from the end of the recording
to the final text, and from there until the program has read it last."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from fanlight import compose, paths
from fanlight.audio.portaudio import PortAudio
from fanlight.core.app import Application
from fanlight.core.capture.captures import Capture
from fanlight.core.dictation import program_dictation
from fanlight.core.dictation.program_dictation import ProgramDictation
from fanlight.core.dictation.program_dictation_table import PillState
from fanlight.core.dictation.program_keys import DICTATE
from fanlight.desktop import xcb
from fanlight.desktop.capture import CapturedImage
from fanlight.desktop.insertion.selection_requests import SelectionRequestWatch
from fanlight.engine.scripted import ScriptedEngine
from fanlight.settings import Settings
from fanlight.ui import application
from support.whole_window import WholeWindow
from support.windows import parts


class Window(WholeWindow):
    def start(self) -> None:
        super().start()
        self._state = ""
        self.features.voice.dictation.push_to_talk.changed.connect(self._tell)
        self._look = QTimer(self, interval=50)
        self._look.timeout.connect(self._look_at_model)
        self._look.start()
        if "programs" in sys.argv:
            self._programs = ProgramWatch(self.features.voice.program_dictation.programs)

    def _look_at_model(self) -> None:
        if self.host.condition == "ready" and self._listens_for_keys():
            self._look.stop()
            if PICTURE:
                self._capture(QImage(PICTURE))
            say("ready")

    def _listens_for_keys(self) -> bool:
        """Another program (a window before this one) may still have the global key for a moment."""
        keys = self.features.voice.program_dictation._keys
        return keys is None or not keys.bindings.on or keys.bindings.hotkeys.is_bound(DICTATE)

    def _capture(self, image: QImage) -> None:
        captures = self.features.captures
        captures.controller.open_session(
            Capture(CapturedImage(image.convertToFormat(QImage.Format.Format_RGB32))), "none"
        )
        talk = captures.view.panels[-1].conversation
        talk.answer_finished.connect(lambda *_: say("answered", answer=talk.last_answer))

    def _tell(self) -> None:
        talk = self.features.voice.dictation.push_to_talk
        now = f"{talk.state} {talk.locked}"
        if now != self._state:
            self._state = now
            hold = talk._current
            began = hold.began_after if hold is not None else 0.0
            asked = [entry.text for entry in self.transcript.entries()]
            say(
                talk.state,
                words=talk.status_text,
                text=self.composer.text,
                locked=talk.locked,
                began=began,
                asked=asked,
            )


class ProgramWatch:
    """Tells "inserted", "refused", and "idle" of dictations into other programs."""

    def __init__(self, programs: ProgramDictation) -> None:
        self._programs, self._state = programs, programs.state
        self._text, self._let_go_at, self._final_at, self._read_at = "", 0.0, 0.0, 0.0
        self._reads = SelectionRequestWatch(xcb.qt_connection(), self._on_asked)
        self._reads.start()
        self._written: Callable[..., str] = vars(program_dictation)["written_text"]
        vars(program_dictation)["written_text"] = self._write
        programs.changed.connect(self._on_changed)
        programs._talk.changed.connect(self._on_talk)

    def _write(self, *arguments: Any) -> str:
        self._text = self._written(*arguments) + (HOME / "added").read_text("utf-8")
        self._final_at = time.monotonic()
        return self._text

    def _on_talk(self) -> None:
        if self._programs._talk.recording:
            self._let_go_at = 0.0
        elif not self._let_go_at:
            self._let_go_at = time.monotonic()

    def _on_asked(self, _window: int, content: bool) -> None:
        if content:
            self._read_at = time.monotonic()

    def _on_changed(self) -> None:
        before, self._state = self._state, self._programs.state
        if self._state is before:
            return
        if self._state in (PillState.INSERTED, PillState.WAITING):
            final_ms, read_ms = 1000 * (self._final_at - self._let_go_at), 1000 * (self._read_at - self._final_at)
            said = "inserted" if self._state is PillState.INSERTED else "refused"
            say(said, text=self._text, final_ms=final_ms, read_ms=read_ms)
        elif self._state is PillState.IDLE:
            say("idle")


def say(what: str, **more: object) -> None:
    print(json.dumps({"what": what, **more}), flush=True)


HOME = Path(sys.argv[1])
PICTURE = next((word for word in sys.argv[3:] if word.endswith(".png")), "")


if __name__ == "__main__":
    home, model = HOME, sys.argv[2]
    given = {name: (value == "True" if value in ("True", "False") else value)
             for name, value in (word.split("=", 1) for word in sys.argv[3:] if "=" in word)}  # fmt: skip
    if "slowly" in sys.argv:
        program_dictation.UNDO_MS = 60_000
    settings = Settings(speech_model=model, speech_language="en", **given)  # type: ignore[arg-type]
    application.Wiring = Window.wired  # type: ignore[assignment, attr-defined]
    engine = ScriptedEngine(["An ", "answer."])
    needs = parts(home, engine, settings=settings, load_recognizer=compose.load_recognizer, sound=PortAudio())
    if PICTURE:
        catalog = compose.catalog()
        needs = replace(needs, load=compose.load_engine, models=catalog.models, find_model=catalog.find)
    sys.exit(application.run(lambda: Application(needs), sys.argv[:1], paths.logs()))
