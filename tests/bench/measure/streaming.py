"""The window while everything happens at once: a 16,000-character answer streams into a conversation of 500 messages,
the store saves it, and a real engine encodes one picture after the other on a model's thread."""

from __future__ import annotations

import os

from bench.display import xvfb
from bench.readings import Notebook, percentile
from fanlight import paths
from fanlight.domain.messages import Message
from fanlight.store.database import Database

_MESSAGES, _CHARACTERS, _CHARACTERS_A_TOKEN, _SECONDS_A_TOKEN = 500, 16_000, 4, 0.005


def measure(notebook: Notebook, quick: bool) -> None:
    from support.chat_samples import long_answer

    answer = long_answer(_CHARACTERS)
    pieces = [answer[i : i + _CHARACTERS_A_TOKEN] for i in range(0, len(answer), _CHARACTERS_A_TOKEN)]
    conversations = [_long_conversation(f"Conversation {number}") for number in range(2 if quick else 5)]
    with xvfb() as screen:
        os.environ |= {"DISPLAY": screen.name, "QT_QPA_PLATFORM": "xcb"}
        from bench.control import Control
        from bench.rig import Rig

        with Rig(pieces, _SECONDS_A_TOKEN) as rig, Control() as control:
            for conversation in conversations:
                rig.open(conversation, _MESSAGES)
                streamed = rig.stream(control)
                late_idle = control.late_ms(99)
                notebook.write("gui_stall_ms_max", max(streamed.busy))
                notebook.write("gui_send_ms_max", streamed.send_busy_max)
                notebook.write("gui_late_ms_p99", percentile(streamed.late, 99) - late_idle)
                notebook.write("gui_late_idle_ms_p99", late_idle)
                notebook.write("stop_window_ms", 1000 * rig.stop_seconds())


def _long_conversation(title: str) -> int:
    from support.chat_samples import conversation

    database = Database(paths.home())
    try:
        number = database.create(title)
        for entry in conversation(_MESSAGES):
            database.add_message(number, Message.of(entry.role, entry.text))
    finally:
        database.close()
    return number
