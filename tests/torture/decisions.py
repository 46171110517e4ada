"""What people decide: merging here, undo, answers to what is held and asked, bringing back, disconnecting, plans."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tandem.contacts.errors import ContactError
from tandem.contacts.models import Actor
from tandem.googlesync import connection, links
from tandem.googlesync.answers import AnswerRefused, answer, conflicts_of
from tandem.googlesync.approvals import approve, is_answerable, open_rows, reject
from tandem.googlesync.merging import merge_contacts
from tandem.googlesync.models import Link, Run, Trigger
from tandem.googlesync.reading import tombstones_of
from tandem.googlesync.services import SyncRefused, change_settings, request_plan
from tandem.googlesync.undo import can_be_undone, undo
from tests.torture.machine import FAULT, NAMES, PHONES, STOPS, THEN, WHICH, Torture, picked, reached, two_picked

#: More than go out as single calls.
MANY = 8
BATCH_FAULTS = st.sampled_from(
    [
        ("people.batchCreateContacts", "503-after"),
        ("people.batchCreateContacts", "reset-after"),
        ("people.batchCreateContacts", "reset-before"),
        ("people.batchUpdateContacts", "503-after"),
        ("people.batchUpdateContacts", "reset-after"),
        ("people.batchUpdateContacts", "truncated"),
        ("people.batchUpdateContacts", "500"),
    ]
)
SAID = st.sampled_from(["yes", "no", "every other row"])
ADDRESSES = st.sampled_from([[], [{"street": "1 Elm St", "city": "Springfield"}], [{"street": "2 Oak Ave"}]])
BIRTHDAYS = st.sampled_from([None, {"month": 2, "day": 29}, {"year": 1980, "month": 12, "day": 10}])


class Decisions(Torture):
    """Everything that `Torture` does, and what a person is asked or regrets."""

    has_connected_again = False

    @rule(which=WHICH, addresses=ADDRESSES, birthday=BIRTHDAYS, then=THEN)
    def edit_other_fields_here(self, which, addresses, birthday, then):
        contact = picked(self._here(), which)
        if contact is None:
            return
        self.world.edit(contact, addresses=addresses, birthday=birthday)
        self._count("edit address and birthday here")
        self._then(then)

    @rule(which=WHICH, then=THEN, has_address=st.booleans())
    def edit_other_fields_there(self, which, then, has_address):
        who = picked(self._there(), which)
        if who is None:
            return
        address = [{"streetAddress": "3 Pine Rd", "city": "Shelbyville"}] if has_address else []
        fields = {"addresses": address, "birthdays": [{"date": {"month": 5, "day": 1}}]}
        self.world.google("POST", "edit", {"persons": {who: fields}})
        self._count("edit address and birthday in Google")
        self._then(then)

    @rule(names=st.lists(NAMES, min_size=MANY, max_size=MANY), faults=st.lists(BATCH_FAULTS, max_size=2), stop=STOPS)
    def push_many(self, names, faults, stop):
        """So many that they go out as one batch."""
        made = [
            self.world.create(name={"given": name}, emails=[{"value": f"{name}{self._number()}@many.example"}])
            for name in names
        ]
        self._queue(faults)
        self._push(made, stop)
        self._count_faults()
        self._count("push many")

    @rule(phones=PHONES, faults=st.lists(BATCH_FAULTS, max_size=2), stop=STOPS)
    def edit_many(self, phones, faults, stop):
        here = self._here()
        if len(here) < MANY:
            return
        for contact in here:
            self.world.edit(contact, phones=[{"value": value} for value in phones])
        self._count("edit many here")
        self._then((faults, stop))

    @rule(which=WHICH, whom=WHICH, then=THEN)
    def merge_here(self, which, whom, then):
        primary, other = two_picked(self._here(), which, whom)
        if other is None:
            return
        merge_contacts(owner=self.world.user, primary=primary.id, others=[other.id], values={}, actor=Actor.PERSON)
        self.ledger.trashed.add(other.id)
        self._count("merge here")
        self._then(then)

    @rule(which=WHICH, stop=STOPS)
    def undo_a_run(self, which, stop):
        runs = [run for run in Run.objects.filter(owner=self.world.user).order_by("-id")[:5] if can_be_undone(run)]
        if not runs:
            return
        with suppress(SyncRefused, ContactError):
            undone = undo(user=self.world.user, run=picked(runs, which), trigger=Trigger.PERSON)
            self._carry_out(undone, stop)
            self._count("undo")
        self.ledger.forgive()

    @rule(which=WHICH, names=st.permutations(["Eve", "Finn", "Gus"]), then=THEN)
    def edit_a_name_on_both_sides(self, which, names, then):
        linked = self._linked()
        if not linked:
            return
        link = picked(linked, which)
        self.world.edit(link.contact, name={"given": names[0]})
        self.world.google("POST", "edit", {"persons": {link.resource_name: {"names": [{"givenName": names[1]}]}}})
        self._count("edit a name on both sides")
        self._then(then)

    @rule(which=WHICH, choice=st.sampled_from(["google", "tandem"]))
    def answer_a_conflict(self, which, choice):
        open_ones = list(conflicts_of(self.world.user))
        if not open_ones:
            return
        with suppress(AnswerRefused, ContactError):
            conflict = picked(open_ones, which)
            answer(user=self.world.user, conflict=conflict, choice=choice, actor=Actor.PERSON)
            self._count("answer a conflict")

    @rule(which=WHICH, stop=STOPS)
    def bring_back(self, which, stop):
        left = list(tombstones_of(self.world.account))
        if not left:
            return
        link = picked(left, which)
        with suppress(SyncRefused, ContactError):
            run = links.bring_back(user=self.world.user, link_ids=[link.id], trigger=Trigger.PERSON)
            self.ledger.trashed.discard(link.contact_id)
            self._carry_out(run, stop)
            self._count("bring back")

    @rule(count=st.sampled_from([0, 10]), emptied=st.sampled_from(["remove", "refill"]))
    def change_the_rules(self, count, emptied):
        """With 0, one deletion or blanked field of a few is too much."""
        changes = {"brake_count": count, "brake_percent": 10, "emptied_fields": emptied}
        change_settings(account=self.world.account, changes=changes)
        self._count("change the rules")

    @rule(said=SAID, stop=STOPS)
    def answer_what_is_held(self, said, stop):
        for run in Run.objects.filter(owner=self.world.user, state="held"):
            self._answer(run, stop, said)

    @rule(which=WHICH, said=SAID, stop=STOPS)
    def somebody_deletes_too_much_and_is_asked(self, which, said, stop):
        link = picked(self._linked(), which)
        if link is None:
            return
        change_settings(account=self.world.account, changes={"brake_count": 0, "brake_percent": 10})
        self.world.google("POST", "delete", {"names": [link.resource_name]})
        self.ledger.gone_there.add(link.resource_name)
        self._then(([], None))
        self.answer_what_is_held(said, stop)

    @rule(said=SAID | st.just("later"), faults=st.lists(FAULT, max_size=1), stop=STOPS)
    def look_first(self, said, faults, stop):
        """A plan, and what is said to it; if that is later, much may happen before."""
        self._queue(faults)
        with suppress(SyncRefused):
            plan = request_plan(account=self.world.account, trigger=Trigger.PERSON, is_queued=False)
            self._carry_out(plan, None)
            self._count("plan")
            if said != "later":
                self._answer(plan, stop, said)
        self._count_faults()

    @rule(said=SAID, stop=STOPS)
    def answer_an_old_plan(self, said, stop):
        plan = Run.objects.filter(owner=self.world.user, kind="plan").order_by("-id").first()
        if plan is not None and is_answerable(plan):
            self._answer(plan, stop, said)
            self._count("answer an old plan")

    @precondition(lambda self: not self.has_connected_again)
    @rule(then=THEN)
    def disconnect_and_connect_again(self, then):
        self.has_connected_again = True
        connection.disconnect(self.world.account)
        self.world.connect()
        self.world.switch_on()
        self.ledger.look()
        self._count("connect again")
        self._then(then)

    def settle_what_waits(self):
        """At the end everything that is held is applied, so that both sides can be held against one another."""
        change_settings(account=self.world.account, changes={"brake_on": False})
        for run in Run.objects.filter(owner=self.world.user, state="held"):
            self._answer(run, None, "yes")

    def _answer(self, run, stop, said):
        run.refresh_from_db()
        if not is_answerable(run):
            return
        rows = list(open_rows(run).order_by("id"))
        taken = {"yes": rows, "no": [], "every other row": rows[::2]}[said]
        with suppress(SyncRefused):
            self.ledger.leave_apart(row for row in rows if row not in taken)
            if taken:
                chosen = None if said == "yes" else [row.id for row in taken]
                approval = approve(user=self.world.user, run=run, operations=chosen, trigger=Trigger.PERSON)
                self._carry_out(approval, stop)
            else:
                reject(user=self.world.user, run=run)
            self._count(f"{said} to what is {'planned' if run.kind == 'plan' else 'held'}")
        self.ledger.look()

    def _linked(self):
        there = self._there()
        links = Link.objects.filter(account=self.world.account, state="live", resource_name__in=there)
        return list(links.select_related("contact").order_by("id"))

    @staticmethod
    def _number():
        return reached["push many"]
