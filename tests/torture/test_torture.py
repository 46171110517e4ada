"""The engine over real parts, under random edits, faults and stops at any point: the invariants hold.

TANDEM_TORTURE says how many sequences are tried; `make torture` tries 2,000, in parts that run beside one another: a
sequence waits more than it computes.
"""

import json
import os
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from google_sandbox.server import SandboxServer
from tests.torture.machine import FAULTS, reached
from tests.torture.meanwhile import Meanwhile
from tests.torture.stopping import Fuse

SEQUENCES = int(os.environ.get("TANDEM_TORTURE", "7"))
STEPS = 12
PARTS = max(1, SEQUENCES // 125)
#: What all parts together must have done how often in a hundred sequences, at least; and met every kind of fault three
#: times in a thousand.
MINIMUM = {
    "sequences": 100, "sync": 70, "push": 25, "push many": 10, "edit many here": 1, "stopped": 15, "edit here": 12,
    "edit a name on both sides": 6, "edit in Google": 12, "create here": 8, "create in Google": 8,
    "delete here": 6, "restore here": 4, "delete in Google": 4, "hide in Google": 1, "merge in Google": 8,
    "label in Google": 1, "touch in Google": 1, "edit address and birthday here": 12,
    "edit address and birthday in Google": 8, "merge here": 5, "undo": 8, "answer a conflict": 0.8, "bring back": 1.5,
    "plan": 8, "yes to what is held": 2.5, "no to what is held": 1.5, "every other row to what is held": 2.5,
    "yes to what is planned": 0.1, "no to what is planned": 0.3, "every other row to what is planned": 0.3,
    "answer an old plan": 0.1, "connect again": 12, "pause": 2.5, "unlink": 2, "link_again": 0.2, "meanwhile": 8,
    "time: expire-tokens": 5, "time: clock": 5,
}  # fmt: skip
MINIMUM |= {f"fault {fault}": 0.3 for faults in FAULTS.values() for fault in faults}


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
def test_the_invariants_hold_over_real_parts(
    server: SandboxServer, fuse: Fuse, tmp_path_factory: pytest.TempPathFactory, part: int
) -> None:
    Meanwhile.server, Meanwhile.fuse = server, fuse
    reached.clear()
    begun = time.monotonic()
    try:
        run_state_machine_as_test(
            Meanwhile,
            settings=settings(
                max_examples=SEQUENCES // PARTS,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=SEQUENCES < 100,  # a long run tries others each time
                database=None,
                phases=tuple(Phase) if os.environ.get("TANDEM_SHRINK") else (Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    except BaseException as error:
        sys.stderr.write("".join(traceback.format_exception(error)))  # at once, whatever the other parts still do
        raise
    finally:
        took = f"{time.monotonic() - begun:.0f} s, {fuse.burnt} requests and transactions"
        sys.stderr.write(f"\n{reached['sequences']} sequences in {took}: {dict(sorted(reached.items()))}\n")
    if SEQUENCES >= 100:
        _check_reach(_shared_folder(tmp_path_factory), part)


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of the session have in common."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def _check_reach(folder: Path, part: int) -> None:
    """The part that ends last holds the sum of all parts against what must have been reached."""
    (folder / f"reached-{part}.json").write_text(json.dumps(reached))
    files = list(folder.glob("reached-*.json"))
    if len(files) < PARTS:
        return
    total: Counter[str] = Counter()
    for file in files:
        total.update(json.loads(file.read_text()))
    sys.stderr.write(f"\nin all: {dict(sorted(total.items()))}\n")
    wanted = {name: int(number * SEQUENCES / 100) for name, number in MINIMUM.items()}
    missed = {name: (total[name], number) for name, number in wanted.items() if total[name] < number}
    assert not missed, f"reached too rarely (times, wanted): {missed}"
