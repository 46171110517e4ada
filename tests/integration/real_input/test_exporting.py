"""What came from two hundred cards of other programs, written as vCards again and read back."""

import pytest

from tandem.contacts.exporting import ExportFormat, export_pieces
from tandem.contacts.models import Contact
from tandem.contacts.shape import contact_json
from tests.integration.googlesync.world import World
from tests.integration.real_input.book import finished, load_cards
from tests.integration.real_input.cards import Reading, read_text
from tests.integration.real_input.comparing import five_fields, shown
from tests.integration.real_input.data import needs_vcards
from tests.integration.real_input.persons import person_of

pytestmark = needs_vcards

MOST_OCTETS = 75  # of a line (RFC 6350, 3.2)


@pytest.mark.parametrize("form", [ExportFormat.VCARD_3, ExportFormat.VCARD_4])
def test_an_exported_vcard_holds_every_value_of_the_five_fields(
    world: World, reading: Reading, form: ExportFormat
) -> None:
    load_cards(world, reading)
    world.connect()
    finished(world.switch_on())

    text = "".join(export_pieces(owner_id=world.user.pk, form=form))

    assert [line for line in text.split("\r\n") if len(line.encode()) > MOST_OCTETS] == []
    written = read_text(text)
    assert written.unread == []
    contacts = Contact.objects.filter(owner=world.user).order_by("id")
    assert len(written.cards) == len(contacts)
    wrong = []
    for contact, card in zip(contacts, written.cards, strict=True):
        wanted, found = shown(contact_json(contact)), five_fields(person_of(card))
        wrong += [(field, wanted[field], found[field]) for field in wanted if wanted[field] != found[field]]
    assert not wrong
