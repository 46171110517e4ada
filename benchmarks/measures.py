"""The measurements: each makes its own world, does its work the product's way, and measures a floor beside it."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import batched
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import floors
from benchmarks.figures import Figure
from benchmarks.meters import Cost, cost_of
from benchmarks.office import Office, perform
from benchmarks.pages import list_figures
from benchmarks.sandbox import SandboxProcess
from contactsync.writes import Draft
from google_people.writing import MOST_IN_BATCH
from tandem.contacts.cards import card_of
from tandem.contacts.copying import NewContact, copy_contacts
from tandem.contacts.models import Actor, Contact, Status
from tandem.contacts.services import change_contact
from tandem.identifiers import new_id

FEW = 1_000
CROWD = 100_000
CHANGES = 10
ROUNDS = 5
MOST_TIMES_THE_FLOOR = 4.0
MOST_TIMES_THE_FEW = 1.5
#: Peaks of memory jump by what the allocator takes at once.
MOST_TIMES_THE_MEMORY = 3
LITTLE_MEMORY_BYTES = 64_000_000
ONE_LISTING = {"people.connections.list": 1}

type Change = Callable[[Office, int], None]
type Floor = Callable[[Office], float]


class Measures:
    """The measurements by name, with `many` contacts where their number is what matters."""

    def __init__(self, sandbox: SandboxProcess, many: int) -> None:
        self._sandbox = sandbox
        self._many = many
        self._imported: dict[int, tuple[Office, Cost]] = {}

    def first_import(self) -> Iterator[Figure]:
        """Few contacts before many: memory that is flat grows no further."""
        office, few = self._import_of(FEW)
        yield Figure(f"first import of {FEW:,}", few, _import_floor(office))
        office, cost = self._import_of(self._many)
        floor = _import_floor(office)
        is_held = cost.seconds <= MOST_TIMES_THE_FLOOR * floor and _is_flat(few, cost)
        yield Figure(f"first import of {self._many:,}", cost, floor, "4 floors, flat memory", is_held)

    def no_change(self) -> Iterator[Figure]:
        """Runs that find nothing to do: each of them is judged, not the median alone."""
        office, _ = self._import_of(self._many)
        costs, floor = _repeated(office, _change_nothing, _listing_floor)
        is_held = all(cost.calls == ONE_LISTING and cost.contact_rows_read == 0 for cost in costs)
        target = "1 listing request, no contact read"
        yield Figure(f"no change of {self._many:,}", _median(costs), floor, target, is_held)

    def changes_in_google(self) -> Iterator[Figure]:
        """Ten persons edited in Google, among few and among many."""
        return self._changes("in Google", _edit_in_google, _listing_floor)

    def changes_here(self) -> Iterator[Figure]:
        """Ten contacts edited here, among few and among many."""
        return self._changes("here", _edit_here, _reading_floor)

    def meeting(self) -> Iterator[Figure]:
        """An import into a CRM that holds some of the people already."""
        office = Office(self._sandbox, self._many)
        _copy_contacts(self._import_of(FEW)[0], office)
        run = office.first_run()
        cost = cost_of(self._sandbox, lambda: perform(run))
        yield Figure(f"import of {self._many:,} into {FEW:,}", cost, _import_floor(office))

    def push(self) -> Iterator[Figure]:
        """A push of contacts that Google does not have; the floor sends the same persons to another account."""
        office, other = Office(self._sandbox, 0), Office(self._sandbox, 0)
        perform(office.first_run())
        _copy_contacts(self._import_of(FEW)[0], office)
        run = office.push_run(office.contact_ids(FEW))
        cost = cost_of(self._sandbox, lambda: perform(run))
        batches = FEW // MOST_IN_BATCH
        is_held = cost.calls.get("people.batchCreateContacts") == batches and not cost.overlapping_writes
        target = f"{batches} creating calls, none overlapping"
        yield Figure(f"push of {FEW:,} new contacts", cost, _creating_floor(office, other), target, is_held)

    def list(self) -> Iterator[Figure]:
        """The Smart CRM list, a search and a filter, with few contacts and with very many."""
        return list_figures(FEW, CROWD)

    def _changes(self, where: str, change: Change, floor_of: Floor) -> Iterator[Figure]:
        costs, floor = _repeated(self._import_of(FEW)[0], change, floor_of)
        few = _median(costs)
        yield Figure(f"{CHANGES} changes {where}, of {FEW:,}", few, floor)
        costs, floor = _repeated(self._import_of(self._many)[0], change, floor_of)
        many = _median(costs)
        is_held = many.seconds <= MOST_TIMES_THE_FEW * few.seconds
        target = f"1.5 times that of {FEW:,}"
        yield Figure(f"{CHANGES} changes {where}, of {self._many:,}", many, floor, target, is_held)

    def _import_of(self, number: int) -> tuple[Office, Cost]:
        """An office that has imported so many people, and what its import cost; made once."""
        if number not in self._imported:
            office = Office(self._sandbox, number)
            run = office.first_run()
            self._imported[number] = office, cost_of(self._sandbox, lambda: perform(run))
        return self._imported[number]


def _repeated(office: Office, change: Change, floor_of: Floor) -> tuple[list[Cost], float]:
    """What each run cost, and the median floor."""
    costs: list[Cost] = []
    floors_seconds: list[float] = []
    for number in range(ROUNDS):
        change(office, number)
        floors_seconds.append(floor_of(office))
        run = office.next_run()
        costs.append(cost_of(office.sandbox, partial(perform, run)))
    return costs, median(floors_seconds)


def _median(costs: list[Cost]) -> Cost:
    """The run of median duration."""
    return sorted(costs, key=lambda cost: cost.seconds)[len(costs) // 2]


def _is_flat(few: Cost, many: Cost) -> bool:
    """Whether memory stays where it is though there are many times the contacts; where the system is silent, yes."""
    if few.memory_bytes is None or many.memory_bytes is None:
        return True
    return many.memory_bytes <= max(MOST_TIMES_THE_MEMORY * few.memory_bytes, LITTLE_MEMORY_BYTES)


def _change_nothing(_office: Office, _number: int) -> None:
    """Both sides stay as they are."""


def _edit_in_google(office: Office, number: int) -> None:
    fields = {"emailAddresses": [{"value": f"new-{number}@example.org", "type": "home"}]}
    persons = dict.fromkeys(office.resource_names(CHANGES), fields)
    office.sandbox.control("POST", "edit", {"account": office.email, "persons": persons})


def _edit_here(office: Office, number: int) -> None:
    emails = [{"value": f"newer-{number}@example.org", "label": "home"}]
    for contact_id in office.contact_ids(CHANGES):
        change_contact(owner_id=office.user.pk, contact_id=contact_id, patch={"emails": emails}, actor=Actor.PERSON)


def _copy_contacts(source: Office, target: Office) -> None:
    """The same people in another CRM, linked to nobody."""
    made = [
        NewContact(
            id=new_id(),
            owner_id=target.user.pk,
            card=card_of(contact),
            company=contact.company,
            status=Status.CLIENT,
            source="",
            at=timezone.now(),
            cause=new_id(),
        )
        for contact in Contact.objects.filter(owner=source.user, trashed_at=None)
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        copy_contacts(cursor, made)


def _import_floor(office: Office) -> float:
    """Downloading and decoding all persons, then writing the rows that the import wrote."""
    return floors.download_seconds(office) + floors.copy_seconds(office)


def _listing_floor(office: Office) -> float:
    """The listing since the account's token."""
    return floors.download_seconds(office, office.account.sync_token)


def _reading_floor(office: Office) -> float:
    """The listing, and the persons to be written read anew; the write itself is left out."""
    return _listing_floor(office) + floors.get_seconds(office, office.resource_names(CHANGES))


def _creating_floor(source: Office, target: Office) -> float:
    """The calls that create the contacts of one office in the other's account."""
    contacts = Contact.objects.filter(owner=source.user)
    drafts = [Draft(str(contact.id), card_of(contact)) for contact in contacts]
    return floors.create_seconds(target, list(batched(drafts, MOST_IN_BATCH, strict=False)))
