"""The two kinds of write: creating a person for a contact, and updating a person under its etag."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from contactsync.card import Field
from contactsync.writes import Doubtful, Draft, Missing, Outcome, Refused, Stale, Unsent, Update, Written
from google_people import wire
from google_people.budget import BATCH_WRITE, SINGLE_WRITE
from google_people.client import Call
from google_people.codec import PATHS, Codec
from google_people.errors import Failure, Mend, classify_item, error_of, refusal_words
from google_people.listing import PERSON_FIELDS, READ_BACK, SOURCE

_READ_BACK_BODY = {"readMask": PERSON_FIELDS, "sources": [SOURCE]}


@dataclass(frozen=True, slots=True)
class Creation:
    """`people.createContact`; answers belong to the contact whose marker they carry.

    One without a marker belongs to the draft in its place, where every draft has an answer: to take it for none would
    make the person twice.
    """

    codec: Codec

    def key(self, item: Draft) -> str:
        return item.contact_id

    def single(self, item: Draft) -> Call:
        body = msgspec.json.encode(self.codec.create_body(item))
        path = "v1/people:createContact"
        return Call("people.createContact", "POST", path, SINGLE_WRITE, READ_BACK, body, is_write=True)

    def batch(self, items: Sequence[Draft]) -> Call:
        contacts = [{"contactPerson": self.codec.create_body(item)} for item in items]
        body = msgspec.json.encode({"contacts": contacts, **_READ_BACK_BODY})
        path = "v1/people:batchCreateContacts"
        return Call("people.batchCreateContacts", "POST", path, BATCH_WRITE, (), body, is_write=True)

    def read_single(self, body: bytes) -> Outcome:
        return Written(self.codec.person(body))

    def read_batch(self, items: Sequence[Draft], body: bytes) -> Mapping[str, Outcome]:
        outcomes: dict[str, Outcome] = {item.contact_id: Doubtful() for item in items}
        created = wire.decode_batch_create(body).created_people
        is_complete = len(created) == len(items)
        for item, response in zip(items, created, strict=False):
            if bytes(response.person):
                try:
                    person = self.codec.person(response.person)
                except ValueError:
                    continue
                owner = item.contact_id if person.marker is None and is_complete else person.marker
                if owner in outcomes:
                    outcomes[owner] = Written(person)
        return outcomes

    def culprits(self, items: Sequence[Draft], failure: Failure) -> Mapping[str, Outcome]:
        """Google names them by their place in the request."""
        by_place = {str(place): item for place, item in enumerate(items)}
        return {
            by_place[place].contact_id: self.rejected(error)
            for place, error in failure.items.items()
            if place in by_place
        }

    def rejected(self, failure: Failure) -> Outcome:
        if failure.mend is Mend.WAIT:
            return Unsent(error_of(failure))
        return Refused(refusal_words(failure))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """`people.updateContact` of one mask; answers belong to the resource name that was sent."""

    codec: Codec
    fields: frozenset[Field]

    @property
    def mask(self) -> str:
        return ",".join(PATHS[field] for field in Field if field in self.fields)

    def key(self, item: Update) -> str:
        return item.newest.resource_name

    def single(self, item: Update) -> Call:
        body = msgspec.json.encode(self.codec.update_body(item))
        path = f"v1/{quote(item.newest.resource_name)}:updateContact"
        query = (("updatePersonFields", self.mask), *READ_BACK)
        return Call("people.updateContact", "PATCH", path, SINGLE_WRITE, query, body, is_write=True)

    def batch(self, items: Sequence[Update]) -> Call:
        contacts = {item.newest.resource_name: self.codec.update_body(item) for item in items}
        body = msgspec.json.encode({"contacts": contacts, "updateMask": self.mask, **_READ_BACK_BODY})
        path = "v1/people:batchUpdateContacts"
        return Call("people.batchUpdateContacts", "POST", path, BATCH_WRITE, (), body, is_write=True)

    def read_single(self, body: bytes) -> Outcome:
        return Written(self.codec.person(body))

    def read_batch(self, items: Sequence[Update], body: bytes) -> Mapping[str, Outcome]:
        answers = wire.decode_batch_update(body).update_result
        return {self.key(item): self._outcome(answers.get(self.key(item))) for item in items}

    def culprits(self, items: Sequence[Update], failure: Failure) -> Mapping[str, Outcome]:
        """Google names them by their resource name."""
        names = {self.key(item) for item in items}
        return {name: self.rejected(error) for name, error in failure.items.items() if name in names}

    def rejected(self, failure: Failure) -> Outcome:
        match failure.mend:
            case Mend.READ_AGAIN:
                return Stale()
            case Mend.RELINK:
                return Missing()
            case Mend.WAIT:
                return Unsent(error_of(failure))
            case _:
                return Refused(refusal_words(failure))

    def _outcome(self, response: wire.PersonResponse | None) -> Outcome:
        if response is None:
            return Doubtful()
        if response.status.code:
            failure = classify_item(response.status)
            return Doubtful() if failure.mend is Mend.RETRY else self.rejected(failure)
        try:
            return Written(self.codec.person(response.person)) if bytes(response.person) else Doubtful()
        except ValueError:
            return Doubtful()
