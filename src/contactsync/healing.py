"""Doubles: two persons that our own creates made for one contact, because an answer was lost.

The linked one stays; of unlinked ones that with anything more than we sent, else the lower source id. The other is
deleted, one of the three deletions that ever go to Google, and only while it is exactly what our create sent and the
one that stays is there. Anything else is imported like any person.
"""

from collections.abc import Mapping, Sequence

from contactsync.actions import Close, Receipt, Result
from contactsync.card import Card
from contactsync.listing import get_persons
from contactsync.normalize import same_card
from contactsync.records import Known, LinkState, Person
from contactsync.writes import Draft, Missing, Written
from contactsync.writing import Session, raise_unsent

DELETED = "a double that a lost answer left: deleted in Google"


async def find_doubles(session: Session, strangers: Sequence[Person], marked: Sequence[Known]) -> frozenset[str]:
    """The source ids of the unlinked persons that are doubles; `marked` are the contacts that their markers name."""
    owners = {known.contact.id: known for known in marked}
    suspects = _suspects(strangers, owners)
    if not suspects:
        return frozenset()
    sent = await session.repository.sent_cards(list(suspects))
    doubles = [
        person
        for contact_id, group in suspects.items()
        for person in _but_the_best(group, sent.get(contact_id, ()), is_linked=_is_alive(owners[contact_id]))
        if await _exactly_sent(session, person, sent.get(contact_id, ())) is not None
    ]
    session.doubles.update({person.source_id: person for person in doubles})
    return frozenset(person.source_id for person in doubles)


async def heal_doubles(session: Session) -> None:
    """Deletes in Google the doubles that were found, each read once more right before.

    Where no answer comes, the item stays open, and the next run finds out.
    """
    for double in session.doubles.values():
        sent = await session.repository.sent_cards([double.marker or ""])
        person = await _exactly_sent(session, double, sent.get(double.marker or "", ()))
        if person is None or not await _has_another(session, person):
            continue
        outcome = await session.provider.delete_one(person)
        raise_unsent({person.source_id: outcome})
        if isinstance(outcome, Written | Missing):
            await _settle(session, person)


def _suspects(strangers: Sequence[Person], marked: Mapping[str, Known]) -> dict[str, list[Person]]:
    """By contact, the persons with its marker that are one too many."""
    groups: dict[str, list[Person]] = {}
    for person in sorted(strangers, key=lambda person: person.source_id):
        if person.marker in marked:
            groups.setdefault(person.marker or "", []).append(person)
    return {
        contact_id: group for contact_id, group in groups.items() if len(group) > 1 or _is_alive(marked[contact_id])
    }


def _is_alive(known: Known) -> bool:
    return known.link is not None and known.link.state in {LinkState.LIVE, LinkState.PAUSED}


def _but_the_best(group: Sequence[Person], sent: Sequence[Card], *, is_linked: bool) -> Sequence[Person]:
    """All where the linked one stays; else all but the one with more than we sent, or the lowest source id."""
    if is_linked:
        return group
    return sorted(group, key=lambda person: any(same_card(person.card, card) for card in sent))[1:]


async def _exactly_sent(session: Session, person: Person, sent: Sequence[Card]) -> Person | None:
    """The person as it is now, if it is exactly what one of our creates sent, and nothing else."""
    for card in sent:
        if person.marker is not None and same_card(person.card, card):
            draft = Draft(person.marker, card)
            if (found := await session.provider.read_as_created(draft, person.resource_name)) is not None:
                return found
    return None


async def _has_another(session: Session, person: Person) -> bool:
    """Whether the contact is linked to somebody else, who is there."""
    for known in await session.repository.contacts([person.marker or ""]):
        link = known.link
        if link is None or not _is_alive(known) or link.source_id == person.source_id:
            return False
        return isinstance((await get_persons(session.provider, [link.resource_name]))[link.resource_name], Person)
    return False


async def _settle(session: Session, person: Person) -> None:
    due = await session.repository.due(session.clock())
    await session.repository.apply([Close(item) for item in due if item.source_id == person.source_id])
    receipt = Receipt(person.marker or "", Result.HEALED, DELETED, person.resource_name)
    await session.repository.record([receipt])
