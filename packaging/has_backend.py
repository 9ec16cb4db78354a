"""`python has_backend.py KIND VERSION`: exit status 0 where that llama-cpp-python is installed, with this backend; KIND
any: with one for graphics devices, in whatever version."""

from __future__ import annotations

import sys
from importlib import metadata

_ON_PROCESSOR = ("ggml-base", "ggml-cpu", "ggml-blas")


def main(kind: str, version: str = "") -> int:
    try:
        installed = metadata.distribution("llama-cpp-python")
    except metadata.PackageNotFoundError:
        return 1
    libraries = [path.name for path in installed.files or () if path.suffix in (".so", ".dylib", ".dll")]
    if kind == "any":
        return 0 if any("ggml-" in name and not any(one in name for one in _ON_PROCESSOR) for name in libraries) else 1
    return 0 if installed.version == version and any(f"ggml-{kind}" in name for name in libraries) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
