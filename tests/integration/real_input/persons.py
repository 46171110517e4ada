"""A vCard as the person that Google would hold of it: five fields that Tandem models, and all the rest beside them."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from vobject.base import ContentLine
from vobject.vcard import splitFields

from tests.integration.real_input.cards import VCard

type Json = dict[str, Any]

MOST_CHARACTERS = 1024  # Google's limit for a value
_LEAP_YEAR = 2000
_ESCAPE = re.compile(r"\\([nN,;:\\])")
_DATE = re.compile(r"(\d{4}|--)-?(\d{2})-?(\d{2})(?:T.*)?")
_APPLES_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_NAME_PARTS = ("familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix")
_ADDRESS_PARTS = ("poBox", "extendedAddress", "streetAddress", "city", "region", "postalCode", "country")
_PHONETIC = {
    "X-PHONETIC-FIRST-NAME": "phoneticGivenName",
    "X-PHONETIC-MIDDLE-NAME": "phoneticMiddleName",
    "X-PHONETIC-LAST-NAME": "phoneticFamilyName",
}
_CHAT = ("IMPP", "X-AIM", "X-ICQ", "X-MSN", "X-JABBER", "X-YAHOO", "X-SKYPE", "X-QQ", "X-GTALK", "X-GOOGLE-TALK")
_PHOTOS = ("PHOTO", "LOGO")
_NO_LABEL = {"INTERNET", "PREF", "VOICE", "MSG", "TEXT", "VIDEO", "POSTAL", "PARCEL", "X400", "TYPE=VOICE"}
_LABELS = {"HOME": "home", "WORK": "work", "OTHER": "other", "CELL": "mobile", "MAIN": "main", "PAGER": "pager"}
_FAXES = {"HOME": "homeFax", "WORK": "workFax"}


def person_of(card: VCard) -> Json:
    """The person; what the vCard says and no field of Google's is made for stands under `userDefined`."""
    return {field: _one_preferred(entries) for field, make in _FIELDS.items() if (entries := make(card))}


def photo_of(card: VCard) -> str:
    """A word that stands for the card's picture; '' where it has none."""
    return next((f"{card.file}-{len(line.value)}" for line in card.all(*_PHOTOS)), "")


def categories_of(card: VCard) -> set[str]:
    texts = (part for line in card.all("CATEGORIES") for part in line.value.split(","))
    return {name for text in texts if (name := _plain(text).strip())}


def _names(card: VCard) -> list[Json]:
    structured = next(iter(card.all("N")), None)
    written = next(iter(card.all("FN")), None)
    name = {} if structured is None else _parts(structured, _NAME_PARTS, " ")
    if not name and written is not None:
        name = {"unstructuredName": _plain(written.value)}
    phonetic = {_PHONETIC[line.name]: _plain(line.value) for line in card.all(*_PHONETIC)}
    return _present([name | phonetic])


def _emails(card: VCard) -> list[Json]:
    return _present([_labelled(card, line, {"value": _plain(line.value)}) for line in card.all("EMAIL")])


def _phones(card: VCard) -> list[Json]:
    numbers = ((line, _plain(line.value).removeprefix("tel:")) for line in card.all("TEL"))
    return _present([_labelled(card, line, {"value": number}) for line, number in numbers])


def _addresses(card: VCard) -> list[Json]:
    """By parts, and, where the vCard has it so, as one text."""
    structured = [_labelled(card, line, _address(line)) for line in card.all("ADR")]
    texts = [_labelled(card, line, {"formattedValue": _plain(line.value)}) for line in card.all("LABEL")]
    return _present([*structured, *texts])


def _address(line: ContentLine) -> Json:
    country_codes = line.params.get("CC", [])  # RFC 8605
    return _parts(line, _ADDRESS_PARTS, ", ") | {"countryCode": "".join(country_codes[:1])}


def _birthdays(card: VCard) -> list[Json]:
    found = [(line, day) for line in card.all("BDAY") if (day := _date_of(line)) is not None]
    texts = [_plain(line.value) for line in card.all("BDAY")]
    if found:
        return [{"date": found[0][1]}]
    return [{"text": text} for text in texts[:1] if text]


def _date_of(line: ContentLine) -> Json | None:
    """Year, month, day of what a calendar has; Apple writes a year that stands for none."""
    match = _DATE.fullmatch(line.value)
    if match is None:
        return None
    omitted = line.params.get("X-APPLE-OMIT-YEAR", [])
    year = 0 if match[1] == "--" or match[1] in omitted else int(match[1])
    month, day = int(match[2]), int(match[3])
    try:
        date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return None
    return ({"year": year} if year else {}) | {"month": month, "day": day}


def _organizations(card: VCard) -> list[Json]:
    titles = [_plain(line.value) for line in card.all("TITLE")]
    made = []
    for place, line in enumerate(card.all("ORG")):
        name, *units = [_joined(part, ", ") for part in splitFields(line.value)]
        title = titles[place] if place < len(titles) else ""
        made.append({"name": name, "department": ", ".join(units), "title": title})
    return _present(made or [{"title": title} for title in titles])


def _biographies(card: VCard) -> list[Json]:
    notes = "\n".join(_plain(line.value) for line in card.all("NOTE"))
    return _present([{"value": notes}])


def _values(*names: str, key: str = "value") -> Callable[[VCard], list[Json]]:
    return lambda card: _present([{key: _plain(line.value)} for line in card.all(*names)])


def _urls(card: VCard) -> list[Json]:
    return _present([_labelled(card, line, {"value": _plain(line.value)}) for line in card.all("URL")])


def _im_clients(card: VCard) -> list[Json]:
    lines = card.all(*_CHAT)
    return _present([{"username": _plain(line.value), "protocol": line.name.removeprefix("X-")} for line in lines])


def _relations(card: VCard) -> list[Json]:
    lines = card.all("RELATED", "X-ABRELATEDNAMES", "X-MS-SPOUSE", "X-MS-MANAGER", "X-MS-ASSISTANT")
    return _present([_labelled(card, line, {"person": _plain(line.value)}) for line in lines])


def _events(card: VCard) -> list[Json]:
    days = (_date_of(line) for line in card.all("ANNIVERSARY", "X-ABDATE", "X-MS-ANNIVERSARY", "DEATHDATE"))
    return [{"date": day, "type": "anniversary"} for day in days if day is not None]


def _genders(card: VCard) -> list[Json]:
    words = [_plain(line.value).partition(";")[0] for line in card.all("GENDER", "X-GENDER")]
    return [{"value": {"M": "male", "F": "female"}.get(word, word)} for word in words[:1] if word]


def _client_data(card: VCard) -> list[Json]:
    """As another program does that keeps its own id there."""
    return [{"key": "uid", "value": _plain(line.value)} for line in card.all("UID") if line.value]


def _user_defined(card: VCard) -> list[Json]:
    """What is left, a card's own inventions included; a picture or a key is too large for it."""
    rest = [line for line in card.lines if line.name not in _TAKEN and len(line.value) <= MOST_CHARACTERS]
    labels = [label for line in card.all("ADR") for label in line.params.get("LABEL", ())]
    made = [{"key": line.name, "value": _plain(line.value)} for line in rest if line.value]
    return made + [{"key": "LABEL", "value": _plain(label)} for label in labels]


_FIELDS: dict[str, Callable[[VCard], list[Json]]] = {
    "names": _names,
    "emailAddresses": _emails,
    "phoneNumbers": _phones,
    "addresses": _addresses,
    "birthdays": _birthdays,
    "organizations": _organizations,
    "biographies": _biographies,
    "nicknames": _values("NICKNAME"),
    "occupations": _values("ROLE"),
    "fileAses": _values("SORT-STRING", "X-EVOLUTION-FILE-AS"),
    "calendarUrls": _values("CALURI", "FBURL", "CALADRURI", key="url"),
    "locales": _values("LANG"),
    "urls": _urls,
    "imClients": _im_clients,
    "relations": _relations,
    "events": _events,
    "genders": _genders,
    "clientData": _client_data,
    "userDefined": _user_defined,
}
_TAKEN = {
    "N", "FN", *_PHONETIC, "EMAIL", "TEL", "ADR", "BDAY", "ORG", "TITLE", "NOTE", "NICKNAME", "ROLE", "SORT-STRING",
    "X-EVOLUTION-FILE-AS", "CALURI", "FBURL", "CALADRURI", "LANG", "URL", *_CHAT, "RELATED", "X-ABRELATEDNAMES",
    "GENDER", "X-GENDER", "UID", "CATEGORIES", "LABEL", *_PHOTOS, "X-ABLABEL",
}  # fmt: skip


def _labelled(card: VCard, line: ContentLine, entry: Json) -> Json:
    """The entry with its label, and marked where its owner prefers it."""
    words = _types(line)
    label = _label_of(words, _label_beside(card, line))
    preferred = {"metadata": {"sourcePrimary": True}} if "PREF" in words or "PREF" in line.params else {}
    return entry | ({"type": label} if label else {}) | preferred if any(entry.values()) else {}


def _types(line: ContentLine) -> list[str]:
    written = [*line.params.get("TYPE", ()), *line.singletonparams]
    return [word for text in written for word in text.upper().split(",")]


def _label_beside(card: VCard, line: ContentLine) -> str:
    """Apple's way: a label of one's own stands in a line of the same group."""
    beside = [other for other in card.all("X-ABLABEL") if other.group == line.group] if line.group else []
    return _APPLES_LABEL.sub(r"\1", _plain(beside[0].value)) if beside else ""


def _label_of(words: list[str], own: str) -> str:
    if own:
        return own
    if "FAX" in words:
        return next((_FAXES[word] for word in words if word in _FAXES), "otherFax")
    known = [word for word in words if word not in _NO_LABEL]
    return next((_LABELS.get(word, word.lower()) for word in known), "")


def _parts(line: ContentLine, names: Iterable[str], glue: str) -> Json:
    texts = (_joined(part, glue) for part in splitFields(line.value))
    return {name: text for name, text in zip(names, texts, strict=False) if text}


def _joined(part: str | list[str], glue: str) -> str:
    return part if isinstance(part, str) else glue.join(part)


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)


def _one_preferred(entries: list[Json]) -> list[Json]:
    """A vCard may prefer several; Google's source has one primary entry."""
    first = next((place for place, entry in enumerate(entries) if "metadata" in entry), None)
    return [
        {key: value for key, value in entry.items() if key != "metadata" or place == first}
        for place, entry in enumerate(entries)
    ]


def _present(entries: list[Json]) -> list[Json]:
    """The entries that say anything, without empty texts."""
    kept = ({key: value for key, value in entry.items() if value} for entry in entries)
    return [entry for entry in kept if entry]
