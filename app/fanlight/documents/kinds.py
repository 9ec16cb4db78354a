"""Which files are documents: PDF by its content, text by its name."""

from __future__ import annotations

from pathlib import PurePath

from fanlight.domain.documents import DocumentKind

HEAD_BYTES = 1024
"""A PDF says so within these."""
PDF_SUFFIXES = (".pdf",)
TEXT_SUFFIXES = (
    ".txt", ".text", ".md", ".markdown", ".rst", ".adoc", ".org", ".tex", ".log", ".csv", ".tsv", ".diff", ".patch",
    ".py", ".pyi", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".cs", ".java",
    ".kt", ".go", ".rs", ".rb", ".php", ".pl", ".lua", ".swift", ".scala", ".hs", ".ml", ".r", ".jl", ".sh", ".bash",
    ".zsh", ".fish", ".ps1", ".bat", ".sql", ".css", ".scss", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".conf",
    ".cmake", ".mk", ".srt", ".vtt", ".bib",
)  # fmt: skip
TEXT_NAMES = ("makefile", "dockerfile", "readme", "license", "changelog")


def document_kind(name: str, head: bytes) -> DocumentKind | None:
    """`head`: the first HEAD_BYTES of the file."""
    if b"%PDF-" in head[:HEAD_BYTES]:
        return "pdf"
    return "text" if is_text_name(name) else None


def is_text_name(name: str) -> bool:
    path = PurePath(name.lower())
    return path.suffix in TEXT_SUFFIXES or path.name in TEXT_NAMES


def is_document_name(name: str) -> bool:
    """By the name alone."""
    return PurePath(name.lower()).suffix in PDF_SUFFIXES or is_text_name(name)
