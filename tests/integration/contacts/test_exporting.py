"""What is exported can be read by others, and nothing of the five fields is missing."""

import io
import json
from typing import Any

import pytest
import vobject

from tandem.contacts.exporting import ExportFormat, export_contacts
from tandem.contacts.models import Actor, Contact
from tandem.contacts.services import trash_contacts
from tandem.users.models import User
from tests.factories import ADA, make_contact, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    alice = make_user("alice")
    values: dict[str, Any] = ADA | {
        "emails": [*ADA["emails"], {"value": "ada@work.example", "label": "Analytical; Engine, dept"}],
        "notes": "Two\nlines; with, signs \\ and 日本語 " * 5,
        "hashtags": ["openhouse", "navy"],
        "company": "Babbage; Sons",
        "lead_types": ["buyer"],
    }
    make_contact(alice, **values)
    gone = make_contact(alice, name={"given": "Gone"})
    trash_contacts(owner_id=alice.pk, contact_ids=[gone.id], actor=Actor.PERSON)
    make_contact(make_user("bob"), name={"given": "Bob's"})
    return alice


def exported(owner: User, form: ExportFormat) -> str:
    out = io.StringIO(newline="")
    export_contacts(out, owner_id=owner.pk, form=form)
    return out.getvalue()


def test_json_holds_the_contacts_in_use_in_the_apis_shape(alice: User) -> None:
    (contact,) = json.loads(exported(alice, ExportFormat.JSON))
    assert contact["display_name"] == "Ada Lovelace"
    assert contact["hashtags"] == ["openhouse", "navy"]
    assert len(contact["emails"]) == 2


def test_json_of_nobody_is_an_empty_list(db: None) -> None:
    assert json.loads(exported(make_user(), ExportFormat.JSON)) == []


def test_each_contact_is_counted(alice: User) -> None:
    seen: list[None] = []
    make_contact(alice, name={"given": "Grace"})
    export_contacts(io.StringIO(), owner_id=alice.pk, form=ExportFormat.JSON, on_contact=lambda: seen.append(None))
    assert len(seen) == 2


@pytest.mark.parametrize("form", [ExportFormat.VCARD_3, ExportFormat.VCARD_4])
def test_vcard_holds_all_five_fields_and_what_the_crm_knows(alice: User, form: ExportFormat) -> None:
    text = exported(alice, form)
    (card,) = vobject.readComponents(text)
    contact = Contact.objects.get(owner=alice, trashed_at=None)
    assert (card.n.value.family, card.n.value.given) == ("Lovelace", "Ada")
    assert [email.value for email in card.email_list] == ["ada@example.org", "ada@work.example"]
    assert card.email.type_param == "HOME"
    assert card.x_ablabel.value == "Analytical; Engine, dept"
    assert card.tel.value == "(415) 555-2671"
    assert card.tel.type_param == "CELL"
    assert (card.adr.value.street, card.adr.value.city) == ("12 St James's Sq", "London")
    assert card.note.value == contact.notes
    assert card.categories.value == ["openhouse", "navy"]
    assert card.org.value == ["Babbage; Sons"]
    assert card.x_tandem_status.value == "sphere"
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


@pytest.mark.parametrize("form", [ExportFormat.VCARD_3, ExportFormat.VCARD_4])
def test_a_line_of_few_characters_but_many_octets_is_folded(db: None, form: ExportFormat) -> None:
    alice, company = make_user(), "東京都渋谷区桜丘町" * 4
    make_contact(alice, company=company)
    text = exported(alice, form)
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert vobject.readOne(text).org.value == [company]


def test_birthday_without_a_year_stays_without_one(alice: User) -> None:
    assert "BDAY:--1210\r\n" in exported(alice, ExportFormat.VCARD_4)
    assert "BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10\r\n" in exported(alice, ExportFormat.VCARD_3)


def test_versions_are_named(alice: User) -> None:
    assert "VERSION:4.0\r\n" in exported(alice, ExportFormat.VCARD_4)
    assert "VERSION:3.0\r\n" in exported(alice, ExportFormat.VCARD_3)
