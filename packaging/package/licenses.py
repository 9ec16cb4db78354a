"""Every package that ships, with its license and source, as one file; and what must not ship is refused."""

from __future__ import annotations

import shutil
from importlib.metadata import Distribution, distributions
from pathlib import Path

GPL_LIBRARIES = ("libx264", "libx265", "libxvidcore", "libpostproc", "libde265enc")
"""GPL alone, in wheels whose own license does not say so."""
SHORT = 80


class GplInside(Exception):
    """A library under the GPL would be part of the package."""


def write_licenses(folder: Path, source: Path, site: Path) -> None:
    """`copyright` in Debian's place, the packages' own license files beside it. Raises GplInside."""
    folder.mkdir(parents=True)
    refuse_gpl(site)
    known = [_about(one) for one in sorted(distributions(path=[str(site)]), key=lambda one: one.name.lower())]
    lines = [(source / "LICENSE").read_text("utf-8"), "", "The parts of this package, and their licenses:", ""]
    lines += [f"{one['name']} {one['version']}: {one['license']}\n    {one['source']}" for one in known]
    lines += ["", (source / "packaging/package/bundled.txt").read_text("utf-8")]
    (folder / "copyright").write_text("\n".join(lines), "utf-8")
    for one in distributions(path=[str(site)]):
        for file in one.files or ():
            if "licenses" in file.parts or file.name.upper().startswith(("LICENSE", "COPYING", "NOTICE")):
                place = folder / "licenses" / one.name / file.name
                place.parent.mkdir(parents=True, exist_ok=True)
                if (found := Path(str(one.locate_file(file)))).is_file():
                    shutil.copyfile(found, place)


def refuse_gpl(site: Path) -> None:
    found = [str(path.relative_to(site)) for name in GPL_LIBRARIES for path in site.rglob(f"{name}*")]
    if found:
        raise GplInside(f"under the GPL, and cannot be part of the package: {', '.join(found)}")


def _about(one: Distribution) -> dict[str, str]:
    data = one.metadata
    classes = [line.split("::")[-1].strip() for line in data.get_all("Classifier") or () if line.startswith("License")]
    written = data.get("License-Expression") or ", ".join(classes) or (data.get("License") or "").strip()
    addresses = [line.partition(",")[2].strip() for line in data.get_all("Project-URL") or ()]
    return {
        "name": one.name,
        "version": one.version,
        "license": " ".join(written.split())[:SHORT] or "see its license file",
        "source": data.get("Home-page") or next(iter(addresses), f"https://pypi.org/project/{one.name}/"),
    }
