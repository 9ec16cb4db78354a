"""What should not be shown, on 200 drawn screens with three secrets each: how many are covered to the last pixel, how
many of their pixels are in any file once the pictures are redacted and kept, and how many places on screens without
secrets are covered. Light and dark, at 100 % and 200 %."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from bench.child import CanNotMeasure
from bench.readings import FEWEST, Notebook
from fanlight import compose
from fanlight.desktop.mime import from_qimage
from fanlight.domain.annotations import Area, Redaction
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Message, Picture
from fanlight.domain.secret_places import SecretPlace, secret_places
from fanlight.store.database import Database
from fanlight.ui.widgets.annotation_painter import annotated
from fanlight.ui.widgets.pixels import to_qimage
from support.planted_secrets import PlantedScreen, PlantedSecret, plain_screens, planted_screens, uncovered
from support.written import FontMissing

_ALIKE = 0.7
"""Share of pixels from which on a file shows a screen: redactions cover less."""


def measure(notebook: Notebook, quick: bool) -> None:
    try:
        screens, plain = planted_screens(40 if quick else 200), plain_screens(20 if quick else 80)
        with closing(compose.load_reader()) as reader:
            found = [(screen, secret_places(reader.read(screen.image))) for screen in screens]
            false = sum(len(secret_places(reader.read(screen.image))) for screen in plain)
    except (FontMissing, OcrError) as error:
        raise CanNotMeasure(str(error)) from error
    missed = [(screen.name, secret.text) for screen, places in found for secret in missing(screen, places)]
    print("missed:", *missed, sep="\n", flush=True)
    secrets = sum(len(screen.secrets) for screen in screens)
    kept = pixels_kept(found)
    for _ in range(FEWEST):  # each is one number for all screens
        notebook.write("secrets_found_percent", 100 - 100 * len(missed) / secrets)
        notebook.write("secrets_pixels_kept", kept)
        notebook.write("secrets_false_per_100_screens", 100 * false / len(plain))


def missing(screen: PlantedScreen, places: Sequence[SecretPlace]) -> list[PlantedSecret]:
    """The secrets of which a pixel is in no box."""
    boxes = [(one.left, one.top, one.right, one.bottom) for one in places]
    return [secret for secret in screen.secrets if uncovered(screen, secret, boxes)]


def pixels_kept(found: Sequence[tuple[PlantedScreen, Sequence[SecretPlace]]]) -> int:
    """How many pixels of what was found are in the pictures among the files of a database that keeps the redacted
    screens; a letter of it that is in the bytes of any file counts as one."""
    kept = 0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder))
        for screen, places in found:
            picture = _redacted(screen, places)
            database.add_message(database.create(), Message.of("user", "", [picture.image]), [picture])
        database.back_up()
        database.close()
        files = {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    assert sum("pictures" in path.parts for path in files) >= len(found)
    for screen, places in found:
        secrets = [one for one in screen.secrets if one not in missing(screen, places)]
        kept += sum(_pixels_in(data, screen, secrets) for path, data in files.items() if "pictures" in path.parts)
        kept += sum(len(one.text) for one in secrets for data in files.values() if one.text.encode() in data)
    return kept


def _redacted(screen: PlantedScreen, places: Sequence[SecretPlace]) -> Picture:
    areas = (Area(one.left, one.top, one.right - one.left, one.bottom - one.top) for one in places)
    made = annotated(to_qimage(screen.image), tuple(map(Redaction, areas)))
    return from_qimage(made, screen.name)


def _pixels_in(data: bytes, screen: PlantedScreen, secrets: Sequence[PlantedSecret]) -> int:
    """In a picture of the screen's size that is the same elsewhere."""
    with Pillow.open(io.BytesIO(data)) as image:
        if image.size != (screen.image.width, screen.image.height):
            return 0
        pixels = np.asarray(image.convert("RGB"))
    same = (pixels == screen.pixels).all(axis=2)
    if same.mean() < _ALIKE:
        return 0
    return int(sum((same & screen.ink(secret)).sum() for secret in secrets))
