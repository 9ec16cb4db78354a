"""What can go wrong with videos: a branch of the tree in `errors`.

InputError
  ClipError                 not a video, damaged, too large, or nothing in the part that was named
    NoMovingPictures        it has sound alone
    VideoPartMissing        what decodes videos is not installed
"""

from __future__ import annotations

from fanlight.domain.errors import InputError
from fanlight.domain.installation import and_the_rest_works, how_to_add
from fanlight.i18n import N_, _


class ClipError(InputError):
    hint = N_("Save it as MP4 or WebM, or take screenshots of it.")


class NoMovingPictures(ClipError):
    hint = N_("Its sound can be transcribed: drop it on the window of recordings.")


class VideoPartMissing(ClipError):
    def __init__(self, reason: str) -> None:
        message = _("What decodes videos is not installed ({reason}).").format(reason=reason)
        super().__init__(message, and_the_rest_works(how_to_add("video")))
