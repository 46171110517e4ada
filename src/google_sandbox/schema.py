"""The shape of a Person in JSON (people.v1, revision 20251117): what a body may hold, field by field."""

from typing import Any

type Shape = type | frozenset[str] | dict[str, Any] | list[Any]
"""A scalar, the words of an enum, the keys of a message, or `[inner]` for a repeated field."""

_TEXT = str
DATE: dict[str, Shape] = {"year": int, "month": int, "day": int}
_SOURCE_TYPES = frozenset(
    {"SOURCE_TYPE_UNSPECIFIED", "ACCOUNT", "PROFILE", "DOMAIN_PROFILE", "CONTACT", "OTHER_CONTACT", "DOMAIN_CONTACT"}
)
_CONTENT_TYPES = frozenset({"CONTENT_TYPE_UNSPECIFIED", "TEXT_PLAIN", "TEXT_HTML"})
_NICKNAME_TYPES = frozenset(
    {"DEFAULT", "MAIDEN_NAME", "INITIALS", "GPLUS", "OTHER_NAME", "ALTERNATE_NAME", "SHORT_NAME"}
)
_KEYWORD_TYPES = frozenset(
    {"TYPE_UNSPECIFIED", "OUTLOOK_BILLING_INFORMATION", "OUTLOOK_DIRECTORY_SERVER", "OUTLOOK_KEYWORD",
     "OUTLOOK_MILEAGE", "OUTLOOK_PRIORITY", "OUTLOOK_SENSITIVITY", "OUTLOOK_SUBJECT", "OUTLOOK_USER", "HOME", "WORK",
     "OTHER"}
)  # fmt: skip
SOURCE: dict[str, Shape] = {
    "etag": str,
    "id": str,
    "profileMetadata": {"objectType": str, "userTypes": [str]},
    "type": _SOURCE_TYPES,
    "updateTime": str,
}
FIELD_METADATA: dict[str, Shape] = {
    "primary": bool,
    "source": SOURCE,
    "sourcePrimary": bool,
    "verified": bool,
}


def _item(*texts: str, **others: Shape) -> dict[str, Shape]:
    return {**dict.fromkeys(texts, _TEXT), **others, "metadata": FIELD_METADATA}


ITEMS: dict[str, dict[str, Shape]] = {
    "addresses": _item(
        "city", "country", "countryCode", "extendedAddress", "formattedType", "formattedValue", "poBox",
        "postalCode", "region", "streetAddress", "type",
    ),
    "ageRanges": _item("ageRange"),
    "biographies": _item("value", contentType=_CONTENT_TYPES),
    "birthdays": _item("text", date=DATE),
    "braggingRights": _item("value"),
    "calendarUrls": _item("formattedType", "type", "url"),
    "clientData": _item("key", "value"),
    "coverPhotos": _item("url", default=bool),
    "emailAddresses": _item("displayName", "formattedType", "type", "value"),
    "events": _item("formattedType", "type", date=DATE),
    "externalIds": _item("formattedType", "type", "value"),
    "fileAses": _item("value"),
    "genders": _item("addressMeAs", "formattedValue", "value"),
    "imClients": _item("formattedProtocol", "formattedType", "protocol", "type", "username"),
    "interests": _item("value"),
    "locales": _item("value"),
    "locations": _item(
        "buildingId", "deskCode", "floor", "floorSection", "type", "value", current=bool
    ),
    "memberships": _item(
        contactGroupMembership={"contactGroupId": str, "contactGroupResourceName": str},
        domainMembership={"inViewerDomain": bool},
    ),
    "miscKeywords": _item("formattedType", "value", type=_KEYWORD_TYPES),
    "names": _item(
        "displayName", "displayNameLastFirst", "familyName", "givenName", "honorificPrefix", "honorificSuffix",
        "middleName", "phoneticFamilyName", "phoneticFullName", "phoneticGivenName", "phoneticHonorificPrefix",
        "phoneticHonorificSuffix", "phoneticMiddleName", "unstructuredName",
    ),
    "nicknames": _item("value", type=_NICKNAME_TYPES),
    "occupations": _item("value"),
    "organizations": _item(
        "costCenter", "department", "domain", "formattedType", "jobDescription", "location", "name",
        "phoneticName", "symbol", "title", "type",
        current=bool, endDate=DATE, startDate=DATE, fullTimeEquivalentMillipercent=int,
    ),
    "phoneNumbers": _item("canonicalForm", "formattedType", "type", "value"),
    "photos": _item("url", default=bool),
    "relations": _item("formattedType", "person", "type"),
    "relationshipInterests": _item("formattedValue", "value"),
    "relationshipStatuses": _item("formattedValue", "value"),
    "residences": _item("value", current=bool),
    "sipAddresses": _item("formattedType", "type", "value"),
    "skills": _item("value"),
    "taglines": _item("value"),
    "urls": _item("formattedType", "type", "value"),
    "userDefined": _item("key", "value"),
}  # fmt: skip
"""The repeated fields of a Person and the keys of one item."""

PERSON: dict[str, Shape] = {
    **{field: [item] for field, item in ITEMS.items()},
    "ageRange": str,
    "etag": str,
    "resourceName": str,
    "metadata": {
        "deleted": bool,
        "linkedPeopleResourceNames": [str],
        "objectType": str,
        "previousResourceNames": [str],
        "sources": [SOURCE],
    },
}

READ_PATHS = (
    "addresses", "ageRanges", "biographies", "birthdays", "calendarUrls", "clientData", "coverPhotos",
    "emailAddresses", "events", "externalIds", "genders", "imClients", "interests", "locales", "locations",
    "memberships", "metadata", "miscKeywords", "names", "nicknames", "occupations", "organizations",
    "phoneNumbers", "photos", "relations", "sipAddresses", "skills", "urls", "userDefined",
)  # fmt: skip
"""The paths of a read mask, in Google's order."""

WRITE_PATHS = tuple(
    path for path in READ_PATHS if path not in {"ageRanges", "coverPhotos", "metadata", "photos", "skills"}
)
SINGLETONS = ("biographies", "birthdays", "genders", "names")
DERIVED = frozenset(
    {"metadata", "displayName", "displayNameLastFirst", "formattedType", "formattedProtocol", "canonicalForm"}
)
"""Keys of an item that only the server writes; `displayName` of an e-mail address is the exception."""
