"""Plants bugs in a copy of the engine, one at a time, and sees whether examples or the machine catch them.

`python -m tests.property.contactsync.planted [--machine] [WORD ...]`; `--machine` leaves the examples out, a word
chooses the bugs whose sentence has it. TANDEM_EXAMPLES says how long the machine looks (default 150). Exits 1 if a
bug survives that has no reason to.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.property.contactsync.bugs import BUGS, Bug

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = tuple(
    f"tests/unit/contactsync/test_{name}.py"
    for name in (
        "plan",
        "outgoing",
        "execute",
        "push",
        "link_states",
        "asking",
        "brake",
        "merged_in_google",
        "merge",
        "match",
        "interrupted",
        "refill",
        "healing",
        "closing",
        "nothing_to_send",
        "nothing_was_sent",
        "push_search",
        "renamed",
        "sets_at_a_push",
        "twins",
    )
)
MACHINE = ("tests/property/contactsync/test_machine.py",)
SETTINGS = "[pytest]\nasyncio_mode = auto\naddopts = -q -x -p no:cacheprovider --tb=no\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who caught a bug; None where it survived."""

    bug: Bug
    caught_by: str | None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--machine", action="store_true", help="the machine alone, without the examples")
    arguments = parser.parse_args()
    chosen = [bug for bug in BUGS if all(word in bug.sentence for word in arguments.words)]
    verdicts = []
    for verdict in _verdicts(chosen, machine_only=arguments.machine):
        verdicts.append(verdict)
        known = f" ({verdict.bug.survives_because})" if verdict.bug.survives_because else ""
        _say(f"{verdict.caught_by or 'SURVIVED':9} {verdict.bug.sentence}{known}")
    survivors = [verdict for verdict in verdicts if verdict.caught_by is None]
    _say(f"{len(verdicts) - len(survivors)} of {len(verdicts)} planted bugs were caught")
    return 1 if any(not verdict.bug.survives_because for verdict in survivors) else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _verdicts(bugs: list[Bug], *, machine_only: bool) -> Iterator[Verdict]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "src" / "contactsync", copy / "src" / "contactsync")
        shutil.copytree(ROOT / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "tests" / "conftest.py").unlink(missing_ok=True)
        (copy / "pytest.ini").write_text(SETTINGS)
        for bug in bugs:
            path = copy / bug.file
            healthy = path.read_text()
            assert healthy.count(bug.before) == 1, (
                f"{bug.sentence}: its place is there {healthy.count(bug.before)} times"
            )
            path.write_text(healthy.replace(bug.before, bug.after))
            yield Verdict(bug, _caught_by(copy, machine_only=machine_only))
            path.write_text(healthy)


def _caught_by(copy: Path, *, machine_only: bool) -> str | None:
    if not machine_only and _fails(copy, EXAMPLES):
        return "examples"
    return "machine" if _fails(copy, MACHINE) else None


def _fails(copy: Path, paths: tuple[str, ...]) -> bool:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{copy / 'src'}{os.pathsep}{copy}",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    environment.setdefault("TANDEM_EXAMPLES", "150")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *paths], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
