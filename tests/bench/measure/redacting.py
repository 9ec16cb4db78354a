"""What should not be shown, on 200 drawn screens with three secrets each: how many are covered to the last pixel, how
many of their pixels are in any file once the kept pictures were redacted and their conversations exported, and how many
places on screens without secrets are covered. Light and dark, at 100 % and 200 %."""

from __future__ import annotations

import base64
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import get_args

import numpy as np
from PIL import Image as Pillow

from bench.child import CanNotMeasure
from bench.readings import FEWEST, Notebook
from fanlight import compose
from fanlight.desktop.mime import from_qimage
from fanlight.domain.annotations import Area, Redaction
from fanlight.domain.archive import read_archived
from fanlight.domain.errors import OcrError
from fanlight.domain.messages import Message, Picture
from fanlight.domain.reading import with_text_read
from fanlight.domain.secret_places import SecretPlace, secret_places
from fanlight.exchange.writers import Format, open_writer
from fanlight.store.blobs import name_of
from fanlight.store.database import Database
from fanlight.ui.widgets.annotation_painter import annotated
from fanlight.ui.widgets.pixels import to_qimage
from support.planted_secrets import PlantedScreen, PlantedSecret, plain_screens, planted_screens, uncovered
from support.written import FontMissing

_LONG_BASE64 = re.compile(rb"[A-Za-z0-9+/]{200,}={0,2}")
"""As exports have pictures."""

Found = Sequence[tuple[PlantedScreen, Sequence[SecretPlace]]]


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


def pixels_kept(found: Found) -> int:
    """How many pixels of what was found are in any file once it was redacted: each screen is kept first, with a backup
    and with what was read in it, and exported afterwards. A letter of it in the bytes of a file counts as one: of what
    is exported of that screen, or of the store, whose pictures are the exported ones."""
    with tempfile.TemporaryDirectory() as folder:
        home, exports = Path(folder) / "home", Path(folder) / "exports"
        exports.mkdir()
        _keep_redacted(found, home, exports)
        kept, texts = 0, list[str]()
        for number, (screen, secrets) in enumerate(_covered(found)):
            kept += sum(pixels_in(data, screen, secrets) for data in _pictures_of(exports, number))
            own = [one.text for one in secrets]
            kept += _letters_in(own, _files(exports / f"{number}-{kind}" for kind in get_args(Format)))
            texts += own
        return kept + _letters_in(texts, (path for path in _files([home]) if home / "pictures" not in path.parents))


def _files(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from [place] if place.is_file() else (path for path in place.rglob("*") if path.is_file())


def _letters_in(texts: Sequence[str], files: Iterable[Path]) -> int:
    return sum(len(text) for data in (path.read_bytes() for path in files) for text in texts if text.encode() in data)


def pixels_in(data: bytes, screen: PlantedScreen, secrets: Sequence[PlantedSecret]) -> int:
    """Of the secrets' letters, in a picture of the screen."""
    with Pillow.open(io.BytesIO(data)) as image:
        if image.size != (screen.image.width, screen.image.height):
            raise CanNotMeasure(f"{screen.name} was kept in another size: {image.size}")
        same = (np.asarray(image.convert("RGB")) == screen.pixels).all(axis=2)
    return int(sum((same & screen.ink(secret)).sum() for secret in secrets))


def _covered(found: Found) -> Iterator[tuple[PlantedScreen, list[PlantedSecret]]]:
    for screen, places in found:
        missed = missing(screen, places)
        yield screen, [one for one in screen.secrets if one not in missed]


def _keep_redacted(found: Found, home: Path, exports: Path) -> None:
    """Raises CanNotMeasure where the store has pictures besides the redacted ones."""
    database = Database(home)
    with closing(database):
        originals = [_kept(database, screen) for screen, _places in found]
        while database.searching.index_some():
            pass
        database.back_up()
        redacted = [_redacted(screen, places) for screen, places in found]
        for original, picture in zip(originals, redacted, strict=True):
            database.redacting.replace_pictures([original], picture)
        while database.searching.index_some():
            pass
        database.back_up()
        rows = sorted(database.conversations(), key=lambda row: row.id)
        for number, row in enumerate(rows):
            conversation = read_archived(database, row, database.picture)
            for kind in get_args(Format):
                writer = open_writer(exports / f"{number}-{kind}", kind)
                writer.add(conversation)
                writer.finish()
    there = {path.name for path in (home / "pictures").rglob("*") if path.is_file()}
    if there != {name_of(picture.data) for picture in redacted}:
        raise CanNotMeasure("the store has other pictures than the redacted ones")


def _kept(database: Database, screen: PlantedScreen) -> str:
    """The name of the picture's file, before it is redacted."""
    picture = from_qimage(to_qimage(screen.image), screen.name)
    read = "\n".join(secret.text for secret in screen.secrets)
    question = Message.of("user", with_text_read("What is it?", read), [picture.image])
    database.add_message(database.create(screen.name), question, [picture])
    database.searching.keep_picture_text(name_of(picture.data), read)
    return name_of(picture.data)


def _redacted(screen: PlantedScreen, places: Sequence[SecretPlace]) -> Picture:
    areas = (Area(one.left, one.top, one.right - one.left, one.bottom - one.top) for one in places)
    made = annotated(to_qimage(screen.image), tuple(map(Redaction, areas)))
    return from_qimage(made, screen.name)


def _pictures_of(exports: Path, number: int) -> list[bytes]:
    """Of a conversation, one in each kind of export. Raises CanNotMeasure."""
    web_page, own = ((exports / f"{number}-{kind}").read_bytes() for kind in ("html", "json"))
    embedded = [base64.b64decode(run) for text in (web_page, own) for run in _LONG_BASE64.findall(text)]
    files = [path.read_bytes() for path in (exports / f"{number}-md").rglob("*") if path.is_file()]
    found = [data for data in (*embedded, *files) if data.startswith((b"\x89PNG", b"\xff\xd8"))]
    if len(found) != len(get_args(Format)):
        raise CanNotMeasure(f"{len(found)} pictures in the exports of a conversation with one")
    return found
