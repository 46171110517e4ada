"""The invariants of docs/explanation/sync.md, looked at from outside: rows here, persons there, requests between."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from contactsync.healing import DELETED as HEALED
from contactsync.normalize import same_card
from contactsync.records import LinkState
from tandem.contacts.cards import card_of
from tandem.contacts.models import Change, Contact
from tandem.googlesync.models import Link, Operation, Run
from tandem.googlesync.rows import card_from_json
from tests.integration.googlesync.world import World

SETS = ("emailAddresses", "phoneNumbers")
KEPT = ("nicknames", "biographies", "userDefined")


class Ledger:
    """What was typed, deleted and loaded, by whom; `check` holds a world at rest against it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.values: list[str] = []
        self.trashed: set[UUID] = set()
        self.gone_there: set[str] = set()
        self.seen_there: set[str] = set()
        self.untouched: dict[str, dict[str, Any]] = {}
        self.apart: set[str] = set()

    def typed_here(self, _contact_id: UUID, values: list[str]) -> None:
        self.values += values

    def loaded(self, resource_name: str) -> None:
        person = self.world.persons()[resource_name]
        self.untouched[resource_name] = {field: _values(person, field) for field in KEPT}
        self.seen_there.add(resource_name)

    def look(self) -> None:
        self.seen_there |= set(self.world.persons())

    def seen_by_a_run(self) -> None:
        """What a person in step holds once a run has gone well is known here: wherever it goes, it is not lost.

        Those of tombstones, and who is paused or unlinked, no run looks at.
        """
        in_step = set(self._links(LinkState.LIVE).values_list("resource_name", flat=True))
        for person in (person for name, person in self.world.persons().items() if name in in_step):
            self.values += [entry["value"] for path in SETS for entry in person.get(path, [])]

    def forgive(self) -> None:
        """After an undo: who was imported is in the trash, who was trashed is back, who was pushed is deleted there."""
        self.trashed = set(
            Contact.objects.filter(owner=self.world.user, trashed_at__isnull=False).values_list("id", flat=True)
        )
        self.gone_there |= self.seen_there - set(self.world.persons())

    def leave_apart(self, rows: Iterable[Operation]) -> None:
        """What is rejected goes on to differ, or is left alone."""
        self.apart |= {row.resource_name for row in rows}

    def check(self) -> None:
        self.check_that_nothing_waits()
        self.check_that_both_sides_agree()
        self.check_that_nothing_is_lost()
        self.check_that_nobody_is_doubled()
        self.check_that_nobody_comes_back_or_goes_unasked()
        self.check_that_what_we_do_not_know_is_untouched()
        self.check_that_a_quiet_run_costs_one_request()

    def check_that_both_sides_agree(self) -> None:
        persons = self.world.persons()
        for link in self._links(LinkState.LIVE).select_related("contact"):
            assert link.pending is None, f"{link.resource_name} is in doubt at rest"
            if link.hidden or link.resource_name not in persons or link.resource_name in self.apart:
                continue
            assert not link.changed_here, f"{link.resource_name} has still something to carry"
            here, there = card_of(link.contact), persons[link.resource_name]
            emails = {each.value.lower() for each in here.emails}
            phones = {each.key for each in here.phones}
            assert emails == {each["value"].lower() for each in there.get("emailAddresses", [])}, link.resource_name
            assert phones == {each["canonicalForm"] for each in there.get("phoneNumbers", [])}, link.resource_name
            in_step = same_card(here, card_from_json(link.local_base))  # type: ignore[arg-type]  # a live link has one
            name = (there.get("names") or [{}])[0].get("givenName", "")
            assert here.name.given == name or link.local_base["name"] != link.remote_base["name"] or not in_step
        linked = set(self._links().values_list("resource_name", flat=True))
        assert set(persons) <= linked, f"never met: {set(persons) - linked}"

    def check_that_nothing_is_lost(self) -> None:
        owner = self.world.user.pk
        kept = [
            *Contact.objects.filter(owner=owner).values("emails", "phones"),
            *Change.objects.filter(contact__owner=owner).values("before", "after"),
            *Operation.objects.filter(run__owner=owner).values("changes", "card"),
            *self.world.persons().values(),
        ]
        haystack = json.dumps(kept, default=str)
        lost = {value for value in self.values if value not in haystack}
        assert not lost, f"typed here and nowhere any more: {lost}"

    def check_that_nobody_is_doubled(self) -> None:
        """By each person's own marker, the first: a merge in Google puts those of the others behind it."""
        markers = Counter(
            next((data["value"] for data in person.get("clientData", []) if data["key"] == "tandem"), None)
            for person in self.world.persons().values()
        )
        markers.pop(None, None)
        assert all(number == 1 for number in markers.values()), f"two persons of one create: {markers}"

    def check_that_nobody_comes_back_or_goes_unasked(self) -> None:
        healed = Operation.objects.filter(run__owner=self.world.user, reason=HEALED).values_list(
            "resource_name", flat=True
        )
        lost = self.seen_there - self.gone_there - set(self.world.persons()) - set(healed)
        assert not lost, f"deleted in Google by nobody: {lost}"
        trashed = Contact.objects.filter(owner=self.world.user, trashed_at__isnull=False)
        gone = {link.contact_id for link in self._links(LinkState.GONE) if link.resource_name in self.gone_there}
        merged = {each.id for each in trashed if each.merged_into_id is not None}
        unasked = {each.id for each in trashed} - self.trashed - gone - merged
        assert not unasked, f"deleted here by nobody: {unasked}"
        back = self.trashed - {each.id for each in trashed}
        assert not back, f"deleted here, and back: {back}"

    def check_that_what_we_do_not_know_is_untouched(self) -> None:
        persons = self.world.persons()
        for name, fields in self.untouched.items():
            if name in persons:
                now = {field: _values(persons[name], field) for field in KEPT}
                assert now == fields, f"{name} was touched: {fields} became {now}"

    def check_that_a_quiet_run_costs_one_request(self) -> None:
        self.world.server.control("DELETE", "requests")
        run = self.world.sync()
        requests = self.world.server.control("GET", "requests")["requests"]
        methods = [each["method"] for each in requests if each["method"].startswith("people.")]
        assert methods == ["people.connections.list"], f"a quiet run asked for {methods}"
        assert not run.operations.exists(), f"a quiet run did {list(run.operations.values('side', 'action', 'reason'))}"

    def check_that_nothing_waits(self) -> None:
        """Whatever was open is closed by an outcome, and nobody is asked in vain; who is paused may wait."""
        open_ones = list(self.world.account.deferred.values("resource_name", "reason", "detail"))
        assert not open_ones, f"waits for ever: {open_ones}"
        paused = self._links(LinkState.PAUSED).values("contact_id")
        sent = Operation.objects.filter(run__owner=self.world.user, state__in=["sent", "held"])
        sent = sent.exclude(contact_id__in=paused)
        assert not sent.exists(), f"without an outcome: {list(sent.values('action', 'state', 'resource_name'))}"
        unended = Run.objects.filter(owner=self.world.user, state__in=["held", "running", "queued"])
        if paused.exists():
            unended = unended.exclude(state="held")
        assert not unended.exists(), f"never ended: {list(unended.values('kind', 'state'))}"

    def _links(self, *states: LinkState) -> Any:
        found = Link.objects.filter(account=self.world.account)
        return found.filter(state__in=[state.value for state in states]) if states else found


def _values(person: dict[str, Any], field: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in each.items() if key != "metadata"} for each in person.get(field, [])]
