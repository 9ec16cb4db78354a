"""A graphics card of a trial: which drivers list it, and how much memory it says it has and gives."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["once", "twice", "beside a killer"]


def built_limit(home: Path) -> Path:
    """The library that limits the memory. Vulkan's headers are the compiler's, or below SDK."""
    source, made = Path(__file__).with_name("memory_limit.c"), home / "memory_limit.so"
    headers = [f"-I{os.environ['SDK']}/include"] if os.environ.get("SDK") else []
    command = ["cc", "-shared", "-fPIC", "-O1", *headers, "-o", str(made), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return made


@dataclass(frozen=True, slots=True)
class Card:
    home: Path
    limit: Path
    driver: Path
    kind: Kind
    killer: Path | None = None

    @property
    def gives(self) -> Path:
        """The file in which it stands how many bytes it gives."""
        return self.home / f"gives-{self.kind.replace(' ', '-')}"

    def environment(self, says_bytes: int) -> dict[str, str]:
        drivers = [self.driver]
        if self.kind == "twice":
            copy = self.home / "again.json"
            if not copy.exists():  # written anew it would be another driver
                shutil.copyfile(self.driver, copy)
            drivers.append(copy)
        if self.killer is not None:
            drivers.insert(0, self.killer)
        listed = os.pathsep.join(map(str, drivers))
        return os.environ | {
            "VK_DRIVER_FILES": listed, "VK_ICD_FILENAMES": listed,
            "GGML_VK_VISIBLE_DEVICES": ",".join(str(number) for number in range(len(drivers))),
            "LD_PRELOAD": str(self.limit), "CARD_SAYS": str(says_bytes), "CARD_GIVES": str(self.gives),
            "GGML_NO_BACKTRACE": "1",
        }  # fmt: skip
