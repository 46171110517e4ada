"""Bodies over all kinds of persons: what is read back is what was wanted, and what nobody edited is untouched."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contactsync.card import Address, Birthday, Card, Email, Field, Name, Phone
from contactsync.normalize import field_text, identity, phone_key, values_of
from contactsync.writes import Draft, Update
from google_people.codec import PATHS, Codec
from tests.unit.google_people.wire_examples import PROFILE, SOURCE, person_body

CODEC = Codec(installation="here", region="US")

texts = st.text(st.sampled_from("abZé 1\u200b"), max_size=6)
labels = st.sampled_from(["", "home", "work", "Ferienhaus"])
unknown = st.dictionaries(st.sampled_from(["displayName", "pref", "odd"]), texts | st.integers(), max_size=2)
metadata = st.fixed_dictionaries(
    {"source": st.sampled_from([SOURCE, SOURCE, PROFILE])},
    optional={"primary": st.just(True), "sourcePrimary": st.just(True), "verified": st.just(True)},
)
email_values = st.sampled_from(["a@x.org", "A@x.org", "b@x.org", "c@x.org", "", " a@x.org"])
phone_values = st.sampled_from(["415 555 2671", "(415) 555-2671", "415 555 2672", "112", "", "ask Bob"])


def entries(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.builds(
        lambda more, own: {**more, **{key: value for key, value in own.items() if value}},
        unknown,
        st.fixed_dictionaries({"metadata": metadata, "type": labels, **known}),
    )
    return st.lists(one, max_size=5)


persons = st.builds(
    lambda emails, phones, addresses: person_body(emailAddresses=emails, phoneNumbers=phones, addresses=addresses),
    entries(value=email_values, formattedType=labels),
    entries(value=phone_values, formattedType=labels),
    entries(streetAddress=texts, city=texts, country=texts, formattedValue=texts),
)
phones = st.builds(lambda value, label: Phone(value, label, phone_key(value, "US")), phone_values, labels)
cards = st.builds(
    Card,
    name=st.builds(Name, texts, texts, texts, texts, texts),
    emails=st.lists(st.builds(Email, email_values, labels), max_size=3).map(tuple),
    phones=st.lists(phones, max_size=3).map(tuple),
    addresses=st.lists(st.builds(Address, street=texts, city=texts, country=texts, label=labels), max_size=2).map(
        tuple
    ),
    birthday=st.none()
    | st.builds(Birthday, st.none() | st.integers(1900, 2020), st.integers(1, 12), st.integers(1, 28)),
)
SETS = (Field.EMAILS, Field.PHONES, Field.ADDRESSES)


def sent(body: dict[str, Any], desired: Card, fields: frozenset[Field]) -> dict[str, Any]:
    newest = CODEC.person(json.dumps(body).encode())
    return dict(CODEC.update_body(Update(newest, desired, fields)))


def read(body: dict[str, Any]) -> Card:
    return CODEC.person(json.dumps(body).encode()).card


def stripped(raw: dict[str, Any]) -> dict[str, Any]:
    """As it may go back: of the metadata only what can be written."""
    kept = {key: value for key, value in raw.items() if key != "metadata"}
    return {**kept, "metadata": {"sourcePrimary": True}} if raw["metadata"].get("sourcePrimary") else kept


def own(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [raw for raw in entries if raw["metadata"]["source"] is SOURCE]


@given(persons)
def test_an_unedited_person_goes_back_as_read(body: dict[str, Any]) -> None:
    update = sent(body, read(body), frozenset(SETS))
    for field in SETS:
        assert update[PATHS[field]] == [stripped(raw) for raw in own(body[PATHS[field]])]


@given(persons, st.data())
def test_an_edited_phone_leaves_every_other_entry_as_read(body: dict[str, Any], data: st.DataObject) -> None:
    card = read(body)
    if not card.phones:
        return
    place = data.draw(st.integers(0, len(card.phones) - 1))
    edited = replace(card.phones[place], label="edited")
    desired = replace(card, phones=(*card.phones[:place], edited, *card.phones[place + 1 :]))
    before = [stripped(raw) for raw in own(body["phoneNumbers"])]
    after = sent(body, desired, frozenset({Field.PHONES}))["phoneNumbers"]
    assert len(after) == len(before)
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) <= 1
    for old, new in changed:
        twins = {"formattedType", "type"}
        assert {key: value for key, value in new.items() if key not in twins} == {
            key: value for key, value in old.items() if key not in twins
        }


@given(persons, cards)
def test_what_was_wanted_is_what_is_read_back(body: dict[str, Any], desired: Card) -> None:
    """Each wanted identity is there, and no other; a value that was there may keep its further entries."""
    update = sent(body, desired, frozenset(SETS))
    answer = read({**body, **{PATHS[field]: update[PATHS[field]] for field in SETS}})
    for field in SETS:
        assert _identities(answer, field) == _identities(desired, field)


@given(cards)
def test_a_created_person_reads_as_its_card(card: Card) -> None:
    body = CODEC.create_body(Draft("c1", card))
    person = CODEC.person(json.dumps({**person_body(), **body}).encode())
    assert person.marker == "c1"
    assert person.in_my_contacts
    for field in Field:
        assert field_text(person.card, field) == field_text(card, field)


def _identities(card: Card, field: Field) -> set[object]:
    return {identity(value) for value in values_of(card, field)}
