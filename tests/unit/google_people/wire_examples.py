"""Persons as Google sends them, made for tests."""

import json
from typing import Any

SOURCE = {"type": "CONTACT", "id": "47c21a010c6b30c8"}
PROFILE = {"type": "PROFILE", "id": "117"}


def entry(*, primary: bool = False, **keys: Any) -> dict[str, Any]:
    """One entry of a field, with the metadata that Google adds."""
    metadata: dict[str, Any] = {"primary": True} if primary else {}
    return {"metadata": {**metadata, "source": SOURCE}, **keys}


def person_body(**fields: Any) -> dict[str, Any]:
    """A person with these fields."""
    source = {**SOURCE, "etag": "#Zm4YfTizA7M=", "updateTime": "2023-02-24T16:40:20.181599Z"}
    return {
        "resourceName": "people/c5170723913980391624",
        "etag": "%EigB",
        "metadata": {"sources": [source], "objectType": "PERSON"},
        **fields,
    }


def person_bytes(**fields: Any) -> bytes:
    return json.dumps(person_body(**fields)).encode()


ALICE = person_body(
    names=[
        entry(
            primary=True,
            displayName="Dr. Alice Jay Doe III",
            displayNameLastFirst="Doe, Dr. Alice Jay, III",
            unstructuredName="Dr. Alice Jay Doe III",
            honorificPrefix="Dr.",
            givenName="Alice",
            middleName="Jay",
            familyName="Doe",
            honorificSuffix="III",
            phoneticGivenName="ˈælɪs",
        )
    ],
    emailAddresses=[
        entry(
            primary=True,
            value="alice@work.example",
            type="work",
            formattedType="Work",
            displayName="A. at work",
        ),
        entry(value="alice@home.example", type="home", formattedType="Home"),
    ],
    phoneNumbers=[
        {
            **entry(value="666 12 34 90", canonicalForm="+34666123490", type="mobile", formattedType="Mobile"),
            "metadata": {"primary": True, "sourcePrimary": True, "source": SOURCE},
        },
        entry(
            value="952 66 61 23",
            canonicalForm="+34952666123",
            type="home",
            formattedType="Home",
            odd={"k": [1]},
        ),
    ],
    addresses=[
        entry(
            primary=True,
            formattedValue="12 Sq\nLondon\nGB",
            type="home",
            formattedType="Home",
            streetAddress="12 Sq",
            city="London",
            countryCode="GB",
        )
    ],
    birthdays=[entry(primary=True, date={"year": 1999, "month": 11, "day": 3}, text="3 November")],
    biographies=[entry(primary=True, value="Not ours.", contentType="TEXT_PLAIN")],
)
