"""What `fanlight doctor` says of graphics devices: which are not used, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fanlight.domain.installation import package_name
from fanlight.i18n import _

if TYPE_CHECKING:
    from fanlight.engine.graphics import GraphicsFound


def graphics_notes(found: GraphicsFound, libraries: list[Path]) -> list[str]:
    """`libraries`: llama.cpp's backends for such devices."""
    if not libraries:
        return [_("llama.cpp was built for the CPU alone. The README says how to build it for a GPU.")]
    if found.listing_failed:
        text = _("The drivers of the graphics cards end llama.cpp ({reason}): none is used. Update the driver.")
        return [text.format(reason=found.listing_failed)]
    text = _("{device} is not used: llama.cpp ends when it computes on it ({reason}). Update its driver.")
    unusable = [one for one in found.tried if one.reason]
    notes = [text.format(device=one.device.description, reason=one.reason) for one in unusable]
    if not found.tried:
        notes.append(_none_found())
    return notes + _faster_with_cuda(found, libraries)


def _none_found() -> str:
    if not package_name():
        return _("llama.cpp was built for a GPU, and finds none that it can use. Check its driver.")
    return _(
        "The processor computes: there is no graphics card with a driver for Vulkan. That for AMD and Intel cards is "
        "the package mesa-vulkan-drivers; NVIDIA has its own."
    )


def _faster_with_cuda(found: GraphicsFound, libraries: list[Path]) -> list[str]:
    """NVIDIA's cards are used through Vulkan by a llama.cpp that runs on all cards."""
    if any("ggml-cuda" in library.name for library in libraries):
        return []
    text = _("{device} is used through Vulkan. A llama.cpp built for CUDA can be faster on it; the README says how.")
    cards = {device.description for device in found.usable if "nvidia" in device.description.lower()}
    return [text.format(device=name) for name in sorted(cards)]
