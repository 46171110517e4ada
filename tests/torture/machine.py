"""People at work on both sides, runs that meet faults and stops, and what must hold whatever they do."""

import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from google_sandbox.server import SandboxServer
from tandem.contacts import services as contacts
from tandem.contacts.errors import ContactError
from tandem.contacts.models import Actor, Contact
from tandem.googlesync import links
from tandem.googlesync.models import Account, Link, Run, Trigger
from tandem.googlesync.services import SyncRefused, change_settings
from tests.integration.googlesync.world import World
from tests.torture.invariants import Ledger
from tests.torture.stopping import Fuse, Stopped

NAMES = st.sampled_from(["Ann", "Bob", "Cleo", "Dora"])
EMAILS = st.lists(st.sampled_from([f"{letter}@example.org" for letter in "abcdef"]), max_size=3, unique=True)
PHONES = st.lists(st.sampled_from([f"+1415555267{digit}" for digit in range(4)]), max_size=2, unique=True)
#: What a client can meet, by the method that meets it. What only a person can mend is not among them.
FAULTS = {
    "people.connections.list": [
        "500", "502-html", "503", "504", "429", "truncated", "reset-before", "stale-read", "expired-sync-token", "410",
        "400-token",
    ],
    "people.getBatchGet": ["500", "502-html", "503", "429", "truncated", "reset-before", "stale-read"],
    "people.createContact": ["500", "503", "503-after", "429", "reset-before", "reset-after", "truncated", "502-html"],
    "people.batchCreateContacts": ["503-after", "reset-after"],
    "people.updateContact": [
        "500", "503", "503-after", "429", "reset-before", "reset-after", "truncated", "concurrent-edit", "409",
    ],
}  # fmt: skip
FIELDS = st.sampled_from(["name", "emails", "phones"])
FAULT = st.sampled_from([(method, fault) for method, faults in FAULTS.items() for fault in faults])
STOPS = st.none() | st.integers(0, 14)
#: Which of those that are there. Chosen before anybody looks, as what is there depends on the clock, too: the same
#: choices must always ask for the same number of further ones.
WHICH = st.integers(0, 9)
#: What follows an edit: nothing, or a run that meets faults and may be stopped.
THEN = st.none() | st.tuples(st.lists(FAULT, max_size=3), STOPS)

#: The states of a link in which it can be told so.
STATES = {"pause": ["live"], "unlink": ["live", "paused"], "resume": ["paused"], "link_again": ["severed"]}

#: What all sequences together have done and met.
reached: Counter[str] = Counter()


class Torture(RuleBasedStateMachine):
    """`server` and `fuse` are set by the test."""

    server: SandboxServer
    fuse: Fuse
    #: Whether a run is at work that this happens in the middle of; runs that are asked for then wait for its end.
    is_meanwhile = False

    @initialize(
        people=st.lists(st.tuples(NAMES, EMAILS, PHONES), min_size=2, max_size=3),
        policy=st.sampled_from(["google", "tandem", "ask"]),
        partial=st.booleans(),
    )
    def somebody_connects(self, people, policy, partial):
        self.server.control("DELETE", "faults")
        self.server.control("PATCH", "settings", {"partial_batches": partial})
        self.world = World(self.server)
        self.ledger = Ledger(self.world)
        self.waiting: list[Run] = []
        for name, emails, phones in people:
            self._load(name, emails, phones)
        self.world.connect()
        self.world.switch_on()
        change_settings(account=self.world.account, changes={"conflict_policy": policy})
        self.ledger.look()

    # Tandem's side.

    @rule(name=NAMES, emails=EMAILS, phones=PHONES, is_pushed=st.booleans())
    def create_here(self, name, emails, phones, is_pushed):
        contact = self.world.create(
            name={"given": name},
            emails=[{"value": value} for value in emails],
            phones=[{"value": value} for value in phones],
        )
        self.ledger.typed_here(contact.id, [*emails, *phones])
        if is_pushed:
            self._push([contact])
        self._count("create here")

    @rule(which=WHICH, field=FIELDS, name=NAMES, emails=EMAILS, phones=PHONES, then=THEN)
    def edit_here(self, which, field, name, emails, phones, then):
        contact = picked(self._here(), which)
        if contact is None:
            return
        values = {"name": {"given": name}, "emails": _values(emails), "phones": _values(phones)}
        self.world.edit(contact, **{field: values[field]})
        self._count("edit here")
        self._then(then)

    @rule(which=WHICH, then=THEN)
    def delete_here(self, which, then):
        contact = picked(self._here(), which)
        if contact is None:
            return
        self.world.delete(contact)
        self.ledger.trashed.add(contact.id)
        self._count("delete here")
        self._then(then)

    @rule(which=WHICH)
    def restore_here(self, which):
        contact_id = picked(sorted(self.ledger.trashed), which)
        if contact_id is None:
            return
        contacts.restore_contacts(owner_id=self.world.user.pk, contact_ids=[contact_id], actor=Actor.PERSON)
        self.ledger.trashed.discard(contact_id)
        self._count("restore here")

    @rule(which=WHICH, verb=st.sampled_from(list(STATES)), stop=STOPS)
    def change_a_link(self, which, verb, stop):
        fitting = Link.objects.filter(account=self.world.account, state__in=STATES[verb], contact__trashed_at=None)
        link = picked(list(fitting.exclude(contact=None).order_by("id")), which)
        if link is None:
            return
        with suppress(SyncRefused, ContactError):
            if verb in {"pause", "unlink"}:
                getattr(links, verb)(user=self.world.user, contact_id=link.contact_id)
            else:
                run = getattr(links, verb)(user=self.world.user, contact_id=link.contact_id, trigger=Trigger.PERSON)
                self._carry_out(run, stop)
            self._count(verb)

    # Google's side.

    @rule(name=NAMES, emails=EMAILS, phones=PHONES, then=THEN)
    def create_there(self, name, emails, phones, then):
        self._load(name, emails, phones)
        self._count("create in Google")
        self._then(then)

    @rule(which=WHICH, field=FIELDS, name=NAMES, emails=EMAILS, phones=PHONES, then=THEN)
    def edit_there(self, which, field, name, emails, phones, then):
        who = picked(self._there(), which)
        if who is None:
            return
        fields = {
            "name": _names(name),
            "emails": {"emailAddresses": _values(emails)},
            "phones": {"phoneNumbers": _values(phones)},
        }
        self.world.google("POST", "edit", {"persons": {who: fields[field]}})
        self._count("edit in Google")
        self._then(then)

    @rule(which=WHICH, verb=st.sampled_from(["delete", "delete", "hide", "touch", "label"]), then=THEN)
    def do_something_there(self, which, verb, then):
        who = picked(self._there(), which)
        if who is None:
            return
        if verb == "label":
            self.world.google("POST", "label", {"label": "Buyers", "names": [who]})
        else:
            self.world.google("POST", verb, {"names": [who]})
        if verb in {"delete", "hide"}:
            self.ledger.gone_there.add(who)
        self._count(f"{verb} in Google")
        self._then(then)

    @rule(which=WHICH, other=WHICH, then=THEN)
    def merge_there(self, which, other, then):
        survivor, loser = two_picked(self._there(), which, other)
        if loser is None:
            return
        self.world.google("POST", "merge", {"survivor": survivor, "losers": [loser]})
        self.ledger.gone_there.add(loser)
        self.ledger.untouched.pop(survivor, None)
        self._count("merge in Google")
        self._then(then)

    @rule(what=st.sampled_from(["expire-tokens", "clock"]))
    def time_passes(self, what):
        if what == "clock":
            Account.objects.filter(user=self.world.user).update(listed_in_full_at=timezone.now() - 7 * _DAY)
        else:
            self.world.google("POST", "expire-tokens")
        self._count(f"time: {what}")

    # Runs.

    @rule(faults=st.lists(FAULT, max_size=3), stop=STOPS)
    def sync(self, faults, stop):
        self._then((faults, stop))

    @rule(which=WHICH, number=st.integers(1, 3), faults=st.lists(FAULT, max_size=2), stop=STOPS)
    def push(self, which, number, faults, stop):
        here = self._here()
        first = which % max(1, len(here))
        chosen = (here[first:] + here[:first])[:number]
        if not chosen:
            return
        self._queue(faults)
        self._push(chosen, stop)
        self._count_faults()

    def teardown(self):
        """No new edits and no faults: after two runs both sides agree, and a third finds nothing to do."""
        if not hasattr(self, "world"):
            return
        self.server.control("DELETE", "faults")
        self.fuse.left = None
        self._rest()
        self.world.sync()  # whose begin ends the runs that were stopped
        self.settle_what_waits()
        for _ in range(3):
            self._rest()
            self.world.sync()
        self._rest()
        self.ledger.check()
        self._count("sequences")

    def settle_what_waits(self):
        """Nothing waits for a person here."""

    # How it is done.

    def _then(self, then):
        if then is None or self.is_meanwhile:
            return
        faults, stop = then
        self._queue(faults)
        self._count("sync")
        with suppress(SyncRefused):
            self._carry_out(self._requested_sync(), stop)
        self._count_faults()

    def _rest(self):
        """Google's delay passes, and every back-off."""
        time.sleep(0.06)
        Account.objects.filter(user=self.world.user).update(lease_until=None)
        self.world.account.deferred.exclude(reason="held").update(due_at=timezone.now())

    def _requested_sync(self) -> Run:
        from tandem.googlesync import services

        return services.request_sync(account=self.world.account, trigger=Trigger.PERSON, is_queued=False)

    def _push(self, chosen, stop=None):
        from tandem.googlesync import services

        run = services.request_push(
            user=self.world.user, contact_ids=[each.id for each in chosen], trigger=Trigger.PERSON, is_queued=False
        )
        self._count("push")
        self._carry_out(run, stop)

    def _carry_out(self, run, stop):
        if self.is_meanwhile:
            self.waiting.append(run)
            return
        self.fuse.left = stop
        was_to_act = self.fuse.act is not None
        try:
            self.world.run(run)
        except Stopped:
            self._count("stopped")
        finally:
            self.fuse.left = None
            run.refresh_from_db()
            has_acted = was_to_act and self.fuse.act is None
            if run.kind == "sync" and run.scope is None and run.state == "done" and not has_acted:
                self.ledger.seen_by_a_run()
            self._end_the_others(run)
        error, self.fuse.error = self.fuse.error, None
        if error is not None:
            raise error
        self._carry_out_what_waits()

    def _end_the_others(self, run):
        """The worker is gone, and with it whatever is queued but what was asked for in the middle of this run."""
        Account.objects.filter(user=self.world.user).update(lease_until=None)
        left = Run.objects.filter(owner=self.world.user, state="queued")
        left.exclude(id__in=[each.id for each in self.waiting]).update(state="failed")
        self.ledger.look()
        if run.undoes_id is not None:
            self.ledger.forgive()

    def _carry_out_what_waits(self):
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            self._carry_out(each, None)

    def _queue(self, faults):
        if self.is_meanwhile:  # those of the run at work stay
            return
        self.server.control("DELETE", "faults")
        for method, fault in faults:
            self.server.control("POST", "faults", {"method": method, "fault": fault})

    def _count_faults(self):
        if self.is_meanwhile:
            return
        for fault in self.server.control("GET", "faults")["faults"]:
            if fault["fired"]:
                self._count(f"fault {fault['fault']}")
        self.server.control("DELETE", "faults")

    def _load(self, name, emails, phones):
        body = {
            **_names(name),
            "emailAddresses": _values(emails),
            "phoneNumbers": _values(phones),
            "nicknames": [{"value": f"{name}y"}],
            "biographies": [{"value": "Likes gardens."}],
            "userDefined": [{"key": "Lockbox", "value": "4711"}],
        }
        (resource_name,) = self.world.load(body)
        self.ledger.loaded(resource_name)

    def _here(self) -> list[Contact]:
        return self.world.contacts()

    def _there(self) -> list[str]:
        return sorted(self.world.persons())

    @staticmethod
    def _count(what):
        reached[what] += 1


_DAY = timedelta(days=1)


def picked(some, which):
    """One of them; None where there is nobody."""
    return some[which % len(some)] if some else None


def two_picked(some, which, other):
    """Two different ones of them, where there are two."""
    first = picked(some, which)
    return first, picked([each for each in some if each != first], other)


def _names(name):
    return {"names": [{"givenName": name}]}


def _values(values):
    return [{"value": value} for value in values]


__all__ = ["Link", "Torture", "reached"]
