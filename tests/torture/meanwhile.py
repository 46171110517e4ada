"""What people do while a run is at work: between two of its requests, or right after one of its transactions."""

from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.torture.decisions import SAID, Decisions
from tests.torture.machine import NAMES, PHONES, STATES, WHICH


@dataclass(frozen=True)
class Choices:
    """Of whom, and with what, where an act needs to know."""

    which: int
    whom: int
    said: str
    name: str
    phones: list[str]


CHOICES = st.builds(Choices, WHICH, WHICH, SAID, NAMES, PHONES)
#: After so many requests and transactions of the run.
MOMENTS = st.integers(0, 12)
SYNCS = {
    "sync": lambda machine, _: machine.sync([], None),
    "sync that fails": lambda machine, _: machine.sync([("people.connections.list", "500")] * 4, None),
    "hold": lambda machine, chosen: machine.somebody_deletes_too_much_and_is_asked(chosen.which, chosen.said, None),
}
PUSHES = {
    "push": lambda machine, chosen: machine.push(chosen.which, 2, [], None),
    "push many": lambda machine, chosen: machine.push_many([chosen.name] * 8, [], None),
}
DECISIONS = {
    "plan": lambda machine, chosen: machine.look_first(chosen.said, [], None),
    "undo": lambda machine, chosen: machine.undo_a_run(chosen.which, None),
}
RETURNS = {
    "bring back": lambda machine, chosen: machine.bring_back(chosen.which, None),
    "resume": lambda machine, chosen: machine.change_a_link(chosen.which, "resume", None),
    "link again": lambda machine, chosen: machine.change_a_link(chosen.which, "link_again", None),
}
ACTS = {
    "edit a name here": lambda machine, to: machine.edit_here(to.which, "name", to.name, [], to.phones, None),
    "edit phones here": lambda machine, to: machine.edit_here(to.which, "phones", to.name, [], to.phones, None),
    "edit phones there": lambda machine, to: machine.edit_there(to.which, "phones", to.name, [], to.phones, None),
    "delete here": lambda machine, to: machine.delete_here(to.which, None),
    "delete there": lambda machine, to: machine.do_something_there(to.which, "delete", None),
    "restore here": lambda machine, to: machine.restore_here(to.which),
    "merge here": lambda machine, to: machine.merge_here(to.which, to.whom, None),
    "merge there": lambda machine, to: machine.merge_there(to.which, to.whom, None),
    "undo": lambda machine, to: machine.undo_a_run(to.which, None),
    "answer a conflict": lambda machine, to: machine.answer_a_conflict(to.which, "tandem"),
    "answer what is held": lambda machine, to: machine.answer_what_is_held(to.said, None),
    "answer an old plan": lambda machine, to: machine.answer_an_old_plan(to.said, None),
    "bring back": lambda machine, to: machine.bring_back(to.which, None),
    "push": lambda machine, to: machine.push(to.which, 1, [], None),
    "change the rules": lambda machine, _: machine.change_the_rules(0, "refill"),
    **{verb: lambda machine, to, verb=verb: machine.change_a_link(to.which, verb, None) for verb in STATES},
}


class Meanwhile(Decisions):
    """Everything that `Decisions` does, also while a run is at work."""

    @rule(run=st.sampled_from(list(SYNCS)), act=st.sampled_from(list(ACTS)), at=MOMENTS, of=CHOICES, to=CHOICES)
    def something_happens_during_a_sync(self, run, act, at, of, to):
        self._during(SYNCS[run], act, at, of, to)

    @rule(run=st.sampled_from(list(PUSHES)), act=st.sampled_from(list(ACTS)), at=MOMENTS, of=CHOICES, to=CHOICES)
    def something_happens_during_a_push(self, run, act, at, of, to):
        self._during(PUSHES[run], act, at, of, to)

    @rule(run=st.sampled_from(list(DECISIONS)), act=st.sampled_from(list(ACTS)), at=MOMENTS, of=CHOICES, to=CHOICES)
    def something_happens_while_a_decision_is_carried_out(self, run, act, at, of, to):
        self._during(DECISIONS[run], act, at, of, to)

    @rule(run=st.sampled_from(list(RETURNS)), act=st.sampled_from(list(ACTS)), at=MOMENTS, of=CHOICES, to=CHOICES)
    def something_happens_while_somebody_returns(self, run, act, at, of, to):
        self._during(RETURNS[run], act, at, of, to)

    def _during(self, begin, act, at, of, to):
        self.fuse.until_act = at
        self.fuse.act = partial(self._act, act, to)
        begin(self, of)
        self.fuse.act = None

    def _act(self, act, to):
        self.is_meanwhile = True
        try:
            ACTS[act](self, to)
        finally:
            self.is_meanwhile = False
        self._count(f"{act} meanwhile")
        self._count("meanwhile")
