"""`make packages`: what people install, in dist/.

    python packaging/make_packages.py [--out dist] [--python PYTHON] [--key KEY] [--level N] [--only NAME]

A wheel and a source archive, Debian packages, archives of the same files, lists of all parts (CycloneDX), and
SHA256SUMS, signed with `--key` by gpg. A compiler, cmake, and the network are needed here, and nowhere later. Compiled
and fetched wheels are kept in dist/.work and used again.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

HERE = Path(__file__).parent
SOURCE = HERE.parent
PYTHON = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
sys.path.insert(0, str(HERE / "package"))

from deb import Release, write_archive, write_deb
from parts_list import write_parts
from system import folder_bytes, output_of
from tree import Contents, build_tree

VERSIONS = HERE / "package" / "versions.txt"
"""Of all that is fetched: two builds, months apart, have the same inside."""
WHOLE, SMALL = "fanlight", "fanlight-small"
PARTS = {WHOLE: "fanlight", SMALL: "fanlight-core[audio,documents,fetch]"}
SUMMARIES = {
    WHOLE: " .\n This package has all parts of Fanlight.\n",
    SMALL: " .\n This package neither recognizes speech nor reads the text in pictures; the\n package fanlight does.\n",
}


def main() -> int:
    options = _options()
    out, work = options.out.resolve(), options.out.resolve() / ".work"
    work.mkdir(parents=True, exist_ok=True)
    seconds = int(output_of("git", "-C", str(SOURCE), "log", "-1", "--format=%ct"))
    os.environ["SOURCE_DATE_EPOCH"] = str(seconds)
    wheels = work / "wheels"
    _compile(work, wheels)
    made = _own_wheels(out, wheels)
    _download(wheels, options.python, [path for path in made if path.suffix == ".whl"])
    for name in [options.only] if options.only else PARTS:
        made += _packages(out, wheels, name, seconds, options)
    _sums(out, made, options.key)
    for path in made:
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("make packages")
    parser.add_argument("--out", type=Path, default=SOURCE / "dist")
    parser.add_argument("--python", type=Path, default=Path(PYTHON), help="the interpreter that the packages will hold")
    parser.add_argument("--key", help="gpg's name of the key that signs SHA256SUMS")
    parser.add_argument("--level", type=int, default=9, help="zstd's; more costs minutes and wins one percent")
    parser.add_argument("--only", choices=PARTS, help="this package alone")
    parser.add_argument(
        "--maintainer", default="The Fanlight developers <developers@fanlight.invalid>", help="whom Debian's tools name"
    )
    return parser.parse_args()


def _version() -> str:
    (found,) = re.findall(
        r'^__version__ = "(.+)"', (SOURCE / "app/fanlight/__init__.py").read_text("utf-8"), re.MULTILINE
    )
    return str(found)


def _packages(out: Path, wheels: Path, name: str, seconds: int, options: argparse.Namespace) -> list[Path]:
    """The package `name`, its archive, and its list of parts."""
    when, version = datetime.fromtimestamp(seconds, UTC), _version()
    tree = out / ".work" / f"tree-{name}"
    shutil.rmtree(tree, ignore_errors=True)
    print(f"{name}: installing into a tree", flush=True)
    requirement = f"{PARTS[name]}=={version}"
    build_tree(tree, Contents(SOURCE, wheels, options.python, requirement, name, version, f"{when:%Y-%m-%d}"))
    parts = write_parts(tree, out / f"{name}-{version}.cdx.json", version)
    print(f"{name}: {folder_bytes(tree) / 1e6:.0f} MB; packing", flush=True)
    other = SMALL if name == WHOLE else WHOLE
    release = Release(
        name, version, format_datetime(when), seconds, options.maintainer, options.level, SUMMARIES[name], other
    )
    return [write_deb(tree, out, release), write_archive(tree, out, release), parts]


def _compile(work: Path, wheels: Path) -> None:
    """The two wheels that the index has not as they are needed; minutes, once."""
    tools = Path(os.environ.setdefault("VULKAN_SDK", str(work / "vulkan")))
    if not (tools / "bin" / "glslc").exists():
        subprocess.run(["sh", str(HERE / "package" / "vulkan_tools.sh"), str(tools)], check=True)
    for script, pattern in (("build_llama.sh", "llama_cpp_python-*.whl"), ("build_av.sh", "av-*.whl")):
        if not any(wheels.glob(pattern)):
            print(f"{script}: minutes", flush=True)
            folder = work / script.removesuffix(".sh")
            command = ["sh", str(HERE / "package" / script), str(folder), str(wheels), sys.executable]
            subprocess.run(command, check=True)


def _compiled(wheels: Path) -> list[Path]:
    return sorted([*wheels.glob("llama_cpp_python-*.whl"), *wheels.glob("av-*.whl")])


def _own_wheels(out: Path, wheels: Path) -> list[Path]:
    """Of fanlight-core and fanlight, and the source archive, from which fanlight-core's is made: so it is complete."""
    fresh = out / ".work" / "own"
    shutil.rmtree(fresh, ignore_errors=True)
    jobs: tuple[tuple[Path, list[str]], ...] = ((SOURCE, []), (HERE / "fanlight", ["--wheel"]))
    for folder, kinds in jobs:
        command = [sys.executable, "-m", "build", *kinds, "--outdir", str(fresh), str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    made = []
    for path in sorted(fresh.iterdir()):
        made.append(Path(shutil.copyfile(path, out / path.name)))
        if path.suffix == ".whl":
            shutil.copyfile(path, wheels / path.name)
    return made


def _download(wheels: Path, python: Path, own: list[Path]) -> None:
    """Everything else, as wheels for the distribution's Python. `own` are named by their files: the index is not asked
    whether it has something of their names. Those that were compiled here are not replaced by the index's."""
    minor = python.name.removeprefix("python")
    built = _compiled(wheels)
    versions = wheels.parent / "built.txt"
    versions.write_text("".join("{}=={}\n".format(*path.name.split("-")[:2]) for path in built))
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--only-binary=:all:"]
    bounds = [f"--constraint={versions}", f"--constraint={VERSIONS}"]
    options = [f"--find-links={wheels}", f"--python-version={minor}", *bounds, f"--dest={wheels}"]
    subprocess.run([*command, *options, *map(str, own)], check=True)
    for path in _compiled(wheels):
        if path not in built:
            path.unlink()


def _sums(out: Path, made: list[Path], key: str | None) -> None:
    lines = []
    for path in made:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    (out / "SHA256SUMS").write_text("".join(lines))
    (out / "SHA256SUMS.asc").unlink(missing_ok=True)
    if key:
        command = ["gpg", "--batch", "--yes", "--local-user", key, "--armor", "--detach-sign", str(out / "SHA256SUMS")]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
