"""The user's choices: one frozen dataclass, declared once; the dialog is made from the fields' metadata.

Kept as JSON in `paths.home()`, replaced in one step. A value that cannot be (edited by hand, from another version)
falls back to its default, and unknown keys are kept for the version that knows them.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from fanlight import i18n
from fanlight.domain.languages import LANGUAGES
from fanlight.domain.models import Sampling
from fanlight.files import replace_file
from fanlight.i18n import N_, _

log = logging.getLogger(__name__)

FILE_NAME = "settings.json"
"""In `paths.home()`."""

SHOT_HOTKEY = "Ctrl+Shift+Space" if sys.platform == "darwin" else "Ctrl+Alt+Space"
"""Free as GNOME, KDE, Xfce, Cinnamon, COSMIC and Windows come. On a Mac that is the Finder's search, and the other one
is free. Print belongs to the desktop's own screenshots, Super+letter to GNOME and Windows, Ctrl+Space to input
methods."""

TALK_HOTKEY = "Ctrl+Shift+M" if sys.platform == "darwin" else "Ctrl+Alt+M"
"""M as in microphone; free on the same desktops."""


def setting(
    default: Any,
    label: str,
    *,
    group: str = "General",
    choices: tuple[str, ...] = (),
    options: Callable[[], dict[str, str]] | None = None,
    low: float | None = None,
    high: float | None = None,
    help: str = "",  # noqa: A002 - the word the reader looks for
    lines: int = 1,
) -> Any:
    """A dataclass field with what an editor needs to know: range (`low`, `high`), `choices`, `options` (values and
    their shown names, where they are known at display time only), text height in `lines`."""
    return field(
        default=default,
        metadata={
            "label": label, "group": group, "choices": choices, "options": options, "low": low, "high": high,
            "help": help, "lines": lines,
        },
    )  # fmt: skip


def _languages() -> dict[str, str]:
    return {"": _("Same as the system")} | i18n.languages()


@dataclass(frozen=True, slots=True)
class Settings:
    language: str = setting("", N_("Language"), options=_languages)
    theme: str = setting("system", "Theme", group="Appearance", choices=("system", "light", "dark"))
    text_size: int = setting(100, "Text size in percent", group="Appearance", low=70, high=250)
    keep_history: bool = setting(
        True, "Keep conversations on this computer", help="Off: a conversation is gone when the window closes."
    )
    keep_in_tray: str = setting(
        "ask", "Keep running when the window is closed", choices=("ask", "yes", "no"),
        help="Yes: the key works and the model stays ready; the icon in the tray opens the window and quits.",
    )  # fmt: skip
    model: str = setting("practice", "Model", group="Model", help="Chosen in the window's header.")
    system_prompt: str = setting("", "Standing instruction", group="Model", lines=3)
    temperature: float = setting(
        0.7, "Temperature", group="Model", low=0.0, high=2.0, help="0 is always the same answer."
    )
    top_k: int = setting(40, "Top-k", group="Model", low=0, high=1000, help="0 is all tokens.")
    top_p: float = setting(0.95, "Top-p", group="Model", low=0.01, high=1.0)
    min_p: float = setting(0.05, "Min-p", group="Model", low=0.0, high=1.0)
    max_tokens: int = setting(
        0, "Longest answer in tokens", group="Model", low=0, high=32768, help="0 is as long as fits."
    )
    context_tokens: int = setting(
        0, "Context in tokens", group="Model", low=0, high=131072, help="0 lets Fanlight choose. Used at the next load."
    )
    threads: int = setting(
        0, "Processor threads", group="Model", low=0, high=256, help="0 leaves one core for the rest of the computer."
    )
    gpu_layers: int = setting(-1, "Layers on the GPU", group="Model", low=-1, high=512, help="-1 is all that fit.")
    picture_side: int = setting(
        1536, "Longest side of a picture for the model, in pixels", group="Pictures", low=224, high=4096,
        help="Larger shows finer print and takes longer. The original is always kept.",
    )  # fmt: skip

    shot_hotkey_on: bool = setting(True, "Take a shot with a key, from any program", group="Shortcut")
    shot_hotkey: str = setting(SHOT_HOTKEY, "Key", group="Shortcut")
    hotkey_permission: bool = setting(False, "The desktop was asked for the key", group="Shortcut")

    shot_default_action: str = setting("explain", "Quick action after a capture", group="Captures")
    """A name, or "none"; chosen beside the list of quick actions."""
    translate_to: str = setting(
        "",
        "Translate captures into",
        group="Captures",
        help="A language in words. Empty: the language of this computer.",
    )
    read_text_in_captures: bool = setting(
        True, "Read the text in captures and put it beside the picture", group="Captures",
        help="Helps small models with small print. The practice model knows no text and is never given any.",
    )  # fmt: skip
    speech_language: str = setting(
        "auto", "Language spoken", group="Voice", choices=("auto", *LANGUAGES),
        help="A language that is fixed is heard better than one that is found out.",
    )  # fmt: skip
    talk_translate: bool = setting(False, "Translate what is said into English", group="Voice")
    talk_mode: str = setting(
        "either", "Key for speaking", group="Voice", choices=("hold", "lock", "either"),
        help="Hold: down while you speak. Lock: press to start, press to stop. Either: hold it, or tap twice to lock.",
    )  # fmt: skip
    talk_sends: bool = setting(
        False, "Send what was said as soon as the key is released", group="Voice",
        help="Off: it stays in the box, to be read and changed. Enter while you speak sends it, too.",
    )  # fmt: skip
    talk_sound: bool = setting(True, "A short sound when Fanlight begins to listen", group="Voice")
    talk_ready: bool = setting(
        False, "Keep the microphone open", group="Voice",
        help="Only for microphones that open so slowly that the first syllable is lost. The last half second is in "
        "memory, nothing is written or recognised before the key; a red dot shows it all the time.",
    )  # fmt: skip
    talk_device: str = setting("", "Microphone", group="Voice", help="Empty is the system's choice.")
    talk_hotkey_on: bool = setting(True, "Speak with a key, from any program", group="Voice")
    talk_hotkey: str = setting(TALK_HOTKEY, "Key", group="Voice")
    speech_names: str = setting(
        "", "Words to expect", group="Voice", lines=2, help="Names, terms and spellings, with commas between them."
    )
    speech_model: str = setting(
        "", "Folder of another speech model", group="Voice",
        help="Whisper as converted for CTranslate2. Empty is the one that comes with Fanlight.",
    )  # fmt: skip
    speech_device: str = setting(
        "cpu", "Speech runs on", group="Voice", choices=("cpu", "auto"),
        help="Auto uses an NVIDIA card where it works; CPU leaves the card to the vision model.",
    )  # fmt: skip

    hands_free_pause: float = setting(
        1.0, "Pause that ends your turn, in seconds", group="Hands-free talking", low=0.6, high=5.0,
        help="Longer if you are cut off while you think; shorter if you wait for the answer.",
    )  # fmt: skip
    hands_free_minutes: int = setting(
        5, "Minutes without a word after which the microphone is closed", group="Hands-free talking", low=1, high=20
    )
    hands_free_interrupts: bool = setting(
        False, "Speaking interrupts the spoken answer", group="Hands-free talking",
        help="Only with headphones, or where the system cancels echoes: otherwise Fanlight would hear itself. Off: the "
        "microphone is closed while it speaks, and the key or Esc interrupts.",
    )  # fmt: skip

    spoken_answers: bool = setting(False, "Have answers spoken", group="Spoken answers")
    spoken_speed: int = setting(100, "Speed of the voice in percent", group="Spoken answers", low=50, high=300)
    spoken_voice: str = setting("", "Voice", group="Spoken answers")
    """ "backend:name", chosen from those that are there."""
    spoken_device: str = setting("", "Loudspeaker", group="Spoken answers")

    def sampling(self, *, practice: bool = False) -> Sampling:
        """How a model is asked. The practice model knows one right answer to a question: it is never warm."""
        return Sampling(
            temperature=0.0 if practice else self.temperature,
            top_k=self.top_k,
            top_p=self.top_p,
            min_p=self.min_p,
            max_tokens=self.max_tokens,
        )

    def names(self) -> tuple[str, ...]:
        """What the speech model is told to expect."""
        return tuple(name for part in self.speech_names.replace("\n", ",").split(",") if (name := part.strip()))

    @classmethod
    def load(cls, path: Path) -> Settings:
        """What `path` says, defaults for the rest; a damaged file is set aside as `.broken` and said in the log."""
        try:
            said = json.loads(path.read_text("utf-8"))
            if not isinstance(said, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return cls()
        except (ValueError, OSError, RecursionError) as error:
            log.warning("settings at %s cannot be read (%s); using defaults", path, error)
            try:
                path.replace(path.with_suffix(".broken"))
            except OSError as second:
                log.warning("and cannot be set aside: %s", second)
            return cls()
        return cls(**{item.name: said[item.name] for item in fields(cls) if _fits(item, said.get(item.name))})

    def save(self, path: Path) -> None:
        """Raises OSError; the old file stays whole."""
        try:
            kept = json.loads(path.read_text("utf-8"))
        except (ValueError, OSError, RecursionError):
            kept = {}
        kept = kept if isinstance(kept, dict) else {}
        kept.update({item.name: getattr(self, item.name) for item in fields(self)})
        replace_file(path, json.dumps(kept, indent=2, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def stored_language(home: Path) -> str:
    """The language chosen in the settings of the folder `home`; "" (the system's) where nothing can be read. For what
    has to be said before, or without, reading all settings: nothing is logged or set aside."""
    try:
        language = json.loads((home / FILE_NAME).read_text("utf-8"))["language"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ""
    return language if isinstance(language, str) else ""


def _fits(item: Any, value: object) -> bool:
    """Whether a value read from a file could have been chosen in the dialog."""
    default, meta = item.default, item.metadata
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, str):
        return isinstance(value, str) and (not meta["choices"] or value in meta["choices"])
    if not isinstance(value, (int, float)) or (isinstance(default, int) and not isinstance(value, int)):
        return False
    return bool((meta["low"] is None or value >= meta["low"]) and (meta["high"] is None or value <= meta["high"]))
