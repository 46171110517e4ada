"""What the demo found: checks by step, told while it goes on, and summed up in a table."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tandem.cli.output import results, table


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was read back, and whether it was as it should be."""

    what: str
    held: bool


@dataclass(slots=True)
class Chapter:
    """One step: what it did in figures, what was checked, how long it took."""

    title: str
    checks: list[Check] = field(default_factory=list)
    figures: str = ""
    seconds: float = 0.0

    def check(self, what: str, held: object) -> None:
        self.checks.append(Check(what, bool(held)))

    @property
    def held(self) -> bool:
        return bool(self.checks) and all(check.held for check in self.checks)


@dataclass(slots=True)
class Report:
    """All chapters so far."""

    chapters: list[Chapter] = field(default_factory=list)

    @contextmanager
    def chapter(self, title: str) -> Iterator[Chapter]:
        """Time a step and tell its outcome; what it raises is one more check that did not hold, and ends the demo."""
        chapter = Chapter(title)
        self.chapters.append(chapter)
        begun = time.monotonic()
        try:
            yield chapter
        except Exception as error:
            chapter.check(f"it went through ({type(error).__name__}: {error})", held=False)
            raise
        finally:
            chapter.seconds = time.monotonic() - begun
            _tell(chapter)

    @property
    def held(self) -> bool:
        return bool(self.chapters) and all(chapter.held for chapter in self.chapters)

    def print_table(self) -> None:
        rows = [
            (chapter.title, f"{sum(c.held for c in chapter.checks)} of {len(chapter.checks)}", chapter.figures,
             f"{chapter.seconds:.1f} s")
            for chapter in self.chapters
        ]  # fmt: skip
        total = sum(chapter.seconds for chapter in self.chapters)
        results.print()
        results.print(table(["Step", "Held", "Figures", "Took"], [*rows, ("In all", "", "", f"{total:.1f} s")]))
        verdict = "All of it held." if self.held else "Not all of it held: see the lines marked ✗."
        results.print(f"\n{verdict}", style="bold green" if self.held else "bold red")


def _tell(chapter: Chapter) -> None:
    results.print(f"\n{chapter.title}", style="bold", markup=False)
    for check in chapter.checks:
        style = "green" if check.held else "bold red"
        results.print(f"  {'✓' if check.held else '✗'} {check.what}", style=style, markup=False)
