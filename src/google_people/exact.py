"""Whether a person is exactly what our create sent, and holds nothing else. Pure.

Asked before a double is deleted (docs/explanation/sync.md, Doubles): in doubt the answer is no.
"""

from typing import Any

from google_people.reading import MY_CONTACTS

type Json = dict[str, Any]

#: All that a person can hold, as the discovery document lists it.
EVERYTHING = (
    "addresses,ageRanges,biographies,birthdays,calendarUrls,clientData,coverPhotos,emailAddresses,events,externalIds,"
    "genders,imClients,interests,locales,locations,memberships,metadata,miscKeywords,names,nicknames,occupations,"
    "organizations,phoneNumbers,photos,relations,sipAddresses,skills,urls,userDefined"
)
#: What Google makes of an entry's other members, and where it says whose the entry is.
_DERIVED = {
    "displayName", "displayNameLastFirst", "unstructuredName", "formattedType", "canonicalForm", "formattedValue",
    "metadata",
}  # fmt: skip
_OF_THE_PERSON = {"resourceName", "etag", "metadata", "memberships", "photos"}


def is_as_created(person: Json, body: Json) -> bool:
    """Whether a person, read with `EVERYTHING`, says what the body of a create said, and nothing more."""
    fields = {field: entries for field, entries in person.items() if field not in _OF_THE_PERSON and entries}
    sent = {field: entries for field, entries in body.items() if field != "memberships"}
    return (
        fields.keys() == sent.keys()
        and all([_as_sent(entry) for entry in fields[field]] == sent[field] for field in sent)
        and _groups(person) == [MY_CONTACTS]
        and all(photo.get("default") for photo in person.get("photos", []))
    )


def _as_sent(entry: Json) -> Json:
    return {key: value for key, value in entry.items() if key not in _DERIVED}


def _groups(person: Json) -> list[str]:
    """The groups by name; a membership of another kind is none of ours."""
    memberships = person.get("memberships", [])
    return [each.get("contactGroupMembership", {}).get("contactGroupResourceName", "") for each in memberships]
