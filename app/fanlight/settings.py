"""The settings: one frozen dataclass; the dialog is made from its fields' metadata.

They are kept in a file (`settings_file.py`). An invalid value falls back to its default."""

from __future__ import annotations

from dataclasses import dataclass

from fanlight.domain import setting_values as values
from fanlight.domain.detail import DETAIL_NAMES
from fanlight.domain.languages import LANGUAGES
from fanlight.domain.replacements import Replacement, read_replacements
from fanlight.domain.setting_fields import setting
from fanlight.i18n import N_


@dataclass(frozen=True, slots=True)
class Settings:
    language: str = setting("", N_("Language"), options=values.interface_languages)
    keep_in_tray: str = setting(
        "ask", N_("Keep running when the window is closed"),
        choices={"ask": N_("Ask"), "yes": N_("Yes"), "no": N_("No")},
        help=N_("If yes, the shortcut works and the model stays loaded. Open or quit Fanlight from its tray icon."),
    )  # fmt: skip
    reopen_last: bool = setting(True, N_("Open the last conversation when Fanlight starts"))
    notify_answers: bool = setting(
        True, N_("Tell me when an answer is complete and the window is away"),
        help=N_("By a notification of the desktop, which does not show the answer."),
    )  # fmt: skip

    theme: str = setting(
        "system", N_("Theme"), group=N_("Appearance"),
        choices={"system": N_("Same as the system"), "light": N_("Light"), "dark": N_("Dark")},
    )  # fmt: skip
    text_size: int = setting(100, N_("Text size"), group="Appearance", low=70, high=250, unit=values.in_percent)
    show_timings: bool = setting(
        False, N_("Show below each answer where the time went"), group="Appearance",
        help=N_("The tokens that were read and written, and how fast."),
    )  # fmt: skip
    wrap_code: bool = setting(
        False, N_("Wrap long lines of code"), group="Appearance", help=N_("When off, they are scrolled sideways.")
    )

    model: str = setting("practice", N_("Model"), group=N_("Model"), help=N_("Choose it in the window's header."))
    context_tokens: int = setting(
        0, N_("Context length"), group="Model", low=0, high=131072,
        special={0: N_("Automatic")}, usual=8192, unit=values.in_tokens, applies_after_reload=True,
        help=N_("How much of a conversation the model sees, pictures included; more needs more memory. Automatic is "
        "what the model was trained for, at most 8,192 tokens."),
    )  # fmt: skip
    threads: int = setting(
        0, N_("CPU threads"), group="Model", low=0, high=256,
        special={0: N_("Automatic")}, usual=4, unit=values.in_threads,
        help=N_("Automatic reads questions and pictures with all cores, and leaves one free while it writes."),
        applies_after_reload=True,
    )  # fmt: skip
    gpu_layers: int = setting(
        -1, N_("Part of the model on the GPU"), group="Model", low=-1, high=512,
        special={-1: N_("As much as fits"), 0: N_("Nothing")}, usual=16, unit=values.in_layers,
        help=N_("A graphics card is faster than the CPU, which computes the other layers."), applies_after_reload=True,
    )  # fmt: skip
    model_process: str = setting(
        "automatic", N_("Where the model runs"), group="Model",
        choices={
            "automatic": N_("Automatic"), "in-process": N_("Inside Fanlight"), "separate": N_("In a process of its own")
        },
        help=N_("The driver of a graphics card can end the program that uses it. In a process of its own the model is "
        "loaded again then, and Fanlight goes on. Automatic does so once a model has ended Fanlight, and where a "
        "driver computes on the CPU."),
        applies_after_reload=True,
    )  # fmt: skip
    download_limit: int = setting(
        0, N_("Fetch models with at most"), group="Model", low=0, high=10_000,
        special={0: N_("No limit")}, usual=5, unit=values.in_megabytes_per_second,
    )  # fmt: skip
    picture_side: int = setting(
        1536, N_("Longest side of a picture for the model"), group="Model", low=224, high=4096, unit=values.in_pixels,
        help=N_("Larger pictures show finer print but take longer. The original is always kept."),
    )  # fmt: skip
    picture_detail: str = setting(
        "normal", N_("Detail of pictures"), group="Model",
        choices={str(detail): name for detail, name in DETAIL_NAMES.items()},
        help=N_("For pictures that are attached from now on, and for captures; each can be changed before it is sent. "
        "Low is fast and sees no small print. High has as many pixels as the model has room for, whatever the longest "
        "side above."),
    )  # fmt: skip

    system_prompt: str = setting(
        "", N_("System prompt"), group=N_("Answers"), lines=3,
        help=N_("An instruction that every conversation begins with, for example how long answers should be."),
    )  # fmt: skip
    notes_in_captures: bool = setting(
        False, N_("Notes for captures"), group="Answers",
        help=N_("Put your notes before questions about captures, too. In the window each conversation has a switch."),
    )  # fmt: skip
    max_tokens: int = setting(
        4096, N_("Longest answer"), group="Answers", low=0, high=32768, special={0: N_("As long as fits")},
        unit=values.in_tokens,
        help=N_("A longer answer stops there and can be continued. 100 tokens are about 75 words."),
    )  # fmt: skip
    thinking: str = setting(
        "auto", N_("Thinking before the answer"), group="Answers",
        choices={"auto": N_("As the model does by itself"), "on": N_("On"), "off": N_("Off")},
        help=N_("Only with models that can think. Captures are always answered without."),
    )  # fmt: skip
    thinking_tokens: int = setting(
        0, N_("Longest thinking"), group="Answers", low=0, high=32768,
        special={0: N_("As long as there is room for the answer")}, usual=1024, unit=values.in_tokens,
    )  # fmt: skip
    temperature: float = setting(
        0.7, N_("Temperature"), group="Answers", low=0.0, high=2.0,
        help=N_("How freely words are chosen. At 0 it is always the most likely one, and a question always gets the "
        "same answer; from 1 on answers become surprising, and wrong more often. As long as this and the next three "
        "are unchanged, what the model's file recommends is used instead."),
    )  # fmt: skip
    top_k: int = setting(
        40, N_("Top-k"), group="Answers", low=0, high=1000, special={0: N_("Off")},
        help=N_("The next word is chosen among this many of the most likely ones."),
    )  # fmt: skip
    top_p: float = setting(
        0.95, N_("Top-p"), group="Answers", low=0.01, high=1.0, special={1.0: N_("Off")},
        help=N_("The next word is chosen among the most likely ones that together have this probability: 0.95 leaves "
        "out the unlikely words that make up the last 5 percent."),
    )  # fmt: skip
    min_p: float = setting(
        0.05, N_("Min-p"), group="Answers", low=0.0, high=1.0, special={0.0: N_("Off")},
        help=N_("The next word must have at least this share of the probability of the most likely one: 0.05 leaves "
        "out words that are more than 20 times less likely."),
    )  # fmt: skip

    shot_default_action: str = setting("explain", N_("Quick action after a capture"), group=N_("Captures"))
    """A name, or "none"; chosen beside the list of quick actions."""
    capture_model: str = setting("", N_("Model for captures"), group="Captures")
    """A name; "" is the one for conversations."""
    panel_keyboard: str = setting(
        "yes", N_("The panel takes the keyboard"), group="Captures",
        choices={"yes": N_("When it opens"), "never": N_("Only when you click into its line")},
        help=N_("It goes back to the program below with Esc or a click beside the panel. The panel's shortcut works in "
        "both cases."),
    )  # fmt: skip
    translate_to: str = setting(
        "", N_("Translate captures into"), group="Captures", empty=N_("The language of this computer"),
        help=N_("The name of a language."),
    )  # fmt: skip
    read_text_in_captures: bool = setting(
        True, N_("Read the text in captures and add it to the picture"), group="Captures",
        help=N_("Helps small models read small print. The practice model cannot read text and is never given any."),
    )  # fmt: skip
    text_on_frozen_screen: bool = setting(
        False, N_("On the frozen screen, select text at once"), group="Captures",
        help=N_("Otherwise T does. T also goes back to choosing a part of the screen."),
    )  # fmt: skip

    shot_hotkey_on: bool = setting(
        True, N_("Capture the screen with a shortcut from any program"), group=N_("Shortcuts")
    )
    shot_hotkey: str = setting(values.SHOT_HOTKEY, N_("Shortcut"), group="Shortcuts")
    selection_hotkey_on: bool = setting(
        True, N_("Ask about selected text with a shortcut from any program"), group="Shortcuts"
    )
    selection_hotkey: str = setting(values.SELECTION_HOTKEY, N_("Shortcut"), group="Shortcuts")
    panel_hotkey_on: bool = setting(
        True, N_("Move the keyboard to the panel, and back, with a shortcut"), group="Shortcuts"
    )
    panel_hotkey: str = setting(values.PANEL_HOTKEY, N_("Shortcut"), group="Shortcuts")
    hotkey_permission: bool = setting(False, N_("The desktop was asked for the shortcut"), group="Shortcuts")

    speech_language: str = setting(
        "auto", N_("Spoken language"), group=N_("Speech"), choices={"auto": "", **LANGUAGES},
        options=values.spoken_languages,
        help=N_("Speech is recognized better in a fixed language than in a detected one."),
    )  # fmt: skip
    talk_translate: bool = setting(False, N_("Translate speech into English"), group="Speech")
    talk_mode: str = setting(
        "either", N_("Push-to-talk key"), group="Speech",
        choices={
            "hold": N_("Hold while speaking"),
            "lock": N_("Press to start and to stop"),
            "either": N_("Hold, or tap twice to lock"),
        },
    )  # fmt: skip
    talk_sends: bool = setting(
        False, N_("Send the text as soon as the key is released"), group="Speech",
        help=N_("When off, the text stays in the message box for you to edit. Enter while you speak sends it, too."),
    )  # fmt: skip
    talk_sound: bool = setting(True, N_("Play a sound when Fanlight starts listening"), group="Speech")
    talk_ready: bool = setting(
        False, N_("Keep the microphone open"), group="Speech",
        help=N_("Only for microphones that open too slowly to catch the first syllable. The last half second is kept "
        "in memory; nothing is saved or recognized before you press the key. A red dot is shown all the time."),
    )  # fmt: skip
    speech_names: str = setting(
        "", N_("Expected words"), group="Speech", lines=2,
        help=N_("Names, terms, and spellings, separated by commas."),
    )  # fmt: skip
    speech_replacements: str = setting(
        "", N_("Replacements"), group="Speech", lines=3,
        help=N_("What is heard, and what is written instead, one pair in each line: “graph on a = Grafana”. With a "
        "language before it, “German: um = ähm”, it is for that language alone. With nothing behind the sign the words "
        "are left out."),
    )  # fmt: skip
    speech_model: str = setting(
        "", N_("Folder of another speech model"), group="Speech", empty=N_("The model that comes with Fanlight"),
        help=N_("A Whisper model converted for CTranslate2."),
    )  # fmt: skip
    speech_device: str = setting(
        "cpu", N_("Run speech recognition on"), group="Speech", choices={"cpu": N_("CPU"), "auto": N_("GPU or CPU")},
        help=N_("GPU or CPU uses an NVIDIA GPU where it works. CPU leaves the GPU to the vision model."),
    )  # fmt: skip
    talk_device: str = setting("", N_("Microphone"), group="Speech")
    talk_hotkey_on: bool = setting(True, N_("Speak with a shortcut from any program"), group="Speech")
    talk_hotkey: str = setting(values.TALK_HOTKEY, N_("Shortcut"), group="Speech")

    captions_size: int = setting(
        100, N_("Text size of captions"), group=N_("Live captions"), low=70, high=300, unit=values.in_percent
    )
    captions_translate: bool = setting(
        False, N_("Translate captions into English"), group=N_("Live captions"),
        help=N_("The spoken language is that of the group “Speech”."),
    )  # fmt: skip

    dictate_hotkey_on: bool = setting(True, N_("Dictate into any program with a shortcut"), group=N_("Dictation"))
    dictate_hotkey: str = setting(values.DICTATE_HOTKEY, N_("Shortcut"), group=N_("Dictation"))
    dictate_enter: bool = setting(False, N_("Press Enter after the text"), group=N_("Dictation"))
    dictate_space: bool = setting(False, N_("Add a space after the text"), group=N_("Dictation"))
    dictate_marks: bool = setting(
        False, N_("Write spoken punctuation"), group=N_("Dictation"),
        help=N_("“Comma”, “question mark”, or “new line” are written as such. In English, German, French, Spanish, "
        "Italian, Portuguese, and Dutch."),
    )  # fmt: skip
    dictate_code: bool = setting(
        False, N_("Write code"), group=N_("Dictation"),
        help=N_("Without a full stop at the end of a sentence and a capital at its beginning."),
    )  # fmt: skip
    dictate_typed: str = setting(
        "", N_("Programs that take no paste"), group=N_("Dictation"),
        help=N_("Their names, separated by commas: there the text is typed key by key. On X11, xprop WM_CLASS "
        "and a click show a program's name."),
    )  # fmt: skip
    dictate_keep_history: bool = setting(
        False, N_("Keep the last 50 dictations on the disk"), group=N_("Dictation"),
        help=N_("When off, they are in memory until Fanlight quits. The tray's menu copies them again."),
    )  # fmt: skip

    hands_free_pause: float = setting(
        1.0, N_("Pause that ends your turn"), group=N_("Hands-free talking"), low=0.6, high=5.0, unit=values.in_seconds,
        help=N_("Raise it if you are cut off while you think; lower it if you wait too long for the answer."),
    )  # fmt: skip
    hands_free_minutes: int = setting(
        5, N_("Close the microphone when nothing is said for"), group=N_("Hands-free talking"), low=1, high=20,
        unit=values.in_minutes,
    )  # fmt: skip
    hands_free_interrupts: bool = setting(
        False, N_("Interrupt the spoken answer by speaking"), group=N_("Hands-free talking"),
        help=N_("Only with headphones or echo cancellation: otherwise Fanlight would hear itself. When off, the "
        "microphone is closed while Fanlight speaks, and the key or Esc interrupts it."),
    )  # fmt: skip

    spoken_answers: bool = setting(False, N_("Read answers aloud"), group=N_("Spoken answers"))
    spoken_speed: int = setting(
        100, N_("Speaking rate"), group=N_("Spoken answers"), low=50, high=300, unit=values.in_percent
    )
    spoken_voice: str = setting("", N_("Voice"), group=N_("Spoken answers"))
    """ "backend:name", chosen from those that are there."""
    spoken_device: str = setting("", N_("Output device"), group=N_("Spoken answers"))

    model_titles: bool = setting(
        False, N_("Have the model name conversations"), group=N_("Privacy and storage"),
        help=N_("Once the first question is answered and nothing else is done; a name that you gave stays."),
    )  # fmt: skip
    keep_history: bool = setting(
        True, N_("Keep conversations on this computer"), group=N_("Privacy and storage"),
        help=N_("When off, a conversation is gone once the window is closed."),
    )  # fmt: skip
    read_kept_pictures: bool = setting(
        True, N_("Read the text in kept pictures, to search for it"), group=N_("Privacy and storage"),
        help=N_("On this computer, while nothing else is done, and not on battery."),
    )  # fmt: skip
    find_pictures: bool = setting(
        True, N_("Find pictures by words"), group=N_("Pictures"),
        help=N_("Those of your conversations, and those in the folders below. They are looked at on this computer, "
        "while nothing else is done, and not on battery."),
    )  # fmt: skip
    picture_folders: str = setting("", N_("Folders"), group="Pictures")
    """One in each line; edited by the section's own part."""
    picture_model: str = setting(
        "", N_("Model that compares pictures with words"), group="Pictures",
        empty=N_("The model that comes with Fanlight"),
        help=N_("The file of a multimodal embedding model (GGUF), with its projector beside it. The one that comes "
        "with Fanlight knows colored shapes alone; other pictures are found by their names and the text in them. "
        "“fanlight models get qwen3-vl-embedding-2b” fetches another one (2 GB)."),
    )  # fmt: skip
    retention: str = setting(
        "always", N_("Delete conversations automatically"), group=N_("Privacy and storage"),
        choices={
            "always": N_("Never"),
            "month": N_("30 days after their last question"),
            "session": N_("When Fanlight quits"),
        },
        help=N_("They are deleted for good, archived ones too. Pinned conversations stay. Days on which Fanlight is "
        "not started do not count."),
    )  # fmt: skip
    state_gigabytes: int = setting(
        0, N_("Disk space for opening conversations at once"), group=N_("Privacy and storage"), low=0, high=200,
        special={0: N_("None")}, usual=2, unit=values.in_gigabytes,
        help=N_("What the model has read of a conversation is kept, so that a long one goes on without being read "
        "again, also after a restart. It is deleted with the conversation; the least recently used ones make room."),
    )  # fmt: skip
    capture_folder: str = setting(
        "", N_("Folder for saved captures"), group=N_("Privacy and storage"), empty=N_("The folder for pictures"),
    )  # fmt: skip

    def names(self) -> tuple[str, ...]:
        """The words that speech recognition expects."""
        return values.listed(self.speech_names)

    def replacements(self) -> tuple[Replacement, ...]:
        """What is written in place of spoken words."""
        return read_replacements(self.speech_replacements)

    def typed_programs(self) -> tuple[str, ...]:
        """In lower case."""
        return values.listed(self.dictate_typed.lower())

    def folders_of_pictures(self) -> tuple[str, ...]:
        return values.different_lines(self.picture_folders)
