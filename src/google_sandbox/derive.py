"""What the server adds to a person's items: composed names, canonical phone numbers, formatted addresses, labels."""

import re
from functools import lru_cache

import phonenumbers

from google_sandbox.errors import Json

_PREDEFINED = {
    "home": "Home",
    "work": "Work",
    "other": "Other",
    "mobile": "Mobile",
    "main": "Main",
    "homeFax": "Home Fax",
    "workFax": "Work Fax",
    "otherFax": "Other Fax",
    "pager": "Pager",
    "workMobile": "Work Mobile",
    "workPager": "Work Pager",
    "googleVoice": "Google Voice",
    "blog": "Blog",
    "profile": "Profile",
    "homePage": "Home Page",
    "ftp": "FTP",
    "reservations": "Reservations",
    "appInstallPage": "App Install Page",
    "anniversary": "Anniversary",
    "account": "Account",
    "customer": "Customer",
    "loginId": "Login ID",
    "network": "Network",
    "organization": "Organization",
    "school": "School",
    "freeBusy": "Free/Busy",
    "spouse": "Spouse",
    "child": "Child",
    "mother": "Mother",
    "father": "Father",
    "parent": "Parent",
    "brother": "Brother",
    "sister": "Sister",
    "friend": "Friend",
    "relative": "Relative",
    "domesticPartner": "Domestic Partner",
    "manager": "Manager",
    "assistant": "Assistant",
    "referredBy": "Referred By",
    "partner": "Partner",
}
_PROTOCOLS = {
    "aim": "AIM",
    "msn": "MSN",
    "yahoo": "Yahoo",
    "skype": "Skype",
    "qq": "QQ",
    "googleTalk": "Google Talk",
    "icq": "ICQ",
    "jabber": "Jabber",
    "netMeeting": "NetMeeting",
}
"""Captured: Google Talk and Jabber; the others likewise."""
_ADDRESS_LINES = (
    "streetAddress", "extendedAddress", "poBox", "city", "region", "postalCode", "country",
)  # fmt: skip
"""The order of a captured formatted address (another locale has another order)."""
NAME_PARTS = (
    "honorificPrefix", "givenName", "middleName", "familyName", "honorificSuffix",
)  # fmt: skip
_WITHOUT_TYPE = frozenset({"nicknames", "genders", "locations"})


def shown_item(field: str, item: Json, region: str) -> Json:
    """A stored item with everything that the server derives from it."""
    shown = dict(item)
    match field:
        case "names":
            shown.update(name_forms(item))
        case "phoneNumbers":
            canonical = canonical_phone(item.get("value", ""), region)
            if canonical:
                shown["canonicalForm"] = canonical
        case "addresses":
            shown.setdefault("formattedValue", formatted_address(item))
        case "imClients":
            if item.get("protocol"):
                shown["formattedProtocol"] = _PROTOCOLS.get(item["protocol"], item["protocol"])
        case "genders":
            shown["formattedValue"] = item.get("value", "").replace("_", " ").capitalize()
    if item.get("type") and field not in _WITHOUT_TYPE:
        shown["formattedType"] = formatted_type(item["type"])
    return shown


def formatted_type(kind: str) -> str:
    """The localized word of a predefined type; a custom type is its own word."""
    return _PREDEFINED.get(kind, kind)


def name_forms(name: Json) -> Json:
    """displayName, displayNameLastFirst and unstructuredName of a name's parts."""
    prefix, given, middle, family, suffix = (name.get(part, "") for part in NAME_PARTS)
    display = " ".join(part for part in (prefix, given, middle, family, suffix) if part)
    rest = " ".join(part for part in (prefix, given, middle) if part)
    last_first = ", ".join(part for part in (family, rest, suffix) if part)
    if not display:
        display = last_first = name.get("unstructuredName", "")
    return {"displayName": display, "displayNameLastFirst": last_first, "unstructuredName": display}


def parse_name(text: str) -> Json:
    """Parts of a name written as one text: the last word is the family name, those between are middle names."""
    words = text.split()
    if len(words) < 2:
        return {"givenName": text.strip()}
    parts = {"givenName": words[0], "familyName": words[-1]}
    if words[1:-1]:
        parts["middleName"] = " ".join(words[1:-1])
    return parts


def formatted_address(address: Json) -> str:
    return "\n".join(address[part] for part in _ADDRESS_LINES if address.get(part))


def parse_address(address: Json, previous: list[Json]) -> Json:
    """An address whose text and parts disagree: the text stands (captured), with the parts it had before."""
    text = address["formattedValue"]
    kept = {key: value for key, value in address.items() if key not in {*_ADDRESS_LINES, "countryCode"}}
    for known in previous:
        if formatted_address(known) == text:
            return {**known, **{key: value for key, value in kept.items() if key != "formattedValue"}}
    street, *rest = re.split(r"\r?\n", text)
    parts = {"streetAddress": street, "city": rest[0]} if rest else {"streetAddress": street}
    parsed = {**kept, **parts}
    if formatted_address(parsed) == text:
        del parsed["formattedValue"]
    return parsed


@lru_cache(maxsize=65_536)
def canonical_phone(value: str, region: str) -> str:
    """E.164 by the account's region; empty for what is no valid number, or has an extension."""
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return ""
    if number.extension or not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
