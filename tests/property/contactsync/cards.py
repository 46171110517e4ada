"""Cards over so small an alphabet that edits, equal values and conflicts meet often."""

from hypothesis import strategies as st

from contactsync.card import Address, Birthday, Card, Email, Name, Phone

LABELS = st.sampled_from(("", "home", "work"))

emails = st.builds(Email, st.sampled_from(("a@x.org", "A@x.org", "b@x.org", "c@x.org", "d@x.org")), LABELS)
phones = st.sampled_from(
    (
        ("030 1", "+49301"),
        ("(030) 1", "+49301"),
        ("030 2", "+49302"),
        ("030 3", "+49303"),
        ("030 4", "+49304"),
    )
).flatmap(lambda number: LABELS.map(lambda label: Phone(number[0], label, number[1])))
addresses = st.builds(
    Address,
    street=st.sampled_from(("1 Elm St", "2 Oak St")),
    city=st.sampled_from(("Springfield", "springfield", "Shelbyville")),
    postal_code=st.sampled_from(("", "12345")),
    country_code=st.sampled_from(("", "US")),
    label=LABELS,
)
names = st.builds(
    Name,
    given=st.sampled_from(("", "Alice", "Bob")),
    middle=st.sampled_from(("", "M.")),
    family=st.sampled_from(("", "Smith", "Jones")),
)
dates = st.none() | st.builds(
    Birthday, st.sampled_from((None, 1980, 1984)), st.sampled_from((2, 3)), st.sampled_from((5, 29))
)
birthdays = dates | st.sampled_from((Birthday(text="in spring"), Birthday(year=1980)))


def cards(*, distinct: bool = False, birthdays: st.SearchStrategy[Birthday | None] = dates) -> st.SearchStrategy[Card]:
    """Cards; `distinct` ones hold no value twice."""
    return st.builds(
        Card,
        name=names,
        emails=_values(emails, distinct, lambda email: email.value.lower()),
        phones=_values(phones, distinct, lambda phone: phone.key),
        addresses=_values(
            addresses,
            distinct,
            lambda address: (address.street, address.city.lower(), address.postal_code, address.country_code),
        ),
        birthday=birthdays,
    )


def _values(values, distinct, key):
    return st.lists(values, max_size=3, unique_by=key if distinct else None).map(tuple)
