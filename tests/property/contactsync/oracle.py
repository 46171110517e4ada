"""Knows what each user typed, and so what both sides must hold once a world has come to rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from contactsync.actions import Action, Fill, Follow, Return
from contactsync.card import BLANK, Card, Field
from contactsync.changes import with_fields_of
from contactsync.normalize import field_text, identity, same_card, text_key, values_of
from contactsync.records import ConflictPolicy, EmptiedFields, Link, LinkState
from tests.fakes import World
from tests.property.contactsync.edits import Edit, Kind

SETS = (Field.EMAILS, Field.PHONES)
SINGLES = (Field.NAME, Field.BIRTHDAY)
HERE, THERE = "here", "there"


@dataclass(slots=True)
class Oracle:
    """The edits since the last rest, and the Cards at it; `loose` are persons whose link did not just live on."""

    world: World
    typed: list[tuple[str, str, Edit]] = field(default_factory=list)
    loose: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    at_rest: dict[str, tuple[str, Card, Card]] = field(default_factory=dict)
    asked: set[tuple[str, Field]] = field(default_factory=set)
    emptied: set[tuple[str, Field]] = field(default_factory=set)

    def types(self, side: str, who: str, edit: Edit, after: Card) -> None:
        self.typed.append((side, who, edit))
        if field_text(after, edit.field) == field_text(BLANK, edit.field):
            self.emptied.add((who, edit.field))

    def loosens(self, source_id: str) -> None:
        self.loose.add(source_id)

    def check(self) -> None:
        """What must hold of every live link; then this is the rest that later edits are held against."""
        living = [link for link in self.world.crm.links.values() if link.state is LinkState.LIVE and not link.hidden]
        for link in living:
            self._check_equal(link)
            before = self.at_rest.get(link.source_id)
            if before is not None and before[0] == link.contact_id and link.source_id not in self.loose:
                self._check_edits(link, before[1], before[2])
        crm, google = self.world.crm, self.world.google
        self.at_rest = {
            link.source_id: (link.contact_id, crm.card(link.contact_id), google.card(link.source_id)) for link in living
        }
        self.asked = {(link.source_id, name) for link in living for name in self._asked_about(link)}
        self.typed.clear()
        self.emptied.clear()
        self.loose.clear()

    def _sides(self, link: Link) -> tuple[Card, Card]:
        return self.world.crm.card(link.contact_id), self.world.google.card(link.source_id)

    def _check_equal(self, link: Link) -> None:
        """Convergence, but for what differed at a first meeting and nobody edited since."""
        asked = self._asked_about(link)
        here, there = (with_fields_of(card, BLANK, asked) for card in self._sides(link))
        assert not link.changed_here, f"{link} has still something to carry"
        assert link.pending is None, f"{link} is still in doubt"
        local_base, remote_base = (with_fields_of(card or BLANK, BLANK, asked) for card in _bases(link))
        assert same_card(here, local_base), f"{link} hides an edit here: {here}"
        assert same_card(there, remote_base), f"{link} hides an edit in Google: {there}"
        if same_card(here, there):
            return
        assert link.source_id in self.met, f"{link} is not in step: {here} and {there}"
        for name in SETS:
            assert _identities(here, name) == _identities(there, name), f"{link} lacks values: {here} and {there}"

    def _asked_about(self, link: Link) -> set[Field]:
        """The single fields that both sides changed and that a person is to decide: each side keeps its own."""
        if self.world.crm.policy.conflict is not ConflictPolicy.ASK:
            return set()
        pairs = list(zip(self._sides(link), _bases(link), strict=True))
        return {
            name
            for name in SINGLES
            if all(field_text(card, name) != field_text(base or BLANK, name) for card, base in pairs)
        }

    def met_in(self, actions: Iterable[Action]) -> None:
        """Remembers who met by the rules of a first meeting, which leave differences, or took over another's values."""
        actions = list(actions)
        self.loose.update(action.survivor for action in actions if isinstance(action, Follow))
        self.met.update(
            action.person.source_id
            for action in actions
            if isinstance(action, Fill | Return) and action.reason != "created in Google"
        )

    def _check_edits(self, link: Link, here_before: Card, there_before: Card) -> None:
        here, there = self._sides(link)
        edits = {
            HERE: [edit for side, who, edit in self.typed if (side, who) == (HERE, link.contact_id)],
            THERE: [edit for side, who, edit in self.typed if (side, who) == (THERE, link.source_id)],
        }
        filled_again = self._filled_again(link)
        for name in (name for name in SINGLES if name not in filled_again):
            self._check_single(link, name, edits, (here_before, there_before), (here, there))
        for name in (name for name in SETS if name not in filled_again):
            by_side = [[edit for edit in edits[side] if edit.field is name] for side in (HERE, THERE)]
            _check_set(name, by_side, (here_before, there_before), (here, there))

    def _filled_again(self, link: Link) -> set[Field]:
        """The fields that were emptied under 'refill', by one side or by both together: either's values may stand."""
        if self.world.crm.policy.emptied is not EmptiedFields.REFILL:
            return set()
        both = (link.contact_id, link.source_id)
        removed = {(who, edit.field) for _, who, edit in self.typed if edit.kind is Kind.REMOVE and who in both}
        by_both = {name for name in SETS if removed >= {(who, name) for who in both}}
        return by_both | {name for who, name in self.emptied if who in both}

    def _check_single(self, link, name, edits, before, now) -> None:
        last_here = _last(edits[HERE], name)
        last_there = _last(edits[THERE], name)
        shown = [_single(card, name) for card in now]
        if (link.source_id, name) in self.asked or name in self._asked_about(link):
            self._check_asked(link, name, (last_here, last_there), [_single(card, name) for card in before], shown)
            return
        at_rest = [_single(card, name) for card in before]
        if shown == at_rest and _is_typed_back((last_here, last_there), at_rest):
            return
        match last_here, last_there:
            case None, None:
                assert shown == at_rest, f"{name} of {link} changed by itself"
            case (value,), None:
                assert shown == [value, value], f"{name} typed here is lost: {value} of {link}, {now}"
            case None, (value,):
                assert shown == [value, value], f"{name} typed in Google is lost: {value} of {link}, {now}"
            case (one,), (other,):
                typed_here = {edit.value for edit in edits[HERE] if edit.field is name}
                known_there = {_single(before[1], name), *typed_here}
                self._check_both_typed(link, name, (one, other), shown, known_there)

    def _check_asked(self, link, name, typed, before, shown) -> None:
        """As long as nobody has decided, each side shows what was typed there last."""
        if name not in self._asked_about(link):
            assert shown[0] == shown[1], f"{name} of {link} was decided, and is not in step: {shown}"
            return
        for value, was, there in zip(typed, before, shown, strict=True):
            assert there == (was if value is None else value[0]), f"{name} of {link} travelled unasked: {shown}"

    def _check_both_typed(self, link, name, typed, shown, known_there) -> None:
        """`known_there`: typed in Google too, these are none of its own edits, or undo one before it was seen."""
        if name is Field.BIRTHDAY:
            assert shown[0] == shown[1]
            return
        assert shown[0] == shown[1], f"{name} of {link}: {typed} became {shown}"
        assert shown[0] in typed, f"{name} of {link}: {typed} became {shown}"
        here, there = typed
        silently = f"of {link} is lost silently"
        assert here == shown[0] or self._is_recorded(link.contact_id, here), f"{here} {silently}"
        assert there in {shown[0], *known_there} or self._is_recorded(link.contact_id, there), f"{there} {silently}"

    def _is_recorded(self, contact_id: str, given: str) -> bool:
        """Whether the sync itself kept the value: as a conflict, or as what it replaced or brought."""
        journal = self.world.crm.journal
        in_conflict = any(
            who == contact_id
            and conflict.field is Field.NAME
            and given in (conflict.local.given, conflict.remote.given)
            for who, conflict in journal.conflicts
        )
        return in_conflict or any(
            change.by == "sync"
            and change.contact_id == contact_id
            and any(card is not None and card.name.given == given for card in (change.before, change.after))
            for change in journal.changes
        )


def _is_typed_back(last: Iterable[tuple[object] | None], at_rest: Iterable[object]) -> bool:
    """Whether each side ended where it was: seen by no run in between, that is no edit.

    What differs since a first meeting goes on to differ then.
    """
    return all(typed is None or typed[0] == was for typed, was in zip(last, at_rest, strict=True))


def _check_set(name: Field, by_side: list[list[Edit]], before: tuple[Card, Card], now: tuple[Card, Card]) -> None:
    """A value stays unless somebody removed it, and never comes unless somebody added it."""
    edits = [edit for side in by_side for edit in side]
    for key in {edit.key for edit in edits} | set(_identities(before[0], name)) | set(_identities(now[0], name)):
        kinds = {edit.kind for edit in edits if edit.key == key}
        was = all(key in _identities(card, name) for card in before)
        found = [key in _identities(card, name) for card in now]
        if was and not kinds & {Kind.REMOVE}:
            assert found == [True, True], f"{key} was lost though nobody removed it: {now}"
            _check_label(name, key, by_side, before, now)
        elif not was and Kind.ADD in kinds and Kind.REMOVE not in kinds:
            assert found == [True, True], f"{key} was added and did not arrive: {now}"
        elif was and kinds == {Kind.REMOVE}:
            assert found == [False, False], f"{key} was removed and came back: {now}"
        elif not was and Kind.ADD not in kinds:
            assert found == [False, False], f"{key} was added by nobody: {now}"


def _check_label(name: Field, key: object, by_side: list[list[Edit]], before, now) -> None:
    typed_on = [
        [edit.value.label for edit in edits if edit.key == key and edit.kind is Kind.LABEL] for edits in by_side
    ]
    typed = [label for labels in typed_on for label in labels]
    labels = [_label(card, name, key) for card in now]
    at_rest = [_label(card, name, key) for card in before]
    if not typed:
        assert labels == at_rest, f"the label of {key} changed by itself: {now}"
    elif labels != at_rest or not _is_typed_back([(side[-1],) if side else None for side in typed_on], at_rest):
        assert labels[0] == labels[1], f"the label of {key} is lost: {typed} became {labels}"
        assert labels[0] in typed, f"the label of {key} is lost: {typed} became {labels}"


def _bases(link: Link) -> tuple[Card | None, Card | None]:
    return link.local_base, link.remote_base


def _last(edits: list[Edit], name: Field) -> tuple[object] | None:
    values = [edit.value for edit in edits if edit.field is name]
    return (values[-1],) if values else None


def _single(card: Card, name: Field) -> object:
    return card.name.given if name is Field.NAME else card.birthday


def _identities(card: Card, name: Field) -> set[object]:
    return {identity(value) for value in values_of(card, name)}


def _label(card: Card, name: Field, key: object) -> str:
    return next(text_key(value.label) for value in values_of(card, name) if identity(value) == key)
