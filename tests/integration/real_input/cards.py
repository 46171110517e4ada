"""vCards as other programs write them, line by line. What can't be read is reported, and the rest is used."""

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from vobject.base import ContentLine, VObjectError, getLogicalLines, textLineToContentLine

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_CHARSET = re.compile(rb"CHARSET=\"?([\w-]+)", re.IGNORECASE)
_LINE_END = re.compile(r"\r*\n|\r")  # some files have a CR too many


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that no card has: where it stands, and why."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class VCard:
    """One card's lines, in the order written."""

    file: str
    lines: list[ContentLine] = field(default_factory=list)

    def all(self, *names: str) -> list[ContentLine]:
        return [line for line in self.lines if line.name in names]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder of vCards holds."""

    cards: list[VCard] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def read_folder(folder: Path) -> Reading:
    """Every `.vcf` below a folder."""
    reading = Reading()
    for path in sorted(folder.rglob("*.vcf")):
        _read_text(_text_of(path.read_bytes()), str(path.relative_to(folder)), reading)
    return reading


def read_text(text: str) -> Reading:
    """A text of vCards that stands in no file."""
    reading = Reading()
    _read_text(text, "", reading)
    return reading


def _text_of(content: bytes) -> str:
    """UTF-8, else the charset that the file names, else what Windows wrote."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode()
    except UnicodeDecodeError:
        named = _CHARSET.search(content)
        return content.decode(named[1].decode() if named else "cp1252", errors="replace")


def _read_text(text: str, file: str, reading: Reading) -> None:
    """The cards of a text; one inside another is a card of its own, one that is never closed is used as it is."""
    open_cards: list[VCard] = []
    for line, number in getLogicalLines(io.StringIO(_LINE_END.sub("\n", text)), allowQP=True):
        try:
            read = textLineToContentLine(line, number)
        except (VObjectError, UnicodeError, LookupError) as error:
            reading.unread.append(Unread(file, number, f"{type(error).__name__}: {error}"))
            continue
        match read.name:
            case "BEGIN":
                open_cards.append(VCard(file))
            case "END" if open_cards:
                reading.cards.append(open_cards.pop())
            case _ if open_cards:
                open_cards[-1].lines.append(read)
            case _:
                reading.unread.append(Unread(file, number, "outside of every card"))
    reading.unread.extend(Unread(file, 0, "never closed") for _ in open_cards)
    reading.cards.extend(reversed(open_cards))
