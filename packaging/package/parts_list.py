"""The list of parts in CycloneDX's form (SBOM), of what a tree holds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from licenses import Part, bundled_parts, parts_inside


class InvalidList(Exception):
    """What was written is not as CycloneDX's schema has it."""


def write_parts(tree: Path, path: Path, version: str) -> Path:
    """The packages as cyclonedx-py finds them in the tree's Python, then what `parts.toml` names inside them.
    Raises InvalidList."""
    program = Path(sys.executable).with_name("cyclonedx-py")
    python = tree / "usr/lib/fanlight/bin/python3"
    subprocess.run(
        [str(program), "environment", "--output-reproducible", "--of", "JSON", "-o", str(path), str(python)], check=True
    )
    stated = json.loads(path.read_text("utf-8"))
    (site,) = tree.glob("usr/lib/fanlight/lib/python3.*/dist-packages")
    listed = with_bundled(stated, parts_inside(site, bundled_parts()), version)
    text = json.dumps(listed, indent=1, sort_keys=True) + "\n"
    refuse_invalid(text)
    path.write_text(text, "utf-8")
    return path


def refuse_invalid(text: str) -> None:
    """Raises InvalidList."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    if (error := JsonStrictValidator(version).validate_str(text)) is not None:
        raise InvalidList(str(error))


def with_bundled(stated: dict[str, Any], bundled: list[Part], version: str) -> dict[str, Any]:
    """`stated` is a list of packages; no path of the builder's machine stays in it."""
    for component in stated.get("components", ()):
        component.pop("properties", None)
        component["externalReferences"] = [
            reference
            for reference in component.get("externalReferences", ())
            if not str(reference.get("url", "")).startswith("file:")
        ]
    stated.setdefault("components", []).extend(_component(part) for part in bundled)
    about = {"type": "application", "name": "fanlight", "version": version, "bom-ref": "fanlight-package"}
    stated.setdefault("metadata", {})["component"] = about
    return stated


def _component(part: Part) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": "bundled:" + "-".join(part.name.lower().split()),
        "name": part.name,
        "licenses": [{"expression": part.license}],
        "externalReferences": [{"type": "website", "url": part.source}] if "://" in part.source else [],
    }
