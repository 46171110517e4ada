"""The engine over real parts, under random edits, faults and stops at any point: the invariants hold.

TANDEM_TORTURE says how many sequences are tried; `make torture` tries 2,000, in parts that run beside one another: a
sequence waits more than it computes.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from google_sandbox.server import SandboxServer
from tests.torture.machine import FAULTS, reached
from tests.torture.meanwhile import Meanwhile
from tests.torture.stopping import Fuse

SEQUENCES = int(os.environ.get("TANDEM_TORTURE", "10"))
STEPS = 12
PARTS = max(1, SEQUENCES // 250)
#: What must have been done how often in a hundred sequences, at least; and every kind of fault once in two hundred.
MINIMUM = {
    "sequences": 100, "sync": 100, "push": 30, "push many": 10, "edit many here": 2, "stopped": 30, "edit here": 10,
    "edit a name on both sides": 6, "edit in Google": 10, "create here": 10, "create in Google": 10,
    "delete here": 10, "restore here": 4, "delete in Google": 5, "hide in Google": 0.8, "merge in Google": 6,
    "label in Google": 2, "touch in Google": 1.5, "edit address and birthday here": 10,
    "edit address and birthday in Google": 10, "merge here": 6, "undo": 4, "answer a conflict": 1, "bring back": 1.5,
    "plan": 10, "apply what is planned": 1, "reject what is planned": 1, "apply what is held": 0.5,
    "reject what is held": 0.5, "connect again": 6, "pause": 3, "unlink": 4, "resume": 0.05, "link_again": 0.5,
    "time: expire-tokens": 4, "time: clock": 4,
}  # fmt: skip
MINIMUM |= {f"fault {fault}": 0.5 for faults in FAULTS.values() for fault in faults}


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
