"""The pages' server time with few contacts and with very many, through Django's test client in this process."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from statistics import median

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from benchmarks.figures import Figure
from benchmarks.meters import Cost, seconds_of
from contactsync.card import Card, Email, Name, Phone
from tandem.contacts.copying import NewContact, copy_contacts
from tandem.contacts.models import Actor, Contact, Status
from tandem.contacts.services import add_hashtags
from tandem.identifiers import new_id
from tandem.users.models import User

MOST_TIMES_THE_FEW = 2.0
ROUNDS = 21
AT_ONCE = 10_000
ONE_IN = 10  # carries the hashtag
_GIVEN = ("Ada", "Grace", "Katherine", "Alan", "Barbara", "Edsger", "Frances", "Hedy", "Radia", "Tim", "Zuse")
_FAMILY = ("Lovelace", "Hopper", "Johnson", "Turing", "Liskov", "Dijkstra", "Allen", "Lamarr", "Perlman", "Lee")
_STATUSES = tuple(Status)

#: What is asked for, by what the table calls it. A page far behind is asked for by its key.
_PAGES = {
    "list": "/",
    "list, last updated first": "/?sort=-updated",
    "search of one contact": "/?q=person-777%40example.org",
    "search by the end of a number": "/?q=0000777",
    "search by its last four digits": "/?q=0777",
    "search that finds too many": "/?q=ada",
    "filter by status": "/?status=client",
    "filter by hashtag": "/?hashtag=openhouse",
    "filter and search": "/?status=client&q=example.org",
    "filter that leaves nobody": "/?lead_type=seller",
    "not in Google": "/?google=out",
}


def list_figures(few: int, many: int) -> Iterator[Figure]:
    """Each page at both sizes; the floor is the page of the few."""
    crowds = [_crowd(number) for number in (few, many)]
    for what, path in {**_PAGES, "page in the middle": ""}.items():
        addresses = [path or _middle(user) for user in crowds]
        floor, seconds = _seconds(crowds, addresses)
        is_held = seconds <= MOST_TIMES_THE_FEW * floor
        yield Figure(f"{what}, of {few:,}", _cost(floor), floor)
        yield Figure(f"{what}, of {many:,}", _cost(seconds), floor, f"2 times that of {few:,}", is_held)


def _crowd(number: int) -> User:
    """A user with so many contacts, in tables that PostgreSQL has got to know, as it does by itself in a minute."""
    user = User.objects.create_user(f"{new_id().hex}@office.example", "a long password")
    for numbers in batched(range(number), AT_ONCE, strict=False):
        with transaction.atomic(), connection.cursor() as cursor:
            copy_contacts(cursor, [_contact(user, each) for each in numbers])
    tagged = list(Contact.objects.filter(owner=user).values_list("id", flat=True)[::ONE_IN])
    add_hashtags(owner_id=user.pk, contact_ids=tagged, hashtags=["openhouse"], actor=Actor.PERSON)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE contacts_contact, contacts_term")
    return user


def _contact(user: User, number: int) -> NewContact:
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)]
    phone = f"+1415{number:07}"
    card = Card(
        name=Name(given=given, family=f"{family} {number}"),
        emails=(Email(value=f"person-{number}@example.org", label="home"),),
        phones=(Phone(value=phone, label="mobile", key=phone),),
    )
    return NewContact(
        id=new_id(),
        owner_id=user.pk,
        card=card,
        company="",
        status=_STATUSES[number % len(_STATUSES)],
        source="Google Contacts",
        at=datetime.now(UTC),
        cause=new_id(),
    )


def _middle(user: User) -> str:
    """A page half way through, behind a contact."""
    contacts = Contact.objects.filter(owner=user).order_by("id")
    return f"/?after={contacts[contacts.count() // 2].id}"


def _seconds(users: Sequence[User], addresses: Sequence[str]) -> list[float]:
    """The median of several answers to each, in turn, so that what else the machine does weighs on all alike."""
    asked = [partial(_answer, _client(user), address) for user, address in zip(users, addresses, strict=True)]
    for ask in asked:
        ask()  # warms up
    rounds = [[seconds_of(ask) for ask in asked] for _ in range(ROUNDS)]
    return [median(each) for each in zip(*rounds, strict=True)]


def _client(user: User) -> Client:
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user)
    return client


def _answer(client: Client, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} was answered with {response.status_code}")


def _cost(seconds: float) -> Cost:
    return Cost(seconds=seconds, memory_bytes=None, calls={}, overlapping_writes=0, contact_rows_read=0)
