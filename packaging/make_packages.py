"""`make packages`: what people install, in dist/.

    python packaging/make_packages.py [--out dist] [--python PYTHON] [--key KEY]

A wheel and a source archive, a Debian package, an archive of the same files, a list of all parts (CycloneDX), and
SHA256SUMS, signed with `--key` by gpg. A compiler, cmake, nasm, and the network are needed here, and nowhere later.
Compiled wheels are kept in dist/.work and used again.
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

from deb import write_archive, write_deb
from system import output_of
from tree import build_tree


def main() -> int:
    options = _options()
    out, work = options.out.resolve(), options.out.resolve() / ".work"
    work.mkdir(parents=True, exist_ok=True)
    seconds = int(output_of("git", "-C", str(SOURCE), "log", "-1", "--format=%ct"))
    os.environ["SOURCE_DATE_EPOCH"] = str(seconds)
    when = datetime.fromtimestamp(seconds, UTC)
    version = _version()
    wheels = work / "wheels"
    _compile(work, wheels)
    made = _own_wheels(out, wheels)
    _download(wheels, options.python)
    tree = work / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    print("Installing into a tree", flush=True)
    build_tree(tree, SOURCE, wheels, options.python, version, f"{when:%Y-%m-%d}")
    made.append(write_archive(tree, out, version, seconds))
    made.append(write_deb(tree, out, version, options.python, format_datetime(when), seconds))
    made.append(_parts(tree, out, version))
    _sums(out, made, options.key)
    for path in made:
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("make packages")
    parser.add_argument("--out", type=Path, default=SOURCE / "dist")
    parser.add_argument("--python", default=PYTHON, help="the interpreter that the package will depend on")
    parser.add_argument("--key", help="gpg's name of the key that signs SHA256SUMS")
    return parser.parse_args()


def _version() -> str:
    (found,) = re.findall(
        r'^__version__ = "(.+)"', (SOURCE / "app/fanlight/__init__.py").read_text("utf-8"), re.MULTILINE
    )
    return str(found)


def _compile(work: Path, wheels: Path) -> None:
    """The two wheels that the index has not as they are needed; minutes, once."""
    for script, pattern in (("build_llama.sh", "llama_cpp_python-*.whl"), ("build_av.sh", "av-*.whl")):
        if not any(wheels.glob(pattern)):
            print(f"{script}: minutes", flush=True)
            command = [
                "sh",
                str(HERE / "package" / script),
                str(work / script.removesuffix(".sh")),
                str(wheels),
                sys.executable,
            ]
            subprocess.run(command, check=True)


def _compiled(wheels: Path) -> list[Path]:
    return sorted([*wheels.glob("llama_cpp_python-*.whl"), *wheels.glob("av-*.whl")])


def _own_wheels(out: Path, wheels: Path) -> list[Path]:
    """Of fanlight-core and fanlight, and the source archive."""
    fresh = out / ".work" / "own"
    shutil.rmtree(fresh, ignore_errors=True)
    for folder, kinds in ((SOURCE, ["--sdist", "--wheel"]), (HERE / "fanlight", ["--wheel"])):
        command = [sys.executable, "-m", "build", *kinds, "--outdir", str(fresh), str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    made = []
    for path in sorted(fresh.iterdir()):
        made.append(Path(shutil.copyfile(path, out / path.name)))
        if path.suffix == ".whl":
            shutil.copyfile(path, wheels / path.name)
    return made


def _download(wheels: Path, python: str) -> None:
    """Everything else, as wheels for the distribution's Python. Those of the index that were built here are removed."""
    minor = Path(python).name.removeprefix("python")
    built = _compiled(wheels)
    versions = wheels.parent / "built.txt"
    versions.write_text("".join("{}=={}\n".format(*path.name.split("-")[:2]) for path in built))
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--only-binary=:all:"]
    options = [f"--find-links={wheels}", f"--python-version={minor}", f"--constraint={versions}", f"--dest={wheels}"]
    subprocess.run([*command, *options, "fanlight"], check=True)
    for path in _compiled(wheels):
        if path not in built:
            path.unlink()


def _parts(tree: Path, out: Path, version: str) -> Path:
    """The list of parts in CycloneDX's form, of what the tree holds."""
    path = out / f"fanlight-{version}.cdx.json"
    environment = tree / "usr/lib/fanlight/bin/python3"
    subprocess.run(
        [str(Path(sys.executable).with_name("cyclonedx-py")), "environment", "--output-reproducible", "--of", "JSON",
         "-o", str(path), str(environment)],
        check=True,
    )  # fmt: skip
    return path


def _sums(out: Path, made: list[Path], key: str | None) -> None:
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (out / "SHA256SUMS").write_text("".join(lines))
    if key:
        command = ["gpg", "--batch", "--yes", "--local-user", key, "--armor", "--detach-sign", str(out / "SHA256SUMS")]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    sys.exit(main())
