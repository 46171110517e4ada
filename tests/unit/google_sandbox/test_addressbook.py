"""The walk over the versions, which every listing stands on."""

from hypothesis import given
from hypothesis import strategies as st

from google_sandbox.addressbook import AddressBook
from google_sandbox.labels import MY_CONTACTS
from google_sandbox.records import Standing, Version

writes = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(list(Standing))), max_size=30)


def written(*steps: tuple[str, Standing]) -> AddressBook:
    book = AddressBook()
    for number, (source_id, standing) in enumerate(steps, start=1):
        book.apply(Version(source_id, {}, (MY_CONTACTS,), standing, sequence=number, at=number * 10))
    return book


@given(writes, st.data())
def test_a_walk_shows_each_person_once_in_its_state_at_the_bound(
    steps: list[tuple[str, Standing]], data: st.DataObject
) -> None:
    book = written(*steps)
    bound = data.draw(st.integers(0, len(steps)))
    after = data.draw(st.integers(0, bound))
    expected: dict[str, tuple[int, Standing]] = {}
    for number, (source_id, standing) in enumerate(steps[:bound], start=1):
        expected[source_id] = (number, standing)
    changed = sorted(state for state in expected.values() if state[0] > after)
    assert [(one.sequence, one.standing) for one in book.walk(after, bound)] == changed


@given(writes)
def test_totals_are_what_a_full_walk_counts(steps: list[tuple[str, Standing]]) -> None:
    book = written(*steps)
    for bound in range(len(steps) + 1):
        listed = list(book.contacts(bound))
        assert book.total_at(bound) == len(listed)
    assert book.member_count(MY_CONTACTS) == len(list(book.contacts()))


def test_the_bound_of_a_moment_counts_what_was_written_until_then() -> None:
    book = written(("a", Standing.CONTACT), ("b", Standing.CONTACT))
    assert [book.bound_at(moment) for moment in (0, 9, 10, 19, 20, 99)] == [0, 0, 1, 1, 2, 2]


def test_an_earlier_version_is_found_by_its_bound() -> None:
    book = written(("a", Standing.CONTACT), ("b", Standing.CONTACT), ("a", Standing.TRASHED))
    latest, earlier, none = book.latest("a"), book.latest("a", 2), book.latest("b", 1)
    assert latest is not None
    assert earlier is not None
    assert (latest.standing, earlier.standing, none) == (Standing.TRASHED, Standing.CONTACT, None)


def test_trash_keeps_people_for_thirty_days() -> None:
    book = written(("a", Standing.TRASHED))
    month = 30 * 24 * 3600 * 1_000_000
    assert len(book.trash(now=month)) == 1
    assert book.trash(now=month + 11) == []
