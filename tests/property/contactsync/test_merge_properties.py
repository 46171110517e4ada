"""What holds of every merge, whatever was edited on either side."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from contactsync.card import Card, Field, Value
from contactsync.merge import differing_fields, fill, merge, moved_base, overlay
from contactsync.normalize import identity, same_card, same_text, values_of
from contactsync.records import ConflictPolicy, EmptiedFields, Policy
from tests.property.contactsync.cards import birthdays, cards

SETS = (Field.EMAILS, Field.PHONES, Field.ADDRESSES)
any_cards = cards(birthdays=birthdays)
distinct_cards = cards(distinct=True)
#: The two policies that decide; under the third each side keeps its own.
deciding = st.sampled_from([ConflictPolicy.GOOGLE, ConflictPolicy.TANDEM])
policies = st.builds(Policy, conflict=deciding, emptied=st.sampled_from(EmptiedFields))
removing_policies = st.builds(Policy, conflict=deciding)


def values(card: Card, field: Field) -> tuple[Value, ...]:
    return values_of(card, field)


def identities(card: Card, field: Field) -> Counter:
    return Counter(map(identity, values(card, field)))


@given(any_cards, any_cards, any_cards, any_cards, policies)
def test_merging_again_with_the_results_as_bases_changes_nothing(local_base, local, remote_base, remote, policy):
    merged = merge(local_base, local, remote_base, remote, policy=policy)
    again = merge(merged.local, merged.local, merged.remote, merged.remote, policy=policy)
    assert (again.local, again.remote, again.conflicts) == (merged.local, merged.remote, ())


@given(any_cards, any_cards, policies)
def test_without_edits_nothing_changes_however_different_the_sides_are(local, remote, policy):
    merged = merge(local, local, remote, remote, policy=policy)
    assert merged.local is local
    assert merged.remote is remote


@given(distinct_cards, distinct_cards, distinct_cards, policies)
def test_sides_that_were_equal_are_equal_again(base, local, remote, policy):
    merged = merge(base, local, base, remote, policy=policy)
    assert same_card(merged.local, merged.remote)


@given(any_cards, any_cards, any_cards, any_cards, policies)
def test_no_value_is_lost_that_nobody_removed_or_edited(local_base, local, remote_base, remote, policy):
    merged = merge(local_base, local, remote_base, remote, policy=policy)
    for field in SETS:
        held = identities(merged.local, field) | identities(merged.remote, field)
        removed = (identities(local_base, field) - identities(local, field)) + (
            identities(remote_base, field) - identities(remote, field)
        )
        for side in (local, remote):
            assert identities(side, field).keys() <= held.keys() | removed.keys()


@given(distinct_cards, distinct_cards, distinct_cards, removing_policies)
def test_what_a_side_added_or_edited_is_on_both_sides(base, local, remote, policy):
    merged = merge(base, local, base, remote, policy=policy)
    for field in SETS:
        added = (identities(local, field) | identities(remote, field)) - identities(base, field)
        assert added.keys() <= identities(merged.local, field).keys()
        assert added.keys() <= identities(merged.remote, field).keys()


@given(distinct_cards, distinct_cards, distinct_cards, removing_policies)
def test_what_one_side_removed_and_the_other_left_alone_is_gone(base, local, remote, policy):
    merged = merge(base, local, base, remote, policy=policy)
    for field in SETS:
        for value in values(base, field):
            if value in values(local, field) and identity(value) not in identities(remote, field):
                assert identity(value) not in identities(merged.local, field)


@given(cards(), cards(), cards(), cards(), policies)
def test_the_sides_are_treated_alike(local_base, local, remote_base, remote, policy):
    swapped_policy = replace(policy, conflict=_other(policy.conflict))
    merged = merge(local_base, local, remote_base, remote, policy=policy)
    swapped = merge(remote_base, remote, local_base, local, policy=swapped_policy)
    assert same_card(merged.local, swapped.remote)
    assert same_card(merged.remote, swapped.local)
    assert Counter((c.field, c.local, c.remote) for c in merged.conflicts) == Counter(
        (c.field, c.remote, c.local) for c in swapped.conflicts
    )


@given(any_cards, any_cards, any_cards, any_cards)
def test_who_is_asked_keeps_both_values_and_all_else_is_merged_as_ever(local_base, local, remote_base, remote):
    asked = merge(local_base, local, remote_base, remote, policy=Policy(conflict=ConflictPolicy.ASK))
    decided = merge(local_base, local, remote_base, remote, policy=Policy(conflict=ConflictPolicy.GOOGLE))
    open_fields = {conflict.field for conflict in asked.conflicts if conflict.kept is ConflictPolicy.ASK}
    assert open_fields == {conflict.field for conflict in decided.conflicts} - set(SETS)
    for field in Field:
        one, other = (asked.local, local) if field in open_fields else (asked.local, decided.local)
        assert field not in differing_fields(one, other)
        one, other = (asked.remote, remote) if field in open_fields else (asked.remote, decided.remote)
        assert field not in differing_fields(one, other)


@given(any_cards, any_cards, any_cards, any_cards, policies)
def test_no_value_stands_more_often_than_it_did(local_base, local, remote_base, remote, policy):
    merged = merge(local_base, local, remote_base, remote, policy=policy)
    for field in SETS:
        for before, after in ((local, merged.local), (remote, merged.remote)):
            for key, count in identities(after, field).items():
                assert count <= max(1, identities(before, field)[key])


@given(distinct_cards, distinct_cards, distinct_cards, policies)
def test_every_conflict_is_between_two_edits_and_one_of_them_stands(base, local, remote, policy):
    for conflict in merge(base, local, base, remote, policy=policy).conflicts:
        assert conflict.field in differing_fields(base, local) & differing_fields(base, remote)
        assert not same_text(conflict.local, conflict.remote)
        assert conflict.kept is policy.conflict


@given(distinct_cards, distinct_cards)
def test_a_difference_laid_over_where_it_began_is_where_it_ended(before, after):
    assert same_card(overlay(before, after, before), after)


@given(any_cards, any_cards)
def test_no_difference_changes_nothing(before, onto):
    assert overlay(before, before, onto) is onto


@given(any_cards, any_cards)
def test_filling_twice_fills_nothing_more(local, remote):
    filled = fill(local, remote)
    again = fill(filled.local, filled.remote)
    assert same_card(filled.local, again.local)
    assert same_card(filled.remote, again.remote)


@given(any_cards, any_cards)
def test_filling_leaves_every_identity_on_both_sides_and_replaces_none(local, remote):
    filled = fill(local, remote)
    for field in SETS:
        union = identities(local, field).keys() | identities(remote, field).keys()
        assert identities(filled.local, field).keys() == identities(filled.remote, field).keys() == union


@given(distinct_cards, distinct_cards, distinct_cards)
def test_what_google_changed_meanwhile_stays_a_difference_after_our_write(base, after, meanwhile):
    newest = overlay(base, meanwhile, base)
    written = overlay(base, after, newest)
    moved = moved_base(base, newest, written, written, frozenset(Field))
    for field in SETS:
        ours = {identity(value) for value in values(written, field) if value not in values(newest, field)}
        assert identities(moved, field).keys() <= identities(base, field).keys() | ours


@given(distinct_cards, distinct_cards)
def test_a_write_without_meanwhile_moves_the_base_to_the_answer(before, after):
    assert same_card(moved_base(before, before, after, after, frozenset(Field)), after)


def _other(policy: ConflictPolicy) -> ConflictPolicy:
    return ConflictPolicy.TANDEM if policy is ConflictPolicy.GOOGLE else ConflictPolicy.GOOGLE
