"""The terms a contact is found by, and the beginnings of terms that a search asks for. Pure.

A term is a folded text: a word of the name or company, the whole name, `#hashtag`, an email and its domain,
and a phone number's national digits, its last seven and last four, and its digits as typed. A number in E.164 is
found by its national digits, however the search dials it. Fewer terms a contact make an import faster: they are most
of its rows.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from contactsync.card import Card, Name, Phone
from contactsync.names import fold_name, name_key
from contactsync.normalize import clean, fold, identity, name_parts

MOST_CHARACTERS = 200  # of a term; a B-tree entry must stay under 2,700 bytes
FEWEST_CHARACTERS = 2
FEWEST_DIGITS = 3
LOCAL_DIGITS = 7  # the length of a number dialled without its area code
LINE_DIGITS = 4  # what people remember of a number
COUNTRY_DIGITS = 11  # a number of so many may begin with its country calling code, without a sign for it
TRUNK = "0"  # dialled first within most countries, and no part of the number in E.164
TRUNK_IN_E164 = "(0)"  # written into an international number, dialled from within the country alone
ABROAD = ("00", "011")  # dialled in place of the plus

_NOT_DIGITS = re.compile(r"\D+")
_PHONE_IN_QUERY = re.compile(
    r"(?<!\S)(?:tel:)?(\+?)(\(?\d[\d\s()./-]*)(?:(?:x|ext\.?|;ext=)\s*\d+)?(?!\S)", re.IGNORECASE
)
_COUNTRY_CODES = frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
_EDGES = ".,;:!?\"'()<>"


def terms_of(card: Card, *, company: str = "", hashtags: Iterable[str] = ()) -> set[str]:
    """All terms of a contact; each is at most `MOST_CHARACTERS` long.

    Among them are the terms of all keys of `contactsync.match.keys` (see `term_of_key`).
    """
    terms = _terms_of_name(card.name)
    if company:
        terms |= _terms_of_company(company)
    for email in card.emails:
        folded = _fold_email(email.value)
        terms.add(folded)
        terms.add(folded.rpartition("@")[2])
    for phone in card.phones:
        terms |= _terms_of_phone(phone)
    for hashtag in hashtags:
        terms.add(hashtag_term(hashtag))
    terms.discard("")
    return {term[:MOST_CHARACTERS] for term in terms}


def term_of_key(key: str) -> str:
    """The term that every contact with this match key has, such as `email:ada@example.org`; others may, too."""
    kind, _, value = key.partition(":")
    return _cut(_phone_term(value) if kind == "phone" else value)


def prefixes_of(query: str) -> list[tuple[str, ...]]:
    """For each word and number of `query` the beginnings of which one of a contact's terms must have one.

    Words of one letter and numbers of one or two digits say too little and are passed over. Empty when
    nothing is left to search for.
    """
    query = clean(query)
    prefixes = [_prefixes_of_number(plus, number) for plus, number in _PHONE_IN_QUERY.findall(query)]
    for token in fold(_PHONE_IN_QUERY.sub(" ", query)).split():
        prefixes += _prefixes_of_token(token)
    return list(dict.fromkeys(filter(None, prefixes)))


def hashtag_term(hashtag: str) -> str:
    """The term of a hashtag, given without its sign."""
    return _cut("#" + fold(hashtag))


def email_term(email: str) -> str:
    """The term of a whole e-mail address."""
    return _cut(_fold_email(email))


def digits_of(text: str) -> str:
    """The decimal digits of a text, in ASCII."""
    digits = _NOT_DIGITS.sub("", text)
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits)


def _fold_email(email: str) -> str:
    plain = email.isascii() and " " not in email and email.isprintable()
    return email.lower() if plain else fold(email)


def _terms_of_name(name: Name) -> set[str]:
    words = {word for part in name_parts(name) if part for word in fold_name(part)}
    return {*words, name_key(name)}


@lru_cache(maxsize=4096)
def _terms_of_company(company: str) -> frozenset[str]:
    words = fold_name(company)
    terms = set(words)
    if "." in company:  # 'example.org' is searched for as it stands
        terms.update(token.strip(_EDGES) for token in fold(company).split() if "." in token)
    return frozenset(terms)


def _terms_of_phone(phone: Phone) -> set[str]:
    number = _phone_term(phone.key or str(identity(phone)))
    terms = {number, number[-LOCAL_DIGITS:]}
    if number.isdecimal():
        terms.add(number[-LINE_DIGITS:])
    if not phone.value.lstrip().startswith("+"):  # as typed it may begin with the 0 of a national call
        terms.add(digits_of(phone.value))
    return terms


def _phone_term(key: str) -> str:
    """One term for a number in E.164 and for its national digits, which a search for either begins with."""
    number, _, _ = key.partition(";ext=")
    return _national(number) if number.startswith("+") else number


def _national(e164: str) -> str:
    """The digits after the country calling code; no such code is the beginning of another."""
    for length in (1, 2, 3):
        if e164[1 : length + 1] in _COUNTRY_CODES:
            return e164[length + 1 :]
    return e164[1:]


def _prefixes_of_number(plus: str, number: str) -> tuple[str, ...]:
    """As it is typed, and without what is dialled before the national digits, where that may be."""
    digits = digits_of(number.replace(TRUNK_IN_E164, ""))
    readings = [_phone_term(plus + digits)]
    if not plus:
        readings += [_phone_term("+" + digits.removeprefix(each)) for each in ABROAD if digits.startswith(each)]
        if len(digits) >= LOCAL_DIGITS and digits.startswith(TRUNK):
            readings.append(digits.removeprefix(TRUNK))
        if len(digits) == LOCAL_DIGITS + 1:  # as long as a local number of London or Paris
            readings.append(digits[-LOCAL_DIGITS:])
        if len(digits) >= COUNTRY_DIGITS:
            readings.append(_phone_term("+" + digits))
    return tuple(dict.fromkeys(_cut(each) for each in readings if len(each) >= FEWEST_DIGITS))


def _prefixes_of_token(token: str) -> list[tuple[str, ...]]:
    """A word may be one of a name, or a hashtag without its sign."""
    if token.startswith("#"):
        return [(_cut(token),)] if len(token) > FEWEST_CHARACTERS else []
    token = token.strip(_EDGES)
    if "@" in token.lstrip("@") or "." in token:
        return [(_cut(token.lstrip("@")),)]
    return [(_cut(word), _cut("#" + word)) for word in fold_name(token) if _says_enough(word)]


def _says_enough(word: str) -> bool:
    if word.isdecimal():
        return len(word) >= FEWEST_DIGITS
    # One ideograph is a word, and often a whole family name.
    return len(word) >= FEWEST_CHARACTERS or not word.isascii()


def _cut(term: str) -> str:
    return term[:MOST_CHARACTERS]
