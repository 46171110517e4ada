"""A language made up for a test: a catalogue as gettext reads it, without a compiler of its own."""

import struct
from collections.abc import Mapping
from pathlib import Path

_MAGIC = 0x950412DE
_HEAD = 28
_ENTRY = 8
_HEADER = "Content-Type: text/plain; charset=UTF-8\n"


def write_catalogue(folder: Path, language: str, words: Mapping[str, str]) -> None:
    """Make `folder` one for `LOCALE_PATHS`, in which the language says these words."""
    entries = sorted((one.encode(), other.encode()) for one, other in ({"": _HEADER} | dict(words)).items())
    place = folder / language / "LC_MESSAGES" / "django.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(_compiled(entries))


def _compiled(entries: list[tuple[bytes, bytes]]) -> bytes:
    """The tables of lengths and offsets, and then all texts, each with a NUL behind it."""
    originals, translations = _HEAD, _HEAD + _ENTRY * len(entries)
    at = translations + _ENTRY * len(entries)
    tables, texts = b"", b""
    for text in (*(one for one, _ in entries), *(other for _, other in entries)):
        tables += struct.pack("<II", len(text), at + len(texts))
        texts += text + b"\0"
    head = struct.pack("<7I", _MAGIC, 0, len(entries), originals, translations, 0, at)
    return head + tables + texts
