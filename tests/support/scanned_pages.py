"""Pages as a scanner makes them at 200 dpi, of three layouts: columns, a table, and a form. In four languages, several
fonts and sizes; the paper lies askew, its grain and the sensor's noise are seen, and the picture is a JPEG in a PDF."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter, ImageFont

from fanlight.documents.files import page_pictures, read_document_bytes
from fanlight.domain.documents import Document
from support.written import SANS, SERIF, Written, font

LONGEST_SIDE = 2339
"""Of A4 at 200 dpi."""
_WIDE, _HIGH, _DPI = 1654, LONGEST_SIDE, 200
_FINER = 2
"""Drawn so many times as large."""
_MOST_SKEW = 1.5
"""Degrees."""
Run = tuple[float, float, str]
"""Across, down, in pixels at 200 dpi, and what is written there."""

_SENTENCES = {
    "en": (
        "The committee approved the budget for the coming year without a vote.",
        "Passengers are asked to keep their tickets until they leave the station.",
        "Rain is expected in the west, while the eastern valleys stay dry and mild.",
        "Both engines were tested for 48 hours before they were delivered in June 2024.",
        "The museum, which opened in 1887, lends its paintings to schools nearby.",
        "Please return the signed form (two pages) to the office by Friday, 9 May.",
        "Nobody could say why the clock in the tower had stopped at 11:35.",
        "A quarter of all households heat with wood; most of them live in villages.",
    ),
    "de": (
        "Der Ausschuss hat den Haushalt für das kommende Jahr ohne Änderungen gebilligt.",
        "Fahrgäste werden gebeten, ihre Fahrkarten bis zum Ausgang aufzubewahren.",
        "Im Westen wird Regen erwartet, während es in den östlichen Tälern trocken bleibt.",
        "Beide Motoren liefen 48 Stunden zur Probe, bevor sie im Juni 2024 geliefert wurden.",
        "Das Museum wurde 1887 eröffnet und verleiht seine Gemälde an große Schulen.",
        "Bitte senden Sie das unterschriebene Formular (zwei Seiten) bis Freitag zurück.",
        "Niemand wusste, weshalb die Uhr am Rathaus um 11:35 stehen geblieben war.",
        "Ein Viertel der Haushalte heizt mit Holz; die meisten davon in Dörfern.",
    ),
    "fr": (
        "Le comité a approuvé le budget de l'année prochaine sans aucune modification.",
        "Les voyageurs sont priés de conserver leur billet jusqu'à la sortie.",
        "De la pluie est attendue à l'ouest, mais les vallées de l'est resteront sèches.",
        "Les deux moteurs ont été essayés pendant 48 heures avant leur livraison en 2024.",
        "Le musée, ouvert en 1887, prête ses tableaux aux écoles des environs.",
        "Veuillez renvoyer le formulaire signé (deux pages) avant vendredi 9 mai.",
        "Personne ne savait pourquoi l'horloge s'était arrêtée à 11:35 ce matin-là.",
        "Un quart des ménages se chauffe au bois; la plupart habitent à la campagne.",
    ),
    "es": (
        "El comité aprobó el presupuesto del próximo año sin ninguna modificación.",
        "Se ruega a los viajeros que conserven el billete hasta la salida.",
        "Se esperan lluvias en el oeste, mientras que los valles seguirán secos.",
        "Los dos motores se probaron durante 48 horas antes de la entrega en 2024.",
        "El museo, abierto en 1887, presta sus cuadros a los colegios del barrio.",
        "Devuelva el formulario firmado (dos páginas) antes del viernes 9 de mayo.",
        "Nadie sabía por qué el reloj de la torre se había parado a las 11:35.",
        "Una cuarta parte de los hogares se calienta con leña; casi todos en pueblos pequeños.",
    ),
}
_HEADS = {
    "en": ("Description", "Quantity", "Price", "Total"),
    "de": ("Bezeichnung", "Menge", "Preis", "Gesamt"),
    "fr": ("Désignation", "Quantité", "Prix", "Total"),
    "es": ("Descripción", "Cantidad", "Precio", "Importe"),
}
_THINGS = {
    "en": ("Office chair", "Desk lamp", "Printer paper", "Filing cabinet", "Wall clock", "Door handle", "Light bulb"),
    "de": ("Bürostuhl", "Schreibtischlampe", "Druckerpapier", "Aktenschrank", "Wanduhr", "Türgriff", "Glühbirne"),
    "fr": ("Chaise de bureau", "Lampe", "Papier à lettres", "Armoire", "Pendule murale", "Poignée", "Ampoule"),
    "es": ("Silla de oficina", "Lámpara", "Papel de impresión", "Archivador", "Reloj de pared", "Manija", "Bombilla"),
}
_LABELS = {
    "en": ("First name", "Surname", "Street", "Town", "Date of birth", "Phone", "Email", "Occupation", "Signature"),
    "de": ("Vorname", "Nachname", "Straße", "Ort", "Geburtsdatum", "Telefon", "E-Mail", "Beruf", "Unterschrift"),
    "fr": ("Prénom", "Nom", "Rue", "Ville", "Né(e) le", "Téléphone", "Courriel", "Métier", "Signature"),
    "es": ("Nombre", "Apellidos", "Calle", "Ciudad", "Nacido el", "Teléfono", "Correo", "Profesión", "Firma"),
}
_VALUES = {
    "en": ("Margaret", "Thornbury", "12 Mill Lane", "Exeter", "carpenter"),
    "de": ("Jürgen", "Großmann", "Königstraße 12", "Köln", "Gärtner"),
    "fr": ("Hélène", "Lefèvre", "12, rue de l'Église", "Orléans", "infirmière"),
    "es": ("Íñigo", "Muñoz", "Calle Peñón, 12", "Córdoba", "albañil"),
}


def scanned_page(layout: str, seed: int) -> Written:
    """As the page reader draws it. Raises FontMissing."""
    document, rows = scanned_document(layout, seed)
    (image,) = page_pictures(document, [1], LONGEST_SIDE)
    return Written(f"{layout}-{seed}", image, tuple(rows))


def scanned_document(layout: str, seed: int) -> tuple[Document, list[str]]:
    """A PDF with the scan alone, and the rows as they are read."""
    dice = random.Random(f"{layout} {seed}")
    languages = list(_SENTENCES)
    page = _Page(dice, languages[(seed + list(LAYOUTS).index(layout)) % len(languages)])
    runs, rows = LAYOUTS[layout](page)
    written = io.BytesIO()
    _scan(page, runs).save(written, "PDF", resolution=_DPI, quality=dice.choice((60, 75, 85)))
    return read_document_bytes(written.getvalue(), "scan.pdf"), rows


class _Page:
    """What is the same all over it: the language, the font, and its size."""

    def __init__(self, dice: random.Random, language: str) -> None:
        self.dice, self.language = dice, language
        self.font_name = dice.choice((*SANS, *SERIF))
        self.points = dice.choice((9, 10, 11, 12))
        self.pitch = self.points * _DPI / 72 * dice.choice((1.25, 1.4, 1.6))
        """From one line to the next."""

    @property
    def letters(self) -> ImageFont.FreeTypeFont:
        return font(self.font_name, round(self.points * _DPI / 72 * _FINER))

    def width(self, text: str) -> float:
        return self.letters.getlength(text) / _FINER

    def wrapped(self, text: str, wide: float) -> list[str]:
        lines = [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer) <= wide:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines


def _columns(page: _Page) -> tuple[list[Run], list[str]]:
    """Running text in two columns, as long as each other."""
    wide, sentences = 620.0, _SENTENCES[page.language]
    lines: list[str] = []
    most = int((_HIGH - 360) / page.pitch)
    while len(lines) < 2 * most:
        lines += page.wrapped(" ".join(page.dice.sample(sentences, 5)), wide)
    columns = lines[:most], lines[most : 2 * most]
    runs = [
        (left, 180 + place * page.pitch, said)
        for left, column in zip((170.0, 870.0), columns, strict=True)
        for place, said in enumerate(column)
    ]
    return runs, [*columns[0], *columns[1]]


def _table(page: _Page) -> tuple[list[Run], list[str]]:
    dice, high = page.dice, page.pitch * 1.3
    table: list[tuple[str, ...]] = [_HEADS[page.language]]
    for _row in range(int((_HIGH - 400) / high)):
        count, price = dice.randint(1, 40), dice.uniform(1, 300)
        thing = f"{dice.choice(_THINGS[page.language])} {dice.randint(10, 99)}"
        table.append((thing, str(count), f"{price:.2f}", f"{count * price:.2f}"))
    runs = []
    for place, row in enumerate(table):
        down = 200 + place * high
        runs.append((180.0, down, row[0]))
        runs += [(right - page.width(cell), down, cell) for right, cell in zip((920, 1180, 1460), row[1:], strict=True)]
    return runs, ["  ".join(row) for row in table]


def _form(page: _Page) -> tuple[list[Run], list[str]]:
    dice, high, rows = page.dice, page.pitch * 2.2, list[tuple[str, str]]()
    while 220 + len(rows) * high < _HIGH - 220:
        label = f"{dice.choice(_LABELS[page.language])}:"
        first, last, street, town, work = _VALUES[page.language]
        date, phone = f"{dice.randint(1, 28):02d}.{dice.randint(1, 12):02d}.19{dice.randint(40, 99)}", "030 5550123"
        rows.append((label, dice.choice((first, last, street, town, work, date, phone, f"{first} {last}"))))
    runs = [
        (left, 220 + place * high, said)
        for place, row in enumerate(rows)
        for left, said in zip((170.0, 640.0), row, strict=True)
    ]
    return runs, ["  ".join(row) for row in rows]


LAYOUTS: dict[str, Callable[[_Page], tuple[list[Run], list[str]]]] = {
    "columns": _columns,
    "table": _table,
    "form": _form,
}


def _scan(page: _Page, runs: Sequence[Run]) -> Pillow.Image:
    """Ink on paper, askew, slightly out of focus, with noise."""
    dice = page.dice
    paper, ink = dice.randint(228, 252), dice.randint(20, 70)
    sheet = Pillow.new("L", (_WIDE * _FINER, _HIGH * _FINER), paper)
    pen = ImageDraw.Draw(sheet)
    for across, down, said in runs:
        pen.text((across * _FINER, down * _FINER), said, ink, page.letters)
    askew = sheet.rotate(dice.uniform(-_MOST_SKEW, _MOST_SKEW), Pillow.Resampling.BICUBIC, fillcolor=paper)
    small = askew.resize((_WIDE, _HIGH), Pillow.Resampling.BOX).filter(ImageFilter.GaussianBlur(dice.uniform(0.3, 0.8)))
    noise = np.random.default_rng(dice.randrange(2**32)).normal(0, dice.uniform(2, 8), (_HIGH, _WIDE))
    return Pillow.fromarray(np.clip(np.asarray(small, float) + noise, 0, 255).astype(np.uint8))
