"""What Pillow's exceptions mean, in a sentence."""

from __future__ import annotations

import re
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from fanlight.domain.errors import PictureError
from fanlight.i18n import _
from fanlight.pictures.kinds import EXPORT, NAMES, is_cut_off
from fanlight.pictures.limits import SMALLER

_ONE_AT_A_TIME = threading.Lock()
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, EOFError, RuntimeError,
    AssertionError, Image.DecompressionBombError, struct.error, zlib.error,
)  # fmt: skip
"""Exceptions that Pillow and its codecs raise for broken files."""

_UNREAD = re.compile(
    r"unsupported|not supported|unknown (pixel mode|data organization)|(decoder|encoder) .* not available"
    r"|not implemented|no codec",
    re.IGNORECASE,
)
"""In what Pillow raises for variants of a format that it does not read."""


def unread_variant(subject: str, kind: str, variant: str = "") -> PictureError:
    """`variant`: what is special about the file, as a marked text."""
    if variant:
        text = _("{subject} is a {kind} picture of a variant that Fanlight cannot read ({variant}).")
    else:
        text = _("{subject} is a {kind} picture of a variant that Fanlight cannot read.")
    return PictureError(text.format(subject=subject, kind=NAMES[kind], variant=_(variant)), _(EXPORT))


@contextmanager
def refusals(subject: str, kind: str, data: bytes = b"") -> Iterator[None]:
    """One picture at a time: Pillow's warnings are ignored, its exceptions become PictureError."""
    try:
        # Warning filters are global to the process: the lock keeps others from restoring them meanwhile.
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except PictureError:
        raise
    except MemoryError:
        raise PictureError(
            _("There is not enough memory to read {subject}.").format(subject=subject), _(SMALLER)
        ) from None
    except BROKEN as error:
        if _UNREAD.search(str(error)):
            raise unread_variant(subject, kind) from error
        if "truncated" in str(error).lower() or is_cut_off(data, kind):
            raise PictureError(
                _("{subject} is cut off: part of the file is missing.").format(subject=subject),
                _("Copy or download it again."),
            ) from error
        raise PictureError(
            _("{subject} is damaged: it starts like a {kind} picture but cannot be read as one.").format(
                subject=subject, kind=NAMES[kind]
            ),
            _("Copy or download it again."),
        ) from error
