"""Videos and recordings that a question is asked about: frames with their times, and what is said, or the sound."""

from __future__ import annotations

import hashlib

from fanlight.batch.input_options import InputOptions, QuestionInputs, chosen_pages
from fanlight.batch.picture_sources import PictureSource
from fanlight.domain.clip_errors import ClipError, NoMovingPictures
from fanlight.domain.clips import FRAME_SIDE, frames_in, heard_pages
from fanlight.domain.documents import Document, given_text, room_for_pages
from fanlight.domain.errors import AudioError, FanlightError
from fanlight.domain.messages import DocumentPart, ImagePart
from fanlight.i18n import _
from fanlight.pictures.limits import subject_of


def add_clip(inputs: QuestionInputs, source: PictureSource, question: str, how: InputOptions, clips: int) -> None:
    """One of so many `clips`. What has no pictures is heard alone. Raises ClipError, PictureError,
    AudioError, SoundUnsupported."""
    if source.path is None:
        raise ClipError(
            _("A video cannot be read from stdin or a data: address."), _("Save it as a file, and name that.")
        )
    seen = _add_frames(inputs, source, how, clips) if how.reads_pictures else False
    if how.listen is None:
        _add_sound(inputs, source, question, how, clips, seen=seen)
        return
    try:
        inputs.sounds.append(_sound(source, how))
    except AudioError as error:  # a video has none, or none that can be decoded
        if not seen:
            raise
        _leave_out(source, error, how)


def _leave_out(source: PictureSource, error: FanlightError, how: InputOptions) -> None:
    text = _("The sound of {subject} is left out: {reason}")
    how.tell(text.format(subject=subject_of(source.name), reason=error.message), error.hint)


def _sound(source: PictureSource, how: InputOptions) -> DocumentPart:
    """Raises AudioError, SoundUnsupported."""
    assert source.path is not None
    assert how.listen is not None
    sound = how.listen(source.path, source.part or (0.0, 0.0), how.stop)
    return DocumentPart(Document(sound.id, source.name, "sound", ("",)), (1,), sound=sound)


def _add_frames(inputs: QuestionInputs, source: PictureSource, how: InputOptions, clips: int) -> bool:
    """False where it has none."""
    from fanlight.video import clip_pictures, files

    assert source.path is not None
    begin, end = source.part or (0.0, 0.0)
    try:
        info = files.probe_clip(source.path, how.stop)
        found = clip_pictures.read_pictures(
            source.path,
            min(FRAME_SIDE, how.longest_side),
            frames_in(how.context_tokens, clips, how.frames, (info.width, info.height)),
            (begin, end),
            stop=how.stop,
            progress=lambda done: how.progress(source.name, done),
        )
    except NoMovingPictures:
        return False
    inputs.pictures += [ImagePart(one.picture.image, one.moment) for one in found]
    return True


def _add_sound(
    inputs: QuestionInputs, source: PictureSource, question: str, how: InputOptions, clips: int, *, seen: bool
) -> None:
    """Where there are pictures the question can do without it: why it is left out is said."""
    assert source.path is not None
    try:
        pages = heard_pages(how.hear(source.path, source.part or (0.0, 0.0), how.stop))
    except FanlightError as error:
        if not seen:
            raise
        _leave_out(source, error, how)
        return
    if pages:
        data = "\n".join(pages).encode("utf-8", "replace")
        heard = Document(hashlib.sha256(data).hexdigest(), source.name, "sound", pages, data)
        room = room_for_pages(how.context_tokens) // (2 * clips)
        inputs.texts.append(given_text(heard, chosen_pages(heard, question, room, how.tell)))
    elif not seen:
        raise _nothing(source, how)


def _nothing(source: PictureSource, how: InputOptions) -> ClipError:
    subject = subject_of(source.name)
    if how.reads_pictures:
        return ClipError(_("{subject} has no pictures, and nothing is said in it.").format(subject=subject))
    return ClipError(
        _("This model looks at no pictures, and nothing is said in {subject}.").format(subject=subject),
        _("Choose a vision model."),
    )
