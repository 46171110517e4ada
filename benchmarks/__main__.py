"""`python -m benchmarks`: measure, and print a table; exit 1 where a promise does not hold."""

import argparse
import sys
from datetime import UTC, datetime

from benchmarks.stage import stage

NAMES = ("first_import", "no_change", "changes_in_google", "changes_here", "meeting", "push", "list")


def main() -> int:
    """Run the chosen measurements, one after the other."""
    options = _parser().parse_args()
    with stage() as sandbox:
        from benchmarks.figures import machine_line, table_of
        from benchmarks.measures import Measures

        measures = Measures(sandbox, options.contacts)
        figures = []
        for name in options.only or NAMES:
            for figure in getattr(measures, name)():
                print(f"  {figure.what}: {figure.ratio:.1f} floors", file=sys.stderr, flush=True)
                figures.append(figure)
        print(f"{datetime.now(UTC):%Y-%m-%d}; {machine_line()}.\n\n{table_of(figures)}")
    return 0 if all(figure.is_held is not False for figure in figures) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--contacts", type=int, default=25_000, help="the large address book (default: %(default)s)")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
