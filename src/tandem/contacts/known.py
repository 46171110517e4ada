"""Who has an e-mail address or a phone number already: asked while somebody types it."""

from uuid import UUID

from contactsync.normalize import phone_key
from tandem.contacts.models import Contact, Term
from tandem.contacts.querysets import in_use
from tandem.contacts.terms import LOCAL_DIGITS, digits_of, email_term

FEWEST_DIGITS = 3
MOST_HOLDERS = 20  # a number that so many share is a switchboard: the first of them are enough to say so


def holder_of_email(owner_id: int, email: str, *, other_than: UUID | None = None) -> Contact | None:
    """The oldest contact in use that has this e-mail address, in whatever case."""
    term = email_term(email.strip())
    return next(iter(_holders(owner_id, term, other_than)), None) if "@" in term else None


def holder_of_phone(owner_id: int, phone: str, *, region: str, other_than: UUID | None = None) -> Contact | None:
    """The oldest contact in use that has this number, in whatever format; also one typed without its area code."""
    key = phone_key(phone, region)
    digits = digits_of(key.partition(";")[0])
    if len(digits) < LOCAL_DIGITS:
        return None
    for contact in _holders(owner_id, digits[-LOCAL_DIGITS:], other_than):
        if any(_is_same(key, digits_of(phone), each["key"]) for each in contact.phones):
            return contact
    return None


def is_callable(phone: str) -> bool:
    """Whether the text holds as many digits as the shortest number that can be called."""
    return len(digits_of(phone)) >= FEWEST_DIGITS


def _is_same(key: str, typed: str, held: str) -> bool:
    number = held.partition(";")[0]
    is_local = LOCAL_DIGITS <= len(typed) <= LOCAL_DIGITS + 1
    return key.partition(";")[0] == number or (is_local and digits_of(number).endswith(typed))


def _holders(owner_id: int, term: str, other_than: UUID | None) -> list[Contact]:
    ids = Term.objects.filter(owner_id=owner_id, term=term).values("contact_id")
    holders = in_use(owner_id).filter(id__in=ids).order_by("id")
    return list((holders.exclude(id=other_than) if other_than else holders)[:MOST_HOLDERS])
