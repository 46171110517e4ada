"""The engine over real parts, under random edits, faults and stops at any point: the invariants hold.

TANDEM_TORTURE says how many sequences are tried; `make torture` tries 2,000.
"""

import os
import sys
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from google_sandbox.server import SandboxServer
from tests.torture.machine import Torture, reached
from tests.torture.stopping import Fuse

SEQUENCES = int(os.environ.get("TANDEM_TORTURE", "15"))
STEPS = 12
#: What must have been done and met how often in a hundred sequences: about a third of what is seen.
MINIMUM = {"sequences": 100, "sync": 40, "push": 30, "stopped": 20, "edit here": 20, "edit in Google": 20}


@pytest.mark.timeout(7200)
def test_the_invariants_hold_over_real_parts(server: SandboxServer, fuse: Fuse) -> None:
    Torture.server, Torture.fuse = server, fuse
    begun = time.monotonic()
    try:
        run_state_machine_as_test(
            Torture,
            settings=settings(
                max_examples=SEQUENCES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                phases=tuple(Phase) if os.environ.get("TANDEM_SHRINK") else (Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        took = f"{time.monotonic() - begun:.0f} s, {fuse.burnt} requests and transactions"
        sys.stdout.write(f"\n{reached['sequences']} sequences in {took}: {dict(sorted(reached.items()))}\n")
    if SEQUENCES >= 100:
        wanted = {name: number * SEQUENCES // 100 for name, number in MINIMUM.items()}
        missed = {name: (reached[name], number) for name, number in wanted.items() if reached[name] < number}
        assert not missed, f"reached too rarely (times, wanted): {missed}"
