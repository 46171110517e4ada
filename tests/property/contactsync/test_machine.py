"""The engine over both fakes, under random edits, faults, races and stops at any point: the invariants hold."""

import os
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contactsync.faults import Unavailable
from contactsync.records import ASLEEP, ConflictPolicy, EmptiedFields, LinkState, Policy
from tests.fakes import DELAY_SECONDS, Crash, Fault, World
from tests.property.contactsync.edits import edited, edits, new_cards
from tests.property.contactsync.oracle import HERE, THERE, Oracle

EXAMPLES = int(os.environ.get("TANDEM_EXAMPLES", "120"))
STEPS = 25
#: Making a failing case small takes many minutes: who looks for its cause asks for it.
PHASES = tuple(Phase) if os.environ.get("TANDEM_SHRINK") else (Phase.generate,)
#: Longer than any back-off, so that at rest nothing waits any more.
LONG = timedelta(hours=7).total_seconds()
LAGS = st.sampled_from([0.0, DELAY_SECONDS / 2, DELAY_SECONDS - 1])
WAITS = st.sampled_from([0.0, 1.0, DELAY_SECONDS / 2, DELAY_SECONDS + 1])
WHEN = st.sampled_from(["apply", "send", "write"])
LOST = st.sampled_from([Fault.LOST_BEFORE, Fault.LOST_AFTER])
FAULTS = st.just([]) | st.lists(st.sampled_from(Fault), min_size=1, max_size=3)
FUSES = st.none() | st.integers(0, 25)

#: What all examples together have reached.
reached: Counter[str] = Counter()


class Machine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.crm, self.google = self.world.crm, self.world.google
        self.oracle = Oracle(self.world)
        self.trashed_by_user: set[str] = set()
        self.deleted_in_google: set[str] = set()
        self.brought_back: set[str] = set()
        self.may_come_back: set[str] = set()
        self.pushed: set[str] = set()
        self.counted = 0

    @initialize(
        conflict=st.sampled_from(ConflictPolicy),
        emptied=st.sampled_from(EmptiedFields),
        card=new_cards(),
        other=new_cards(),
    )
    def two_people_in_step(self, conflict, emptied, card, other):
        self.crm.policy = Policy(conflict=conflict, emptied=emptied, delay_seconds=DELAY_SECONDS)
        self.google.user_creates(card)
        self.google.user_creates(other)
        self.rest()

    # What people do.

    @precondition(lambda self: self.here())
    @rule(data=st.data())
    def edit_here(self, data):
        self._edit_here(data.draw, data.draw(st.sampled_from(self.here())))
        self._go_on(data.draw)

    @precondition(lambda self: self.there())
    @rule(data=st.data())
    def edit_there(self, data):
        self._edit_there(data.draw, data.draw(st.sampled_from(self.there())))
        self._go_on(data.draw)

    @precondition(lambda self: self.here_and_there())
    @rule(data=st.data())
    def edit_both(self, data):
        contact_id, source_id = data.draw(st.sampled_from(self.here_and_there()))
        self._edit_here(data.draw, contact_id)
        self._edit_there(data.draw, source_id)
        self._go_on(data.draw)

    @precondition(lambda self: self.here_and_there())
    @rule(data=st.data(), fault=LOST, who=st.sampled_from([HERE, THERE, "both"]))
    def edit_lose_the_answer_and_edit_again(self, data, fault, who):
        contact_id, source_id = data.draw(st.sampled_from(self.here_and_there()))
        self._edit_here(data.draw, contact_id)
        self._engine(data.draw, self.world.run, [fault])
        if who != THERE and contact_id in self.here():
            self._edit_here(data.draw, contact_id)
        if who != HERE:
            self._edit_there(data.draw, source_id)
        self._go_on(data.draw)

    @precondition(lambda self: len(self.crm.contacts_by_id) < 6)
    @rule(data=st.data(), card=new_cards(), faults=FAULTS)
    def create_here_and_push(self, data, card, faults):
        contact_id = self.crm.user_creates(card)
        self._push(data.draw, [contact_id], faults)
        match data.draw(st.sampled_from(["nothing", "edit", "trash", "push"])):
            case "edit":
                self._edit_here(data.draw, contact_id)
            case "trash":
                self._trash(contact_id)
            case "push":
                self._push(data.draw, [contact_id], [])
        self._go_on(data.draw)

    @precondition(lambda self: len(self.google.history) < 6)
    @rule(data=st.data(), card=new_cards(), is_here_too=st.booleans())
    def create_there(self, data, card, is_here_too):
        self.google.user_creates(card)
        if is_here_too:
            self._push(data.draw, [self.crm.user_creates(card)], [])
        self._go_on(data.draw)

    @precondition(lambda self: self.here())
    @rule(data=st.data(), then=st.sampled_from(["nothing", "restore", "delete there"]))
    def trash_here(self, data, then):
        contact_id = data.draw(st.sampled_from(self.here()))
        self._trash(contact_id)
        self._go_on(data.draw)
        link = self.crm.link_of(contact_id)
        if then == "restore" and self.crm.is_trashed(contact_id):
            self._restore(contact_id)
        elif then == "delete there" and link is not None and link.source_id in self.there():
            self.google.user_deletes(link.source_id)
            self.deleted_in_google.add(link.source_id)
            self.oracle.loosens(link.source_id)
        self._go_on(data.draw)

    @precondition(lambda self: self.there())
    @rule(data=st.data(), then=st.sampled_from(["nothing", "bring back", "restore"]), hides=st.booleans(), lag=LAGS)
    def delete_there(self, data, then, hides, lag):
        source_id = data.draw(st.sampled_from(self.there()))
        self.google.lag = timedelta(seconds=lag)
        if hides:
            self.google.user_hides(source_id)
        else:
            self.google.user_deletes(source_id)
            self.deleted_in_google.add(source_id)
        self.oracle.loosens(source_id)
        self._go_on(data.draw)
        if then != "nothing":
            self.world.wait()
            self._engine(data.draw, self.world.run, [])
        link = self.crm.link_to(source_id)
        if then == "bring back" and source_id not in self.there():
            self.google.user_brings_back(source_id)
            self.brought_back.add(source_id)
            # Its marker brings its contact back, out of the trash, too (First meeting, 1).
            self.may_come_back.add(self.google.person(source_id).marker)
        elif then == "restore" and link and link.contact_id in self.in_trash():
            self._restore(link.contact_id)
            self._push(data.draw, [link.contact_id], [])
        self._go_on(data.draw)

    @precondition(lambda self: self.here_and_there())
    @rule(data=st.data(), is_paused=st.booleans(), then=st.sampled_from(["nothing", "wake", "wake", "push", "trash"]))
    def pause_or_unlink(self, data, is_paused, then):
        contact_id, source_id = data.draw(st.sampled_from(self.here_and_there()))
        self.oracle.loosens(source_id)
        if is_paused:
            self.crm.user_pauses(contact_id)
        else:
            self.crm.user_unlinks(contact_id)
        self._edit_here(data.draw, contact_id)
        self._edit_there(data.draw, source_id)
        self._go_on(data.draw)
        asleep = {link.contact_id for link in self.crm.links.values() if link.state in ASLEEP}
        if contact_id not in asleep:
            return
        reached[f"{'pause' if is_paused else 'unlink'}, then {then}"] += 1
        match then:
            case "wake":
                self.crm.user_wakes(contact_id)
                self._engine(data.draw, lambda: self.world.sync_contacts(contact_id), data.draw(FAULTS))
            case "push":
                self._push(data.draw, [contact_id], data.draw(FAULTS))
            case "trash":
                self._trash(contact_id)

    @precondition(lambda self: self.there())
    @rule(data=st.data(), what=st.sampled_from(["rename", "touch", "rename", "touch", "token", "token", "disconnect"]))
    def something_else_happens(self, data, what):
        source_id = data.draw(st.sampled_from(self.there()))
        match what:
            case "rename":
                self.google.google_renames(source_id)
            case "touch":
                self.google.google_touches(source_id)
            case "token":
                self.google.expire_tokens()
            case "disconnect":
                self.crm.user_disconnects()
                for every in self.google.history:
                    self.oracle.loosens(every)
        self._go_on(data.draw)

    # What time and the engine do.

    @rule(data=st.data(), faults=FAULTS, fuse=FUSES, stale_get=st.booleans(), listing_fails=st.booleans())
    def run(self, data, faults, fuse, stale_get, listing_fails):
        self.google.next_get_is_stale = stale_get
        self.google.next_listing_fails = listing_fails and stale_get
        self._engine(data.draw, self.world.run, faults, fuse)

    @precondition(lambda self: self.here())
    @rule(data=st.data(), faults=FAULTS, fuse=FUSES, stale_get=st.booleans())
    def push(self, data, faults, fuse, stale_get):
        contact_ids = data.draw(st.lists(st.sampled_from(self.here()), min_size=1, max_size=2))
        self.google.next_get_is_stale = stale_get
        self._push(data.draw, contact_ids, faults, fuse)

    @precondition(lambda self: self.here_and_there())
    @rule(data=st.data(), when=WHEN, act=st.sampled_from([HERE, THERE, "trash"]))
    def run_with_somebody_at_work(self, data, when, act):
        contact_id, source_id = data.draw(st.sampled_from(self.here_and_there()))
        if when == "apply":
            self._edit_there(data.draw, source_id)
        else:
            self._edit_here(data.draw, contact_id)

        def happens() -> None:
            if contact_id not in self.here() or source_id not in self.there():
                return
            reached[f"race {act}"] += 1
            match act:
                case "trash":
                    self._trash(contact_id)
                case "here":
                    self._edit_here(data.draw, contact_id)
                case _:
                    self._edit_there(data.draw, source_id)

        if when == "write":
            self.google.before_write = happens
        else:
            self.crm.before[when] = happens
        self._engine(data.draw, self.world.run, [])
        self.google.before_write = None
        self.crm.before.clear()
        self._go_on(data.draw)

    @rule()
    def rest(self):
        """No new edits, no faults: after two runs both sides are in step, and a third writes nothing."""
        self.google.lag = timedelta(0)
        self.google.faults.clear()
        self.google.next_get_is_stale = self.google.next_listing_fails = False
        self.world.wait(LONG)
        self.world.run()
        self.world.later()
        before = self._written()
        self.world.later()
        assert self._written() == before, f"not at rest: {self.crm.journal.actions[-3:]}"
        assert self.crm.deferred == {}
        assert self.crm.creates == {}, [self.crm.link_of(each.contact_id) for each in self.crm.creates.values()]
        self.oracle.met_in(self.crm.journal.actions)
        self._check_everybody_is_linked()
        self.oracle.check()
        reached["rest"] += 1
        self._count()

    def teardown(self):
        if self.google.history:
            self.rest()

    # What must always hold.

    @invariant()
    def no_doubles(self):
        living = self.google.living()
        for contact_id, source_ids in self.google.made_by_us.items():
            made = [key for key in source_ids if key in living and key not in self.brought_back]
            assert len(made) <= 1, f"two persons for {contact_id}: {made}"

    @invariant()
    def nobody_is_created_unasked(self):
        assert set(self.google.made_by_us) <= self.pushed

    @invariant()
    def nobody_is_deleted_here_unasked(self):
        for contact in self.crm.contacts_by_id.values():
            if contact.trashed and contact.id not in self.trashed_by_user:
                link = self.crm.link_of(contact.id)
                assert link is not None, f"{contact} was deleted by nobody"
                assert link.source_id in self.deleted_in_google, f"{contact} was deleted by nobody"

    @invariant()
    def nobody_comes_back_unasked(self):
        for contact_id in self.trashed_by_user:
            came_back = not self.crm.is_trashed(contact_id) and contact_id not in self.may_come_back
            assert not came_back, f"{contact_id} was deleted and came back"

    # How it is done.

    def here(self):
        return sorted(contact.id for contact in self.crm.contacts_by_id.values() if not contact.trashed)

    def in_trash(self):
        return sorted(contact.id for contact in self.crm.contacts_by_id.values() if contact.trashed)

    def there(self):
        return sorted(
            key for key, versions in self.google.history.items() if not (versions[-1].deleted or versions[-1].hidden)
        )

    def here_and_there(self):
        there = set(self.there())
        return sorted(
            (link.contact_id, link.source_id)
            for link in self.crm.links.values()
            if link.state is LinkState.LIVE and link.source_id in there
        )

    def _edit_here(self, draw, contact_id):
        before = self.crm.card(contact_id)
        edit = draw(edits(before))
        after = edited(before, edit)
        if after != before:
            self.crm.user_edits(contact_id, after)
            self.oracle.types(HERE, contact_id, edit, after)

    def _edit_there(self, draw, source_id):
        before = self.google.card(source_id)
        edit = draw(edits(before))
        after = edited(before, edit)
        if after != before:
            self.google.user_edits(source_id, after)
            self.oracle.types(THERE, source_id, edit, after)

    def _restore(self, contact_id):
        self.crm.user_restores(contact_id)
        self.trashed_by_user.discard(contact_id)
        self._loosen(contact_id)

    def _trash(self, contact_id):
        link = self.crm.link_of(contact_id)
        self.crm.user_trashes(contact_id)
        if link is None or link.state is not LinkState.GONE:
            self.trashed_by_user.add(contact_id)
        self._loosen(contact_id)

    def _loosen(self, contact_id):
        link = self.crm.link_of(contact_id)
        if link is not None:
            self.oracle.loosens(link.source_id)

    def _push(self, draw, contact_ids, faults, fuse=None):
        self.pushed.update(contact_ids)
        self._engine(draw, lambda: self.world.push(*contact_ids), faults, fuse)

    def _go_on(self, draw):
        """Time passes, and perhaps a run, which may meet a fault or be stopped."""
        self.world.wait(draw(WAITS))
        match draw(st.sampled_from(["nothing", "run", "run", "stop", "fault"])):
            case "run":
                self._engine(draw, self.world.run, [])
            case "stop":
                self._engine(draw, self.world.run, [], draw(st.integers(0, 25)))
            case "fault":
                self._engine(draw, self.world.run, [draw(st.sampled_from(Fault))])

    def _engine(self, draw, call, faults, fuse=None):
        self.google.lag = timedelta(seconds=draw(LAGS))
        self.google.faults.clear()
        self.google.faults.extend(faults)
        self.world.fuse.left = fuse
        try:
            call()
        except Crash:
            reached["crash"] += 1
        except Unavailable:
            reached["stopped by a passing fault"] += 1
        finally:
            self.world.fuse.left = None
            self.google.faults.clear()

    def _written(self):
        journal = self.crm.journal
        calls = self.google.calls
        return (
            len(journal.changes),
            len(journal.actions),
            len(journal.settled),
            len(calls.creates),
            len(calls.updates),
        )

    def _check_everybody_is_linked(self):
        linked = {
            link.source_id
            for link in self.crm.links.values()
            if link.state in (LinkState.LIVE, LinkState.TOMBSTONE, *ASLEEP)
        }
        assert set(self.there()) <= linked, f"{set(self.there()) - linked} were never imported"
        for link in self.crm.links.values():
            last = self.google.history[link.source_id][-1]
            is_hidden, is_left_alone = last.hidden, last.deleted or link.state is LinkState.GONE
            assert link.hidden == is_hidden or is_left_alone, f"{link} is hidden: {is_hidden}"
            if link.state is LinkState.LIVE:
                assert link.source_id in self.google.living(), f"{link} outlived its person"
                assert not self.crm.is_trashed(link.contact_id), f"{link} lives, its contact does not"

    def _count(self):
        journal = self.crm.journal
        reached.update(type(action).__name__ for action in journal.actions)
        reached.update(fault.name for fault in self.google.faults_met)
        reached.update(receipt.result.name for receipt in journal.receipts)
        reached.update(item.deferred.reason.name for item in journal.settled if item.deferred)
        reached["conflict"] += len(journal.conflicts)
        journal.actions.clear()
        journal.settled.clear()
        journal.receipts.clear()
        self.google.faults_met.clear()


#: What must have been reached how often in a hundred examples: about a third of what is seen.
MINIMUM = {
    "Import": 30, "Fill": 10, "Merge": 30, "Return": 2, "DeleteLocal": 7, "Settle": 10, "Detach": 1, "Close": 15,
    "Wait": 4, "UNSENT": 2, "LOST_BEFORE": 4, "LOST_AFTER": 4, "STALE": 2, "REFUSED": 2, "CREATED": 7,
    "LINKED": 1, "UPDATED": 15, "UNCHANGED": 4, "SKIPPED": 1, "FAILED": 2, "WAITING": 7, "WAIT": 4, "conflict": 6,
    "crash": 15, "stopped by a passing fault": 4, "race here": 2, "race there": 2, "race trash": 2, "rest": 100,
    "Wake": 2, "pause, then wake": 1, "pause, then push": 0.3, "unlink, then wake": 1, "unlink, then push": 0.5,
}  # fmt: skip


@pytest.mark.timeout(900)
def test_the_invariants_hold_and_everything_is_reached():
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
    if EXAMPLES >= 100:
        wanted = {name: int(minimum * EXAMPLES / 100) for name, minimum in MINIMUM.items()}
        missed = {name: (reached[name], number) for name, number in wanted.items() if reached[name] < number}
        assert not missed, f"reached too rarely (times, wanted): {missed}"
