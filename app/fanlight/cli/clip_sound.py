"""What is said in videos and recordings that `fanlight ask` and `fanlight batch` are asked about, as `fanlight
transcribe` writes it; what that has begun or done is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from fanlight import compose, paths
from fanlight.batch.input_options import Hear, Listen, nobody_hears
from fanlight.batch.picture_sources import PictureSource
from fanlight.cli.background import in_background
from fanlight.cli.output import ProgressLine
from fanlight.domain.clips import HeardWords
from fanlight.domain.errors import AudioError, InputError, SoundUnsupported
from fanlight.domain.languages import code_of
from fanlight.domain.models import ModelSpec
from fanlight.domain.sounds import Sound
from fanlight.domain.speech import TranscriptionOptions
from fanlight.domain.stop import StopFlag
from fanlight.domain.transcription import TranscriptionEvent, TranscriptionPart, clock
from fanlight.gguf.hearing import longest_heard_by
from fanlight.i18n import _, format_percent
from fanlight.pictures.recordings import is_recording
from fanlight.settings import Settings
from fanlight.speech.packages import speech_imports


def hearing(settings: Settings, progress: ProgressLine | None = None, *, no_sound: bool = False) -> Hear:
    """A `Hear` that loads the speech model for each file, and frees it before the model that answers is loaded."""
    if no_sound:
        return nobody_hears

    def hear(path: Path, part: tuple[float, float], stop: StopFlag | None) -> Iterable[HeardWords]:
        with speech_imports():
            from fanlight.speech import media_files

        try:
            media_files.probe(path, stop)
        except AudioError:  # it has none, or none that can be decoded
            return ()
        if stop is not None:  # a thread that may be waited for
            return list(_words(_heard(path, part, settings, stop), path.name, part, progress))
        with closing(in_background(lambda stopped: _heard(path, part, settings, stopped))) as events:
            return list(_words(events, path.name, part, progress))

    return hear


def listening(spec: ModelSpec) -> Listen:
    """A `Listen` for a model that hears. Raises SoundUnsupported, ModelError."""
    longest = longest_heard_by(spec)
    if not longest:
        raise SoundUnsupported(
            _("{model} does not hear.").format(model=spec.name),
            _("Leave out --listen: the model is then given what is said, as text."),
        )

    def listen(path: Path, part: tuple[float, float], stop: StopFlag | None) -> Sound:
        with speech_imports():
            from fanlight.speech.whole_sound import read_sound

        return read_sound(path, longest, part, stop)

    return listen


def check_listening(sources: Sequence[PictureSource]) -> None:
    """Raises InputError where there is nothing to listen to."""
    if not any(_is_clip(one) for one in sources):
        raise InputError(_("--listen is for recordings and videos."), _("Name one with -i."))


def _is_clip(source: PictureSource) -> bool:
    return source.part is not None or (source.path is not None and is_recording(source.path))


def _heard(path: Path, part: tuple[float, float], settings: Settings, stop: StopFlag) -> Iterator[TranscriptionEvent]:
    """Raises AudioError, SpeechError."""
    from fanlight.speech.file_transcription import decode_parts, transcribe_file
    from fanlight.speech.vad import load_session, new_vad

    options = TranscriptionOptions(
        code_of(settings.speech_language), False, settings.names(), replacements=settings.replacements()
    )
    begin, end = part
    with closing(compose.load_transcriber(settings)) as transcriber:
        vad = new_vad(load_session())
        if not begin and not end:
            yield from transcribe_file(path, transcriber, vad, options, paths.cache() / "speech" / "parts", stop=stop)
            return
        for event in decode_parts(path, transcriber, vad, options, begin, stop=stop):
            yield event
            if end and isinstance(event, TranscriptionPart) and event.upto >= end:
                return


def _words(
    events: Iterable[TranscriptionEvent], name: str, part: tuple[float, float], line: ProgressLine | None
) -> Iterator[HeardWords]:
    begin, end = part
    for event in events:
        if not isinstance(event, TranscriptionPart):
            continue
        if line is not None:
            line.show(_("Listening to {name}: {time}").format(name=name, time=clock(event.upto)))
        for word in event.words:
            if word.start >= begin and (not end or word.start < end):
                yield HeardWords(word.start, word.end, word.text)


def show_reading(line: ProgressLine, name: str, done: float) -> None:
    """A video is being read."""
    line.show(_("Looking through {name}: {percent}").format(name=name, percent=format_percent(done)))


def with_part(sources: Sequence[PictureSource], begin: float, end: float) -> list[PictureSource]:
    """Videos among them, without a part of their own, with this one. Raises InputError."""
    if end and end <= begin:
        raise InputError(
            _("The part ends before it begins."), _("Name --from before --to, as in --from 1:20 --to 2:00.")
        )
    found = [
        replace(one, part=(begin, end)) if one.path and one.part is None and is_recording(one.path) else one
        for one in sources
    ]
    if all(new is old for new, old in zip(found, sources, strict=True)):
        raise InputError(_("--from and --to are for videos and recordings."), _("Name one with -i."))
    return found
