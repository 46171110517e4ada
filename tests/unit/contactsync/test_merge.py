"""Merging one linked pair, rule by rule; what an example says of one side holds for the other (the properties)."""

from dataclasses import replace

import pytest

from contactsync.card import BLANK, Address, Birthday, Card, Email, Field, Name, Phone
from contactsync.merge import Conflict, Merged, differing_fields, field_changes, fill, merge, moved_base, overlay
from contactsync.records import ConflictPolicy, EmptiedFields, Policy

GOOGLE = Policy(conflict=ConflictPolicy.GOOGLE)
TANDEM = Policy(conflict=ConflictPolicy.TANDEM)
REFILL = Policy(emptied=EmptiedFields.REFILL)

HOME, WORK = Email("a@x.org", "home"), Email("b@x.org", "work")
CELL = Phone("030 1", "mobile", "+49301")
ELM = Address(street="1 Elm St", city="Springfield", postal_code="12345", label="home")


def named(given: str = "", family: str = "", **parts: str) -> Card:
    return Card(name=Name(given=given, family=family, **parts))


def mailed(*emails: Email) -> Card:
    return Card(emails=emails)


def born(*date: int | None) -> Card:
    return Card(birthday=Birthday(*date))


def merged_from(base: Card, local: Card, remote: Card, policy: Policy = GOOGLE) -> Merged:
    return merge(base, local, base, remote, policy=policy)


class TestName:
    def test_an_edit_reaches_the_other_side(self):
        assert merged_from(named("Bob"), named("Robert"), named("Bob")) == Merged(named("Robert"), named("Robert"))

    def test_edits_of_two_parts_are_both_kept(self):
        merged = merged_from(named("Bob", "Smith"), named("Robert", "Smith"), named("Bob", "Jones"))
        assert merged == Merged(named("Robert", "Jones"), named("Robert", "Jones"))

    @pytest.mark.parametrize(("policy", "kept"), [(GOOGLE, "Rob"), (TANDEM, "Robert")])
    def test_one_part_changed_differently_is_a_conflict_of_the_whole_name(self, policy, kept):
        local, remote = named("Robert", "Smith", middle="J."), named("Rob", "Smith")
        merged = merged_from(named("Bob", "Smith"), local, remote, policy)
        assert merged.local == merged.remote
        assert merged.local.name.given == kept
        assert merged.conflicts == (Conflict(Field.NAME, local.name, remote.name, policy.conflict),)

    def test_the_same_edit_on_both_sides_is_no_conflict(self):
        assert merged_from(named("Bob"), named("Rob"), named("Rob ")) == Merged(named("Rob"), named("Rob "))

    def test_a_removed_part_is_removed_there(self):
        assert merged_from(named("Bob", "Smith"), named("Bob"), named("Bob", "Smith")).remote == named("Bob")

    def test_an_edit_after_a_first_meeting_replaces_the_other_without_a_conflict(self):
        merged = merge(named("Bob"), named("Bobby"), named("Robert"), named("Robert"), policy=GOOGLE)
        assert merged == Merged(named("Bobby"), named("Bobby"))


class TestBirthday:
    def test_a_year_added_to_an_equal_day_is_an_edit(self):
        merged = merged_from(born(None, 3, 5), born(None, 3, 5), born(1980, 3, 5))
        assert merged == Merged(born(1980, 3, 5), born(1980, 3, 5))

    def test_without_a_year_it_stays_without(self):
        merged = merged_from(BLANK, BLANK, born(None, 3, 5))
        assert merged.local == born(None, 3, 5)

    def test_a_year_here_and_a_day_there_are_two_edits(self):
        merged = merged_from(born(None, 3, 5), born(1980, 3, 5), born(None, 3, 6))
        assert merged == Merged(born(1980, 3, 6), born(1980, 3, 6))

    def test_a_year_here_and_a_day_there_that_make_no_date_are_a_conflict(self):
        merged = merged_from(born(1980, 2, 28), born(1981, 2, 28), born(1980, 2, 29))
        assert merged.local == merged.remote == born(1980, 2, 29)
        assert len(merged.conflicts) == 1

    def test_two_days_are_a_conflict(self):
        merged = merged_from(born(1980, 3, 5), born(1980, 3, 6), born(1980, 3, 7), TANDEM)
        assert merged.local == merged.remote == born(1980, 3, 6)
        assert merged.conflicts[0].remote == Birthday(1980, 3, 7)

    def test_removed_here_and_changed_there_is_a_conflict(self):
        merged = merged_from(born(1980, 3, 5), BLANK, born(1980, 3, 6))
        assert merged.local == merged.remote == born(1980, 3, 6)
        assert merged.conflicts == (Conflict(Field.BIRTHDAY, None, Birthday(1980, 3, 6), ConflictPolicy.GOOGLE),)

    def test_removed_here_it_is_removed_there(self):
        assert merged_from(born(1980, 3, 5), BLANK, born(1980, 3, 5)).remote == BLANK

    TEXT = Card(birthday=Birthday(text="in spring"))

    def test_a_text_in_google_is_shown_here(self):
        assert merged_from(BLANK, BLANK, self.TEXT).local == self.TEXT

    def test_a_text_in_google_is_never_written_over(self):
        merged = merge(self.TEXT, born(1980, 3, 5), self.TEXT, self.TEXT, policy=TANDEM)
        assert merged == Merged(born(1980, 3, 5), self.TEXT)

    def test_a_text_in_google_does_not_replace_a_date_here(self):
        assert merged_from(born(1980, 3, 5), born(1980, 3, 5), self.TEXT).local == born(1980, 3, 5)

    def test_a_text_is_never_written_to_google(self):
        assert merged_from(BLANK, self.TEXT, BLANK).remote == BLANK
        assert merged_from(born(1980, 3, 5), self.TEXT, born(1980, 3, 5)).remote == born(1980, 3, 5)

    def test_a_text_that_google_turns_into_a_date_does_so_here(self):
        assert merged_from(self.TEXT, self.TEXT, born(1980, 3, 5)).local == born(1980, 3, 5)

    def test_a_text_removed_in_google_is_removed_here(self):
        assert merged_from(self.TEXT, self.TEXT, BLANK).local == BLANK

    def test_a_text_removed_in_google_makes_room_for_the_date_here(self):
        merged = merge(born(1980, 3, 5), born(1980, 3, 5), self.TEXT, BLANK, policy=GOOGLE)
        assert merged == Merged(born(1980, 3, 5), born(1980, 3, 5))

    def test_a_text_removed_here_makes_room_for_the_date_in_google(self):
        year_alone = born(1980, None, None)
        merged = merge(year_alone, BLANK, born(1980, 3, 5), born(1980, 3, 5), policy=GOOGLE)
        assert merged == Merged(born(1980, 3, 5), born(1980, 3, 5))

    def test_a_date_removed_in_google_leaves_the_text_that_was_only_here(self):
        merged = merge(self.TEXT, self.TEXT, born(1980, 3, 5), BLANK, policy=GOOGLE)
        assert merged == Merged(self.TEXT, BLANK)


class TestSets:
    def test_an_added_value_goes_last(self):
        merged = merged_from(mailed(HOME), mailed(HOME), mailed(WORK, HOME))
        assert merged.local == mailed(HOME, WORK)
        assert merged.remote == mailed(WORK, HOME)

    def test_a_removed_value_is_removed(self):
        assert merged_from(mailed(HOME, WORK), mailed(WORK), mailed(HOME, WORK)).remote == mailed(WORK)

    def test_order_does_not_travel(self):
        remote = mailed(WORK, HOME)
        merged = merged_from(mailed(HOME, WORK), mailed(HOME, WORK), remote)
        assert merged == Merged(mailed(HOME, WORK), remote)

    def test_an_edited_spelling_travels(self):
        merged = merged_from(mailed(HOME), mailed(replace(HOME, value="A@x.org")), mailed(HOME))
        assert merged.remote == mailed(Email("A@x.org", "home"))

    def test_a_difference_in_spelling_that_nobody_edited_stays(self):
        upper = mailed(replace(HOME, value="A@X.ORG"))
        merged = merge(mailed(HOME), mailed(HOME, WORK), upper, upper, policy=GOOGLE)
        assert merged.remote == mailed(Email("A@X.ORG", "home"), WORK)

    def test_an_edited_label_travels_without_the_spelling(self):
        upper = mailed(replace(HOME, value="A@X.ORG"))
        merged = merge(mailed(HOME), mailed(replace(HOME, label="other")), upper, upper, policy=GOOGLE)
        assert merged.remote == mailed(Email("A@X.ORG", "other"))

    def test_a_label_changed_differently_is_a_conflict_of_that_value(self):
        local, remote = replace(HOME, label="work"), replace(HOME, label="other")
        merged = merged_from(mailed(HOME), mailed(local), mailed(remote))
        assert merged.local == merged.remote == mailed(remote)
        assert merged.conflicts == (Conflict(Field.EMAILS, local, remote, ConflictPolicy.GOOGLE),)

    def test_one_value_replaced_under_its_label_is_an_edit_in_place(self):
        moved = Email("new@x.org", "home")
        merged = merged_from(mailed(HOME, WORK), mailed(moved, WORK), mailed(HOME, WORK))
        assert merged.remote == mailed(moved, WORK)

    def test_an_edit_in_place_takes_the_label_that_the_other_side_gave(self):
        relabelled = mailed(replace(HOME, label="other"))
        merged = merged_from(mailed(HOME), mailed(Email("new@x.org", "home")), relabelled)
        assert merged.local == merged.remote == mailed(Email("new@x.org", "other"))

    def test_two_values_replaced_under_one_label_are_removals_and_additions(self):
        base = mailed(Email("a@x.org"), Email("b@x.org"))
        local = mailed(Email("c@x.org"), Email("d@x.org"))
        assert merged_from(base, local, base) == Merged(local, local)

    def test_an_address_is_edited_in_place_if_two_parts_stayed(self):
        moved = replace(ELM, street="2 Oak St", label="new home")
        other = Address(street="9 Main St", city="Shelbyville", label="work")
        base, local = Card(addresses=(ELM, other)), Card(addresses=(moved, other))
        assert merged_from(base, local, base).remote == local

    def test_an_address_as_near_to_two_as_to_one_is_no_edit_in_place(self):
        twin = replace(ELM, street="3 Elm St", label="other")
        moved = replace(ELM, street="2 Oak St", label="new home")
        merged = merged_from(Card(addresses=(ELM, twin)), Card(addresses=(moved,)), Card(addresses=(ELM, twin)))
        assert merged.remote == Card(addresses=(moved,))

    def test_removed_here_and_edited_there_stays_edited(self):
        edited = replace(HOME, label="other")
        merged = merged_from(mailed(HOME, WORK), mailed(WORK), mailed(edited, WORK))
        assert merged.local == mailed(WORK, edited)
        assert merged.remote == mailed(edited, WORK)
        assert merged.conflicts == ()

    def test_edited_to_two_values_keeps_both_without_a_conflict(self):
        here, there = Email("here@x.org", "home"), Email("there@x.org", "home")
        merged = merged_from(mailed(HOME), mailed(here), mailed(there))
        assert merged == Merged(mailed(here, there), mailed(there, here))

    def test_respelled_here_and_replaced_there_keeps_both(self):
        respelled, replaced = replace(CELL, value="(030) 1"), Phone("030 2", "mobile", "+49302")
        merged = merged_from(Card(phones=(CELL,)), Card(phones=(respelled,)), Card(phones=(replaced,)))
        assert merged.local == Card(phones=(respelled, replaced))

    def test_both_sides_add_one_value_and_one_of_them_labels_it(self):
        merged = merged_from(BLANK, mailed(Email("a@x.org")), mailed(HOME))
        assert merged == Merged(mailed(HOME), mailed(HOME))

    def test_several_entries_of_one_identity_go_back_and_leave_together(self):
        twins = mailed(HOME, replace(HOME, label="other"), WORK)
        assert merged_from(twins, twins, mailed(*twins.emails, CAROL)).remote.emails[:3] == twins.emails
        assert merge(mailed(HOME, WORK), mailed(WORK), twins, twins, policy=GOOGLE).remote == mailed(WORK)

    def test_a_value_edited_in_place_replaces_all_its_entries(self):
        twins = mailed(HOME, replace(HOME, label="other"))
        moved = mailed(Email("new@x.org", "home"))
        assert merge(mailed(HOME), moved, twins, twins, policy=GOOGLE).remote == moved

    def test_one_of_several_entries_edited_is_an_edit_of_the_value(self):
        twins = mailed(HOME, replace(HOME, label="other"))
        edited = mailed(replace(HOME, label="main"), replace(HOME, label="other"))
        assert merge(mailed(HOME), mailed(HOME), twins, edited, policy=GOOGLE).local == mailed(
            replace(HOME, label="main")
        )

    def test_a_number_whose_key_was_computed_anew_is_the_same_number(self):
        recomputed = replace(CELL, key="+41301")
        merged = merge(Card(phones=(CELL,)), Card(phones=(recomputed,)), Card(phones=(CELL,)), BLANK, policy=GOOGLE)
        assert merged.local.phones == ()

    def test_values_that_differed_at_the_first_meeting_stay_where_they_are(self):
        local, remote = mailed(HOME), mailed(WORK)
        assert merge(local, mailed(HOME, CAROL), remote, remote, policy=GOOGLE) == Merged(
            mailed(HOME, CAROL), mailed(WORK, CAROL)
        )


CAROL = Email("carol@x.org", "other")


class TestEmptiedFields:
    def test_a_field_emptied_on_one_side_is_emptied_on_the_other(self):
        assert merged_from(mailed(HOME), BLANK, mailed(HOME)).remote == BLANK

    @pytest.mark.parametrize("full", [named("Bob"), mailed(HOME, WORK), born(1980, 3, 5)])
    def test_refill_brings_it_back_from_the_other_side(self, full):
        assert merged_from(full, BLANK, full, REFILL) == Merged(full, full)
        assert merged_from(full, full, BLANK, REFILL) == Merged(full, full)

    def test_refill_lets_go_of_single_values(self):
        assert merged_from(mailed(HOME, WORK), mailed(HOME), mailed(HOME, WORK), REFILL).remote == mailed(HOME)

    def test_what_both_sides_emptied_stays_empty(self):
        assert merged_from(mailed(HOME), BLANK, BLANK, REFILL) == Merged(BLANK, BLANK)


class TestFill:
    def test_blank_parts_are_filled_on_both_sides_and_nothing_is_replaced(self):
        merged = fill(named("Bob", prefix="Dr."), named("Robert", "Smith"))
        assert merged.local == named("Bob", "Smith", prefix="Dr.")
        assert merged.remote == named("Robert", "Smith", prefix="Dr.")

    def test_sets_become_the_union_without_doubles(self):
        merged = fill(mailed(Email("A@x.org")), mailed(HOME, WORK))
        assert merged.local == mailed(Email("A@x.org", "home"), WORK)
        assert merged.remote == mailed(HOME, WORK)

    @pytest.mark.parametrize(
        ("here", "there", "filled"),
        [
            (named("Bob Smith"), named("Bob", "Smith"), named("Bob Smith")),
            (named("Bob Smith"), named("Bob", "Smith", suffix="Jr."), named("Bob Smith", suffix="Jr.")),
            (named(family="Ann Lee"), named("Ann", "Lee"), named(family="Ann Lee")),
            (named("Ann"), named("Ann", "Lee"), named("Ann", "Lee")),
        ],
    )
    def test_a_name_is_not_filled_with_words_that_it_holds_in_another_part(self, here, there, filled):
        assert fill(here, there).local == filled
        assert fill(there, here).remote == filled

    def test_a_country_code_is_filled(self):
        coded = replace(ELM, country="Germany", country_code="DE")
        merged = fill(Card(addresses=(replace(ELM, country="Germany"),)), Card(addresses=(coded,)))
        assert merged.local == Card(addresses=(coded,))

    def test_an_import_takes_each_value_once_and_the_primary_first(self):
        assert fill(BLANK, mailed(WORK, HOME, replace(WORK, label="other"))).local == mailed(WORK, HOME)

    def test_a_missing_birthday_or_year_is_filled_and_a_different_one_stays(self):
        assert fill(BLANK, born(1980, 3, 5)).local == born(1980, 3, 5)
        assert fill(born(1980, 3, 5), BLANK).remote == born(1980, 3, 5)
        assert fill(born(None, 3, 5), born(1980, 3, 5)).local == born(1980, 3, 5)
        assert fill(born(1980, 3, 5), born(None, 3, 5)).remote == born(1980, 3, 5)
        assert fill(born(1980, 3, 5), born(1981, 3, 6)) == Merged(born(1980, 3, 5), born(1981, 3, 6))

    def test_a_birthday_that_is_no_date_is_shown_here_never_filled_over_and_never_written(self):
        text = Card(birthday=Birthday(text="in spring"))
        assert fill(BLANK, text).local == text
        assert fill(text, BLANK).remote == BLANK
        assert fill(born(1980, 3, 5), text) == Merged(born(1980, 3, 5), text)

    def test_a_number_typed_alike_is_one_however_each_side_reads_it(self):
        local, remote = Card(phones=(Phone("030 1", key="0301"),)), Card(phones=(CELL,))
        assert len(fill(local, remote).local.phones) == len(fill(local, remote).remote.phones) == 1


class TestBaseAfterAWrite:
    def test_an_overlay_changes_only_what_we_changed(self):
        onto = Card(name=Name(given="Bob"), emails=(HOME, CAROL))
        assert overlay(mailed(HOME), mailed(HOME, WORK), onto) == replace(onto, emails=(HOME, CAROL, WORK))

    def test_what_google_gained_meanwhile_stays_out_of_the_base(self):
        newest, written = mailed(HOME, CAROL), mailed(HOME, CAROL, WORK)
        moved = moved_base(mailed(HOME), newest, written, written, frozenset({Field.EMAILS}))
        assert moved == mailed(HOME, WORK)

    def test_what_google_lost_meanwhile_stays_in_the_base(self):
        newest, written = BLANK, mailed(WORK)
        moved = moved_base(mailed(HOME), newest, written, written, frozenset({Field.EMAILS}))
        assert moved == mailed(HOME, WORK)

    def test_what_we_wrote_is_in_the_base_as_google_spells_it(self):
        answer = mailed(Email("b@X.org", "Work"))
        moved = moved_base(BLANK, BLANK, mailed(WORK), answer, frozenset({Field.EMAILS}))
        assert moved == answer

    def test_what_google_edited_meanwhile_is_not_taken_for_ours(self):
        edited = replace(HOME, value="A@x.org", label="other")
        newest, written = mailed(edited), mailed(edited, WORK)
        moved = moved_base(mailed(HOME), newest, written, written, frozenset({Field.EMAILS}))
        assert moved == mailed(HOME, WORK)

    def test_an_edited_label_moves_the_base_by_the_label_alone(self):
        newest, written = mailed(replace(HOME, value="A@x.org")), mailed(Email("A@x.org", "work"))
        moved = moved_base(mailed(HOME), newest, written, written, frozenset({Field.EMAILS}))
        assert moved == mailed(replace(HOME, label="work"))

    def test_fields_out_of_the_mask_stay(self):
        after = Card(name=Name(given="Bob"), emails=(HOME,), birthday=Birthday(1980, 3, 5))
        moved = moved_base(BLANK, BLANK, after, after, frozenset({Field.NAME, Field.BIRTHDAY}))
        assert moved == replace(after, emails=())


class TestChanges:
    def test_differing_fields_ignore_order(self):
        assert differing_fields(mailed(HOME, WORK), mailed(WORK, HOME)) == frozenset()
        assert differing_fields(BLANK, named("Bob")) == {Field.NAME}

    def test_changes_are_json_with_the_known_parts(self):
        after = Card(Name(given="Bob"), (HOME,), (), (), Birthday(None, 3, 5))
        assert [(change.field, change.before, change.after) for change in field_changes(BLANK, after)] == [
            (Field.NAME, None, {"given": "Bob"}),
            (Field.EMAILS, None, [{"value": "a@x.org", "label": "home"}]),
            (Field.BIRTHDAY, None, {"month": 3, "day": 5}),
        ]
