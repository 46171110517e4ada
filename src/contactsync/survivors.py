"""Merged in Google: which person a deleted one lives on in. Pure.

A merge arrives as one changed and one deleted person. One shared number is not enough to say so: see `survivor_of`.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from contactsync.card import BLANK, Card, Field
from contactsync.names import compatible_names
from contactsync.normalize import identity, values_of
from contactsync.records import LinkState, Pair, Person

#: So long after its change a person may still be the survivor of a merge whose deletion comes later.
RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Survivor:
    """A person that changed, whom a deleted one may live on in; `base` is its Card before, where that is known.

    `has_contact` says that a contact in use stands for it, into which another one can be merged.
    """

    source_id: str
    card: Card
    base: Card | None = None
    marker: str | None = None
    has_contact: bool = True


def survivor_of(lost: Pair, changed: Iterable[Survivor]) -> Survivor | None:
    """The one person that the deleted one was merged into; None where there is none, or more than one.

    It carries the deleted person's marker; or it holds every e-mail and phone of the deleted person's base, at least
    one, and either gained one of them since its own base or has a compatible name.
    """
    others = [person for person in changed if person.source_id != lost.link.source_id]
    found = [person for person in others if _is_survivor(lost, person)]
    return found[0] if len(found) == 1 else None


def from_reading(persons: Sequence[Person], pairs: Mapping[str, Pair]) -> list[Survivor]:
    """The persons that a run read, as possible survivors."""
    return [_survivor(person, pairs.get(person.source_id)) for person in persons]


def _survivor(person: Person, pair: Pair | None) -> Survivor:
    base = pair.link.remote_base if pair is not None else None
    return Survivor(
        person.source_id, person.card, base, person.marker, has_contact=pair is not None and _is_in_use(pair)
    )


def _is_in_use(pair: Pair) -> bool:
    return pair.link.state is LinkState.LIVE and pair.contact is not None and not pair.contact.trashed


def _is_survivor(lost: Pair, person: Survivor) -> bool:
    if lost.contact is not None and person.marker == lost.contact.id:
        return True
    wanted = reachable(lost.link.remote_base or BLANK)
    held = reachable(person.card)
    if not wanted or not wanted <= held:
        return False
    if person.base is not None and wanted - reachable(person.base):
        return True
    lost_name = (lost.link.remote_base or BLANK).name
    return compatible_names(lost_name, person.card.name, same_email=any(key[0] is Field.EMAILS for key in wanted))


def reachable(card: Card) -> frozenset[tuple[Field, Hashable]]:
    """The identities of the e-mails and phones of a Card."""
    return frozenset(
        (field, identity(value)) for field in (Field.EMAILS, Field.PHONES) for value in values_of(card, field)
    )
