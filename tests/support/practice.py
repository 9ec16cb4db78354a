"""The model that ships, and a picture that it knows what to say of."""

from __future__ import annotations

from PIL import Image as Pillow
from PIL import ImageDraw

from fanlight import paths
from fanlight.domain.messages import Image
from fanlight.domain.models import ModelSpec

_FOLDER = paths.shipped_models() / "practice"
PRACTICE = ModelSpec.of_files("practice", _FOLDER / "practice.gguf", _FOLDER / "practice-mmproj.gguf", practice=True)


def red_circle() -> Image:
    drawn = Pillow.new("RGB", (400, 300), "white")
    ImageDraw.Draw(drawn).ellipse((120, 70, 280, 230), fill=(220, 30, 30))
    return Image.of(*drawn.size, drawn.tobytes())
