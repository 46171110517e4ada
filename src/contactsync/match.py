"""The first meeting of persons and contacts that are not linked: who is who.

Rules 2 to 5 of the chapter First meeting; rule 1, the marker, is the planner's.

Evidence links only names that are compatible; what is in doubt becomes a new contact, listed as a possible
duplicate.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from contactsync.card import Card, Field, Name
from contactsync.names import compatible_names, name_key
from contactsync.normalize import identity, values_of
from contactsync.records import Contact, Person

#: A value that as many contacts, or as many persons, share is no evidence: a switchboard, a family's address.
TOO_MANY = 3


class Evidence(StrEnum):
    """Why a person is thought to be a contact, strongest first; the words are shown."""

    EMAIL = "same e-mail"
    PHONE = "same phone"
    ADDRESS = "same name and address"
    BIRTHDAY = "same name and birthday"
    OTHER_NAME = "same e-mail, different name"


type Candidate = tuple[str, Evidence]  # the contact's id, and why


@dataclass(frozen=True, slots=True)
class LinkTo:
    """The person is this contact; `duplicates` are the contacts that share its evidence, hence are its doubles."""

    contact_id: str
    reason: Evidence
    duplicates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class CreateNew:
    """The person becomes a contact of its own; whom it may be nevertheless is listed for the user."""

    possible_duplicates: tuple[Candidate, ...] = ()


type Decision = LinkTo | CreateNew


@dataclass(frozen=True, slots=True)
class _Profile:
    """What of a person or a contact is compared."""

    id: str
    name: Name
    evidence: Mapping[str, Evidence]


@dataclass(frozen=True, slots=True)
class _Match:
    """A person and a contact that have something in common."""

    person: _Profile
    contact: _Profile
    evidence: tuple[Evidence, ...]

    @property
    def reason(self) -> Evidence:
        order = tuple(Evidence)
        return min(self.evidence, key=order.index) if self.is_compatible else Evidence.OTHER_NAME

    @property
    def has_same_email(self) -> bool:
        return Evidence.EMAIL in self.evidence

    @property
    def is_compatible(self) -> bool:
        return compatible_names(self.person.name, self.contact.name, same_email=self.has_same_email)


def keys(card: Card) -> frozenset[str]:
    """The keys under which candidates for a Card are looked up, among contacts as among persons."""
    full_name = name_key(card.name)
    return frozenset((*_value_keys(card), *((f"name:{full_name}",) if full_name else ())))


def shared_keys(cards: Iterable[Card]) -> frozenset[str]:
    """The evidence that three or more of the Cards (one side's) hold, which therefore is none."""
    return _shared(_evidence(card) for card in cards)


def decide(person: Person, candidates: Sequence[Contact], *, shared: frozenset[str] = frozenset()) -> Decision:
    """Who the person is among the candidates, which come oldest first; `shared` keys are no evidence."""
    profiles = [_profile(contact.id, contact.card.name, _evidence(contact.card), shared) for contact in candidates]
    evidence = _evidence(person.card)
    return _decision(_matches(_profile(person.source_id, person.card.name, evidence, shared), profiles))


def match_all(
    persons: Sequence[Person], contacts: Sequence[Contact], *, shared: frozenset[str] = frozenset()
) -> Mapping[str, Decision]:
    """The decision for each person by its source id; contacts come oldest first, and get one person at most.

    What three of these persons or contacts share is no evidence; `shared` adds what is shared with others,
    the linked ones. So no key has more than two holders a side, and the cost is linear.
    """
    of_persons = [_evidence(person.card) for person in persons]
    of_contacts = [_evidence(contact.card) for contact in contacts]
    shared |= _shared(of_persons) | _shared(of_contacts)
    index = _Index(
        _profile(contact.id, contact.card.name, evidence, shared)
        for contact, evidence in zip(contacts, of_contacts, strict=True)
    )
    matches = {}
    for person, evidence in zip(persons, of_persons, strict=True):
        profile = _profile(person.source_id, person.card.name, evidence, shared)
        matches[profile.id] = _matches(profile, index.candidates(profile))
    return _one_person_each({source_id: _decision(found) for source_id, found in matches.items()}, matches)


class _Index:
    """Contacts by their evidence, in the order in which they came."""

    def __init__(self, profiles: Iterable[_Profile]) -> None:
        self._profiles = list(profiles)
        self._positions: dict[str, list[int]] = defaultdict(list)
        for position, profile in enumerate(self._profiles):
            for key in profile.evidence:
                self._positions[key].append(position)

    def candidates(self, person: _Profile) -> list[_Profile]:
        found = {position for key in person.evidence for position in self._positions.get(key, ())}
        return [self._profiles[position] for position in sorted(found)]


def _one_person_each(decisions: dict[str, Decision], matches: Mapping[str, Sequence[_Match]]) -> dict[str, Decision]:
    """Takes a contact that several persons are linked to from all of them but one."""
    claims: dict[str, list[_Match]] = defaultdict(list)
    for source_id, decision in decisions.items():
        if isinstance(decision, LinkTo):
            claims[decision.contact_id] += (
                match for match in matches[source_id] if match.contact.id == decision.contact_id
            )
    for claimants in claims.values():
        for match in _losers(claimants):
            decisions[match.person.id] = CreateNew(((match.contact.id, match.reason),))
    return decisions


def _losers(claimants: Sequence[_Match]) -> Sequence[_Match]:
    """All but the one that shares most (ties: the lowest source id); all, if they contradict one another."""
    if len(claimants) == 1:
        return ()
    if not _are_compatible([match.person for match in claimants]):
        return claimants
    winner = min(claimants, key=lambda match: (-len(match.evidence), len(match.person.id), match.person.id))
    return [match for match in claimants if match is not winner]


def _decision(matches: Sequence[_Match]) -> Decision:
    linkable = [match for match in matches if match.is_compatible]
    if not linkable:
        return CreateNew(_listed(match for match in matches if match.has_same_email))
    if not _are_compatible([match.contact for match in linkable]):
        return CreateNew(_listed(linkable))
    best = max(linkable, key=lambda match: len(match.evidence))
    others = (match for match in matches if match is not best and (match.is_compatible or match.has_same_email))
    return LinkTo(best.contact.id, best.reason, _listed(others))


def _matches(person: _Profile, candidates: Iterable[_Profile]) -> list[_Match]:
    matches = []
    for contact in candidates:
        evidence = tuple(kind for key, kind in contact.evidence.items() if key in person.evidence)
        if evidence:
            matches.append(_Match(person, contact, evidence))
    return matches


def _listed(matches: Iterable[_Match]) -> tuple[Candidate, ...]:
    return tuple((match.contact.id, match.reason) for match in matches)


def _are_compatible(profiles: Sequence[_Profile]) -> bool:
    return all(
        compatible_names(one.name, other.name, same_email=_share_email(one, other))
        for one, other in combinations(profiles, 2)
    )


def _share_email(one: _Profile, other: _Profile) -> bool:
    return any(kind is Evidence.EMAIL and key in other.evidence for key, kind in one.evidence.items())


def _profile(profile_id: str, name: Name, evidence: Mapping[str, Evidence], shared: frozenset[str]) -> _Profile:
    return _Profile(profile_id, name, {key: kind for key, kind in evidence.items() if key not in shared})


def _shared(all_evidence: Iterable[Mapping[str, Evidence]]) -> frozenset[str]:
    counts = Counter(key for evidence in all_evidence for key in evidence)
    return frozenset(key for key, count in counts.items() if count >= TOO_MANY)


def _evidence(card: Card) -> dict[str, Evidence]:
    return _value_keys(card) | _name_keys(card)


def _value_keys(card: Card) -> dict[str, Evidence]:
    emails = {f"email:{identity(email)}": Evidence.EMAIL for email in values_of(card, Field.EMAILS)}
    phones = {f"phone:{identity(phone)}": Evidence.PHONE for phone in values_of(card, Field.PHONES)}
    return emails | phones


def _name_keys(card: Card) -> dict[str, Evidence]:
    """A full name with each address, and with the birthday: only together are they evidence."""
    full_name = name_key(card.name)
    if not full_name:
        return {}
    keys = {
        f"name:{full_name} address:{identity(address)}": Evidence.ADDRESS
        for address in values_of(card, Field.ADDRESSES)
    }
    birthday = card.birthday
    if birthday is not None and birthday.is_date:
        keys[f"name:{full_name} birthday:{birthday.year}-{birthday.month}-{birthday.day}"] = Evidence.BIRTHDAY
    return keys
