"""Everything that can go wrong and is not a bug.

    FanlightError(message, hint)
      InputError            what the user gave: a picture, a question file, a schema          (exit 3)
        PictureError        not a picture, damaged, or too large
        SchemaError         a JSON schema or grammar that cannot be used
        ActionsError        quick actions that cannot be used
        AudioError          not a recording, damaged, or without sound
      ModelError            the model: missing, broken, too large, cannot do it               (exit 4)
        ModelMissing        no such file or name
        ModelBroken         not a GGUF file, cut off, or values no model has
        ProjectorMismatch   the projector belongs to another model
        OutOfMemory         no room for the model, its cache or the picture
        PromptTooLong       more tokens than the context holds, even after old turns left
        CannotSee           a picture for a model without a projector
      CutOff                the open window, which was answering, went away
      SpeechError           hearing: no microphone, no speech model
        SpeechModelError    the speech model: missing, broken, no room, cannot do it            (exit 4)
        MicrophoneError     it cannot be opened, or sends nothing
          MicrophoneMissing there is none
        SpeakerError        nothing can be played, or there is no voice to speak with
      ReadingError          the text in a picture cannot be read
        ReaderMissing       the text reader, or a part of it, is not installed
        ReaderBroken        its networks are damaged
      HotkeyError           a key that is to be heard from every program
        HotkeyTaken         another program, or Fanlight itself, has it
        HotkeyUnavailable   no such key, or this system gives none away
      CaptureError          the screen could not be pictured
        CaptureDenied       the system, or the user, does not allow it
        CaptureUnavailable  there is no way to it here
        CaptureTimedOut     the system never answered
        CaptureEmpty        no pixels came, or none were asked for
        CaptureBusy         another program holds the keyboard or the mouse
      StoreError            conversations could not be read or written
        DiskFull            no room left where conversations are kept

An error is a sentence for a person and a hint that says what to do next. Adapters translate where the foreign call is
made; anything else that is raised is a bug and is logged with its trace.
"""

from __future__ import annotations


class FanlightError(Exception):
    """A sentence and a hint; `hint` may be set on the class, or for one case."""

    hint: str = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint

    @property
    def message(self) -> str:
        return str(self)


class InputError(FanlightError):
    """What the user gave cannot be used."""


class PictureError(InputError):
    hint = "Fanlight reads PNG, JPEG, WebP, GIF, BMP, TIFF and AVIF pictures."


class SchemaError(InputError):
    hint = "Give a JSON schema that describes one JSON value."


class AudioError(InputError):
    hint = "Fanlight reads sound and video files: WAV, FLAC, MP3, Ogg, Opus, M4A, MP4, MKV, WebM and others."


class ActionsError(InputError):
    hint = "The settings show the quick actions, and can restore the shipped ones."


class ModelError(FanlightError):
    """The model cannot do this, or cannot be had."""


class ModelMissing(ModelError):
    hint = "`fanlight models list` shows the models that are here."


class ModelBroken(ModelError):
    hint = "Get the file again: it is damaged, or not a GGUF model."


class ProjectorMismatch(ModelError):
    hint = "Use the projector (mmproj) file that was published with this model."


class OutOfMemory(ModelError):
    hint = "Close other programs, choose a smaller model, or lower the context size in the settings."


class PromptTooLong(ModelError):
    hint = "Start a new conversation, shorten the question, or remove a picture."

    def __init__(self, need: int, have: int) -> None:
        super().__init__(f"The prompt needs {need} tokens; this model has room for {have}.")
        self.need, self.have = need, have


class CannotSee(ModelError):
    hint = "Choose a vision model together with its projector (mmproj) file."


class SpeechError(FanlightError):
    """Nothing can be heard, or can be told from what was heard."""


class SpeechModelError(SpeechError):
    """The speech model cannot be used, or cannot be had."""

    hint = "Set Fanlight up again (`make run`), or choose a folder with another model in the settings."


class MicrophoneError(SpeechError):
    hint = "Look whether another program holds it, and whether the system lets programs record."


class MicrophoneMissing(MicrophoneError):
    hint = "Plug a microphone in, or start the sound server, and press the key again. Typing works meanwhile."


class SpeakerError(SpeechError):
    hint = "The answer can still be read. The settings say what can be installed to have it spoken."


class ReadingError(FanlightError):
    hint = "Ask the model about the picture: it may read the text itself."


class ReaderMissing(ReadingError):
    hint = 'Get it with: pip install "rapidocr>=3.10,<3.11". Everything else works without it.'


class ReaderBroken(ReadingError):
    hint = "Install it anew: pip install --force-reinstall --no-deps rapidocr. Everything else works without it."


class HotkeyError(FanlightError):
    """The key is not bound."""


class HotkeyTaken(HotkeyError):
    """`offer` is a combination that is free, as the settings write it; "" where there is none."""

    hint = "Choose another combination in the settings."

    def __init__(self, combination: str, offer: str = "", holder: str = "another program") -> None:
        hint = f"{offer} is free." if offer else self.hint
        super().__init__(f"{combination} is taken by {holder}.", hint)
        self.combination, self.offer = combination, offer


class HotkeyUnavailable(HotkeyError):
    hint = "Choose another combination in the settings."


class CaptureError(FanlightError):
    """The screen could not be pictured."""

    hint = "Take a screenshot with the system's own key, and paste it into Fanlight."


class CaptureDenied(CaptureError):
    hint = "Allow Fanlight to record the screen in the system's privacy settings, then start Fanlight again."


class CaptureUnavailable(CaptureError):
    pass


class CaptureTimedOut(CaptureError):
    hint = "Try again; if it stays so, log out and in again, or paste a screenshot into Fanlight."


class CaptureEmpty(CaptureError):
    hint = "Choose a part of a screen that is on."


class CaptureBusy(CaptureError):
    hint = "Close its menu and press the key again, or take the picture after a delay."


class CutOff(FanlightError):
    hint = "What is there is the beginning of the answer. Ask again for the whole."


class StoreError(FanlightError):
    hint = "What is on the screen can still be copied."


class DiskFull(StoreError):
    hint = "Free some disk space; what is on the screen is kept there and saved as soon as there is room."
