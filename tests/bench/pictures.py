"""Pictures to ask about: made here, the same in every run."""

from __future__ import annotations

import random

from fanlight.domain.chat import Image


def photo(seed: int, width: int = 1024, height: int = 768) -> Image:
    """Blocks of colour with noise: no model knows it, no two seeds give the same one."""
    from PIL import Image as Pillow

    rng = random.Random(seed)
    blocks = Pillow.frombytes("RGB", (8, 6), rng.randbytes(8 * 6 * 3)).resize((width, height))
    grain = Pillow.frombytes("RGB", (width // 4, height // 4), rng.randbytes((width // 4) * (height // 4) * 3))
    mixed = Pillow.blend(blocks, grain.resize((width, height)), 0.1)
    return Image.of(width, height, mixed.tobytes())
