"""Everything that can go wrong and is not a bug.

    FanlightError(message, hint)
      InputError            input that cannot be used: a picture, a question file, a schema      (exit 3)
        …                   of documents: `document_errors`; of videos: `clip_errors`
        PictureError        not a picture, damaged, or too large
          RemotePicture     the address of a picture, and not the picture itself
          RemoteFile        the address of a file that is not on this computer
        SchemaError         a JSON schema that cannot be used
          GrammarError      a grammar that cannot be used
        ActionsError        quick actions that cannot be used
        AudioError          not a recording, damaged, or without sound
        TranscriptTooLong   a transcript that does not fit into a question
        WrongPassphrase     of an encrypted backup; or none
      ModelError            the model: missing, broken, too large, lacks an ability              (exit 4)
        ModelMissing        no such file or name
        ModelBroken         not a GGUF file, truncated, or metadata out of range
          TemplateBroken    its chat template cannot be read, fails, or does not end
        ProjectorMismatch   the projector belongs to another model
        OutOfMemory         no room for the model, its KV cache or a picture
        PromptTooLong       more tokens than the context holds, even without the oldest turns
        ImagesUnsupported   a picture for a model without a projector
        SoundUnsupported    a sound for a model that does not hear, or not so much
        AnswerInvalid       the answer does not follow the schema
        ModelDied           the process that a model runs in has ended
        ModelReduced        the model is loaded, and not as it was asked for
      AnswerCutOff          the connection to the open window ended before the answer did
      OutputError           standard output is closed or full
      SpeechError           speech recognition: no microphone, no speech model
        SpeechModelError    the speech model: missing, broken, too large                         (exit 4)
          SpeechMissing     speech recognition, or a part of it, is not installed or cannot be loaded
        MicrophoneError     the microphone cannot be opened, or sends nothing
          MicrophoneMissing there is none
        LoopbackMissing     what this computer plays cannot be heard
      SpeakerError          speech output: no loudspeaker, or no voice
      OcrError              the text in a picture cannot be read
        OcrMissing          text recognition, or a part of it, is not installed
        OcrBroken           its networks are damaged, or a package of it cannot be loaded
      DownloadError         a file could not be fetched
      ExportError           conversations could not be written, or read, as files of their own
      ProcessorTooOld       the processor lacks instructions that the libraries are compiled for
      …                     of the desktop: `desktop_errors`
      StoreError            conversations could not be read or written
        DatabaseDamaged     the database file cannot be read as one
          DatabaseForeign   it is another program's
          DatabaseEmpty     it has no tables, although there was one that had
          DatabaseDisplaced another program moved its files, which are in their place again
        DiskFull            no room left where conversations are stored
        StoreUnavailable    conversations cannot be kept for now
        StoreRepaired       conversations had to be brought back, and are there

An error is a sentence for a person and a hint that says what to do next; both are in the user's language from its
creation on. Adapters translate foreign errors at the foreign call; any other exception is a bug and is logged with its
trace.
"""

from __future__ import annotations

from fanlight.domain.installation import and_the_rest_works, how_to_add, how_to_replace
from fanlight.i18n import N_, _


class FanlightError(Exception):
    """A sentence and a hint. A class sets `hint` as a source text (`N_`); a case may replace it by a translated one."""

    hint: str = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        kind = type(self).hint
        self.hint = hint if hint is not None else _(kind) if kind else ""

    @property
    def message(self) -> str:
        return str(self)

    @property
    def text(self) -> str:
        """The message and the hint in one line: the one wording for display."""
        return f"{self.message} {self.hint}".strip()


class InputError(FanlightError):
    """Input that cannot be used."""


class PictureError(InputError):
    hint = N_("Fanlight reads PNG, JPEG, WebP, GIF, BMP, TIFF and AVIF pictures.")


class RemotePicture(PictureError):
    """`host`: the computer the address points to, if it names one."""

    hint = N_("Copy the image in the browser and paste it.")

    def __init__(self, host: str) -> None:
        if host:
            where = _("This picture is on {host}, and Fanlight does not connect to the internet.").format(host=host)
        else:
            where = _("This is only the address of a picture, and Fanlight does not connect to the internet.")
        super().__init__(where)


class RemoteFile(PictureError):
    """`address`: of a file on another computer, on a device, or in a place that is no folder."""

    hint = N_("Copy it to a folder of this computer first.")

    def __init__(self, address: str) -> None:
        super().__init__(_("“{address}” is not a file of this computer.").format(address=address))


class SchemaError(InputError):
    hint = N_("Give a JSON schema that describes one JSON value.")


class GrammarError(SchemaError):
    hint = N_("Give a grammar in llama.cpp's GBNF notation, whose first rule is root.")


class ActionsError(InputError):
    hint = N_("The settings show the quick actions and can restore the original ones.")


class AudioError(InputError):
    hint = N_("Fanlight reads audio and video files: WAV, FLAC, MP3, Ogg, Opus, M4A, MP4, MKV, WebM and others.")


class TranscriptTooLong(InputError):
    hint = N_("Select a part of the transcript and ask about that, or choose a model with a longer context.")


class WrongPassphrase(InputError):
    hint = N_("Enter the passphrase that it was made with.")


class ModelError(FanlightError):
    """The model cannot be used, or cannot do what was asked."""


class ModelMissing(ModelError):
    hint = N_("`fanlight models list` shows the available models.")


class ModelBroken(ModelError):
    hint = N_("Download the file again: it is damaged, or not a GGUF model.")


class TemplateBroken(ModelBroken):
    hint = N_("Look for a newer file of this model, or for one from another publisher.")


class ProjectorMismatch(ModelError):
    hint = N_("Use the projector (mmproj) file that was published with this model.")


class OutOfMemory(ModelError):
    hint = N_("Close other programs, choose a smaller model, or lower the context size in the settings.")


class PromptTooLong(ModelError):
    """`need`: tokens of the prompt; `have`: tokens of the context."""

    hint = N_("Start a new conversation, shorten the question, or remove a picture.")

    def __init__(self, need: int, have: int) -> None:
        super().__init__(
            _("The prompt needs {need} tokens; this model has room for {have}.").format(need=need, have=have)
        )
        self.need, self.have = need, have


class ImagesUnsupported(ModelError):
    hint = N_("Choose a vision model together with its projector (mmproj) file.")


class SoundUnsupported(ModelError):
    hint = N_("Ask about its transcript instead, or choose a model that hears.")


class AnswerInvalid(ModelError):
    hint = N_("Ask again, ask more simply, or use a larger model.")


class ModelDied(ModelError):
    hint = N_("Ask again: the model is loaded again. Nothing that you wrote is lost.")


class ModelReduced(ModelError):
    """Not a failure: the model answers. `message` says what is different, and why."""

    hint = N_("What the model may use is in the settings.")


class SpeechError(FanlightError):
    """Speech cannot be recorded or recognized."""


class SpeechModelError(SpeechError):
    """The speech model cannot be used, or is missing."""

    hint = N_("Install Fanlight again, or choose a folder with another speech model in the settings.")


class SpeechMissing(SpeechModelError):
    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, and_the_rest_works(how_to_add("speech")) if hint is None else hint)


class MicrophoneError(SpeechError):
    hint = N_("Check whether another program is using it, and whether the system allows programs to record.")


class MicrophoneMissing(MicrophoneError):
    hint = N_("Plug in a microphone, or start the sound server, and press the key again. You can type meanwhile.")


class LoopbackMissing(SpeechError):
    """`needs` is what has to be there, in a sentence."""

    hint = N_("Start or install what is missing, and try it again.")

    def __init__(self, needs: str) -> None:
        super().__init__(_("Fanlight cannot hear what this computer plays. That needs: {needs}").format(needs=needs))


class SpeakerError(FanlightError):
    hint = N_("You can still read the answer. The settings say what to install to have it read aloud.")


class OcrError(FanlightError):
    hint = N_("Ask the model about the picture: it may be able to read the text itself.")


class OcrMissing(OcrError):
    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, and_the_rest_works(how_to_add("ocr")) if hint is None else hint)


class OcrBroken(OcrError):
    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, and_the_rest_works(how_to_replace("rapidocr", alone=True)) if hint is None else hint)


class ProcessorTooOld(FanlightError):
    hint = N_(
        "Computers made since about 2009 have them. In a virtual machine, choose a processor of the type “host”, or "
        "“x86-64-v2” and newer."
    )


class DownloadError(FanlightError):
    hint = N_("Try again later: what is here already is kept.")


class AnswerCutOff(FanlightError):
    hint = N_("What you see is the beginning of the answer. Ask again to get all of it.")


class OutputError(FanlightError):
    hint = N_("Check where the output goes: whether it is open, and whether there is room.")


class ExportError(FanlightError):
    hint = N_("Choose another place. What was there before is unchanged.")


class StoreError(FanlightError):
    hint = N_("You can still copy what is on the screen.")


class DatabaseDamaged(StoreError):
    hint = N_("Restart Fanlight: it sets the damaged file aside and saves what can be read.")


class DatabaseForeign(DatabaseDamaged):
    """Its tables are not Fanlight's."""


class DatabaseEmpty(DatabaseDamaged):
    """It has no tables, although something of a database is there."""


class DatabaseDisplaced(DatabaseDamaged):
    """Another program moved its files; they are in their place again, and it is to be opened anew."""


class DiskFull(StoreError):
    hint = N_("Free some disk space; what is on the screen stays there and is saved as soon as there is room.")


class StoreUnavailable(StoreError):
    """The conversations could not be opened, for that reason; it is tried again and again."""

    hint = N_("Nothing is kept for now. Fanlight keeps trying, and then saves what was said meanwhile.")

    def __init__(self, reason: StoreError) -> None:
        own = _(StoreUnavailable.hint)
        super().__init__(reason.message, own if reason.hint == _(StoreError.hint) else f"{reason.hint} {own}")


class StoreRepaired(StoreError):
    """What was damaged or missing, and what could be brought back."""

    hint = N_("You can go on as usual.")


def error_text(error: object) -> str:
    """The result of failed work for display: `FanlightError.text`, a general sentence for a bug, "" for None."""
    if error is None:
        return ""
    if isinstance(error, FanlightError):
        return error.text
    return _("Something went wrong inside Fanlight. The log has the details; trying again may help.")


def bug_sentence(error: Exception) -> str:
    return _("Something went wrong inside Fanlight: {error}").format(error=f"{type(error).__name__}: {error}")
