"""Files that a program must survive: what can't be read is reported line by line, the rest of the card is used."""

from collections import Counter

from tests.integration.real_input.cards import Reading, read_text
from tests.integration.real_input.data import needs_vcards
from tests.integration.real_input.persons import person_of

#: Lines that nothing can be made of, by file; what a whole card lacks is reported as one.
UNREAD = {
    "aosp/v21_adr_multiple_line.vcf": 2,
    "calcard/003.vcf": 2,
    "calcard/010.vcf": 1,
    "calcard/056.vcf": 1,
    "calcard/066.vcf": 1,
    "calcard/067.vcf": 3,
    "calcard/073.vcf": 1,
    "eds/libebook/vcard/8.vcf": 1,
    "eds/libebook/vcard/9.vcf": 2,
    "ez-vcard/io/text/John_Doe_ANDROID.vcf": 1,
    "ical4j-vcard/vcard-antoni-outlook2003.vcf": 1,
    "kcontacts/vcard_legacy_messaging_fields.vcf": 3,
    "roundcube/thebat.vcf": 2,
}
CARDS = 239
EMPTY = 4


@needs_vcards
def test_every_card_is_read_and_every_line_that_cannot_be_is_reported(reading: Reading) -> None:
    assert len(reading.cards) == CARDS
    assert Counter(unread.file for unread in reading.unread) == UNREAD
    assert sum(not person_of(card) for card in reading.cards) == EMPTY


def test_a_card_that_is_never_closed_is_used_and_reported() -> None:
    reading = read_text("BEGIN:VCARD\nN:Lovelace;Ada\nbroken\nTEL:1\n")
    (card,) = reading.cards
    assert person_of(card) == {
        "names": [{"familyName": "Lovelace", "givenName": "Ada"}],
        "phoneNumbers": [{"value": "1"}],
    }
    assert [unread.line for unread in reading.unread] == [3, 0]


def test_a_card_inside_another_is_a_card_of_its_own() -> None:
    reading = read_text("BEGIN:VCARD\nN:Lovelace\nBEGIN:VCARD\nN:Byron\nEND:VCARD\nTEL:1\nEND:VCARD\n")
    assert [person_of(card)["names"] for card in reading.cards] == [
        [{"familyName": "Byron"}],
        [{"familyName": "Lovelace"}],
    ]
    assert "phoneNumbers" in person_of(reading.cards[1])
