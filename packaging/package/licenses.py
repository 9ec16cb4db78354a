"""Every file that ships, with the part it belongs to, its license, and where its source is; what must not ship, or
nobody knows, is refused."""

from __future__ import annotations

import fnmatch
import gzip
import re
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePath

from bytecode import source_of
from system import regular_files

GPL_LIBRARIES = ("libx264", "libx265", "libxvidcore", "libpostproc", "libde265enc")
"""GPL alone, in wheels whose own license does not say so."""
SPDX_LONGEST = 80
"""Of a license that a package names; what is longer is a license's text."""
COMMON = """Debian has the texts of the LGPL and of the Apache License in /usr/share/common-licenses/LGPL-3,
/usr/share/common-licenses/LGPL-2.1, and /usr/share/common-licenses/Apache-2.0."""
TABLE = Path(__file__).with_name("parts.toml")


class GplInside(Exception):
    """What is under the GPL would be part of the package."""


class UnknownPart(Exception):
    """Nobody says whose a file is, or under which license."""


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    license: str
    source: str
    version: str = ""
    files: tuple[str, ...] = ()
    """Patterns."""
    replace: str = ""
    """How it is exchanged for another build."""


def bundled_parts(table: Path = TABLE) -> list[Part]:
    """What `parts.toml` names."""
    stated = tomllib.loads(table.read_text("utf-8"))["part"]
    return [Part(**{**one, "files": tuple(one["files"])}) for one in stated]


def package_parts(packages: Iterable[Distribution], table: Path = TABLE) -> list[Part]:
    """Raises GplInside, UnknownPart."""
    read = tomllib.loads(table.read_text("utf-8"))["licenses"]
    return [_package_part(one, read.get(one.name, "")) for one in sorted(packages, key=lambda one: one.name.lower())]


def write_licenses(folder: Path, source: Path, site: Path) -> None:
    """`copyright` and `files.gz` in Debian's place, the packages' own license files beside them. `site` holds the
    packages, with their RECORDs. Raises GplInside, UnknownPart."""
    folder.mkdir(parents=True)
    refuse_gpl(site)
    packages = list(distributions(path=[str(site)]))
    known, bundled = package_parts(packages), parts_inside(site, bundled_parts())
    lines = [(source / "LICENSE").read_text("utf-8"), "", "The parts of this package, and their licenses:", ""]
    lines += [_told(one) for one in known]
    lines += ["", "Inside them, or beside them, under licenses of their own:", "", *map(_told, bundled)]
    lines += ["", COMMON]
    (folder / "copyright").write_text("\n".join(lines) + "\n", "utf-8")
    _copy_texts(folder / "licenses", packages, site)
    for copied in site.glob("*.dist-info/licenses"):
        shutil.rmtree(copied)
    owners = owners_of_files(site, packages, bundled, dict(zip((one.name for one in known), known, strict=True)))
    listed = "".join(f"/usr/lib/fanlight/{file}\t{part.name}\t{part.license}\n" for file, part in owners)
    with gzip.GzipFile(folder / "files.gz", "wb", mtime=0) as packed:
        packed.write(listed.encode())


def parts_inside(site: Path, bundled: list[Part]) -> list[Part]:
    """Those of `bundled` that have a file below usr/lib/fanlight, or are compiled into one."""
    owners = (bundled_owner(_in_table(path, site), bundled) for path in regular_files(site.parents[2]))
    owning = {part.name for part in owners if part is not None}
    return [part for part in bundled if part.name in owning or not part.files]


def owners_of_files(
    site: Path, packages: Iterable[Distribution], bundled: list[Part], known: Mapping[str, Part]
) -> list[tuple[str, Part]]:
    """Of each file below usr/lib/fanlight, in order. Raises UnknownPart for those that belong to nobody, and for a
    library inside a wheel that `bundled` does not name."""
    home = site.parents[2]
    recorded = {str(site / str(file)): known[one.name] for one in packages for file in one.files or ()}
    owners, unknown = list[tuple[str, Part]](), list[str]()
    for path in regular_files(home):
        file = str(path.relative_to(home))
        part = bundled_owner(_in_table(path, site), bundled)
        if part is None and not _is_of_others(path, site):
            part = recorded.get(str(source_of(path))) or _of_its_folder(path, site, recorded)
        if part is None:
            unknown.append(file)
        else:
            owners.append((file, part))
    if unknown:
        raise UnknownPart(f"packaging/package/parts.toml does not say whose these are: {', '.join(unknown)}")
    return owners


def _is_of_others(path: Path, site: Path) -> bool:
    """A library inside a package that is not called as the package is, as libpdfium.so in pypdfium2_raw."""
    if path.parent.name.endswith(".libs"):
        return True
    library = re.match(r"lib(\w+).*\.so", path.name.lower())
    return library is not None and site in path.parents and not library[1].startswith(_package_folder(path, site))


def _package_folder(path: Path, site: Path) -> str:
    return path.relative_to(site).parts[0].lower()


def _in_table(path: Path, site: Path) -> str:
    """As the patterns of `parts.toml` have it."""
    home = site.parents[2]
    return str(path.relative_to(home)).replace(str(site.relative_to(home)), "site", 1)


def bundled_owner(file: str, bundled: Iterable[Part]) -> Part | None:
    """The part with the longest pattern that fits; packages are not Python's, though they lie below its folder."""
    fitting = [(len(pattern), index, part) for index, part in enumerate(bundled) for pattern in part.files
               if fnmatch.fnmatchcase(file, pattern)]  # fmt: skip
    return max(fitting)[2] if fitting else None


def refuse_gpl(site: Path) -> None:
    found = [str(path.relative_to(site)) for name in GPL_LIBRARIES for path in site.rglob(f"{name}*")]
    if found:
        raise GplInside(f"under the GPL, and cannot be part of the package: {', '.join(found)}")


def _of_its_folder(path: Path, site: Path, recorded: Mapping[str, Part]) -> Part | None:
    """Links that were made here, and what pip wrote: their folder's."""
    if site not in path.parents:
        return None
    return next((part for file, part in recorded.items() if file.startswith(f"{path.parent}/")), None)


def _package_part(one: Distribution, read: str) -> Part:
    """`read` is what we know from its license file."""
    data = one.metadata
    classes = [line.split("::")[-1].strip() for line in data.get_all("Classifier") or () if line.startswith("License")]
    classes = [name for name in classes if name != "OSI Approved"]
    written = (data.get("License") or "").strip()
    stated = " ".join((data.get("License-Expression") or ", ".join(classes) or written).split())
    if not 0 < len(stated) <= SPDX_LONGEST:
        stated = written.partition("\n")[0][:SPDX_LONGEST]
    stated = stated or read
    if not stated:
        raise UnknownPart(f"{one.name} does not say its license.")
    if re.search(r"(?<!L)GPL|General Public", stated) and not re.search("LGPL|Lesser|exception", stated):
        raise GplInside(f"{one.name} is under {stated}, and cannot be part of the package.")
    addresses = [line.partition(",")[2].strip() for line in data.get_all("Project-URL") or ()]
    source = data.get("Home-page") or next(iter(addresses), f"https://pypi.org/project/{one.name}/")
    return Part(one.name, stated, source, one.version)


def _told(part: Part) -> str:
    name = f"{part.name} {part.version}".strip()
    return f"{name}: {part.license}\n    {part.source}" + (f"\n    {part.replace}" if part.replace else "")


def _copy_texts(folder: Path, packages: Iterable[Distribution], site: Path) -> None:
    for one in packages:
        for file in one.files or ():
            found = site / str(file)
            if found.is_file() and (
                "licenses" in file.parts or file.name.upper().startswith(("LICENSE", "COPYING", "NOTICE", "THIRDPARTY"))
            ):
                place = folder / one.name / _place_of_text(file)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(as_utf8(found.read_bytes()))


def as_utf8(text: bytes) -> bytes:
    """As Debian wants it; older texts have their makers' names in Latin-1."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1").encode()
    return text


def _place_of_text(file: PurePath) -> PurePath:
    """Several texts of a package may have one name, and name one another by their places."""
    parts = file.parts[1:] if file.parts[0].endswith(".dist-info") else file.parts
    return PurePath(*parts[parts.index("licenses") + 1 :] if "licenses" in parts else parts)
