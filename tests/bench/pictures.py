"""Pictures to ask about: made here, the same in every run."""

from __future__ import annotations

import random

from fanlight.domain.messages import Image

PANORAMA = (1024, 256)
"""Width and height: SmolVLM scales the longest side to 2,048 pixels and cuts tiles of 512, so this is four tiles and
the overview: 320 tokens, and a few to frame them. A picture of 4:3 would be 13 tiles and minutes of encoding."""


def photo(seed: int, width: int = 640, height: int = 480) -> Image:
    """Blocks of colour with noise: no model knows it, no two seeds give the same one."""
    from PIL import Image as Pillow

    rng = random.Random(seed)
    blocks = Pillow.frombytes("RGB", (8, 6), rng.randbytes(8 * 6 * 3)).resize((width, height))
    grain = Pillow.frombytes("RGB", (width // 4, height // 4), rng.randbytes((width // 4) * (height // 4) * 3))
    mixed = Pillow.blend(blocks, grain.resize((width, height)), 0.1)
    return Image.of(width, height, mixed.tobytes())
