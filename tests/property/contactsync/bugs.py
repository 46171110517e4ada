"""Bugs that somebody could write into the engine, one sentence each, and where."""

# ruff: noqa: E501 - what is planted stands beside what it replaces, on one line

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bug:
    """`before`, which stands once in `file`, becomes `after`."""

    sentence: str
    file: str
    before: str
    after: str
    survives_because: str = ""


PLAN = "src/contactsync/plan.py"
OUTGOING = "src/contactsync/outgoing.py"
WRITING = "src/contactsync/writing.py"
PUSH = "src/contactsync/push.py"
EXECUTE = "src/contactsync/execute.py"
LISTING = "src/contactsync/listing.py"
CARRYING = "src/contactsync/carrying.py"
LOST = "src/contactsync/lost.py"
MERGE = "src/contactsync/merge.py"
BRAKE = "src/contactsync/brake.py"
FOLLOWING = "src/contactsync/following.py"
SURVIVORS = "src/contactsync/survivors.py"
CRM = "tests/fake_repository.py"
DUE = "src/contactsync/due.py"
SIDES = "src/contactsync/sides.py"
SINGLES = "src/contactsync/singles.py"
HEALING = "src/contactsync/healing.py"

BUGS = (
    # What a person means for the link it has.
    Bug(
        "a listing older than our own write is believed",
        PLAN,
        "elif person.updated_at >= pair.link.updated_at or pair.contact is None:",
        "elif True:",
    ),
    Bug(
        "a due item is closed by a version from before our own write",
        PLAN,
        "elif person.source_id in reading.due:",
        "elif False:",
    ),
    Bug("what we just wrote is deleted because a listing lacks it", PLAN, "    if now < due_at:", "    if False:"),
    Bug("a reported deletion is not confirmed", PLAN, "    if found is not None:", "    if False:"),
    Bug(
        "the echo of our own update is not recognised",
        PLAN,
        "landed = sent - differing_fields(overlay(pending.before, pending.after, person.card), person.card)",
        "landed = frozenset()",
    ),
    Bug(
        "an update that never landed stays pending",
        PLAN,
        "if landed != sent and now < pending.sent_at + _delay(policy):",
        "if landed != sent:",
    ),
    Bug(
        "a doubt is settled before Google's delay has passed",
        PLAN,
        "    if landed != sent and now < pending.sent_at + _delay(policy):\n        return None\n",
        "",
    ),
    Bug(
        "a write in doubt is ignored when its person is merged",
        PLAN,
        "    if link.pending is not None:\n        settled",
        "    if False:\n        settled",
    ),
    Bug(
        "an edit here counts as in step once Google's is carried",
        PLAN,
        "in_step if has_more else merged.local, local_base, asked",
        "merged.local, local_base, asked",
    ),
    Bug(
        "an edit here is forgotten when Google's side is carried",
        PLAN,
        "changed_here=has_more,",
        "changed_here=False,",
    ),
    Bug(
        "the losing value of a conflict is not recorded",
        PLAN,
        "link_reason(merged.conflicts), merged.conflicts)",
        "link_reason(()), ())",
    ),
    Bug(
        "Google's present Card does not become its base",
        PLAN,
        "        remote_base=with_fields_of(person.card, remote_base, asked),\n",
        "",
    ),
    Bug(
        "a person seen again is not taken up",
        PLAN,
        "            yield _returned(pair, person, policy)",
        "            return",
    ),
    Bug(
        "a dormant link sleeps on",
        PLAN,
        '            yield meet(Known(contact, link), person, "connected again")',
        "            return",
    ),
    Bug(
        "a restored contact without bases is merged as if both were blank",
        PLAN,
        "    if link.local_base is None or link.remote_base is None:",
        "    if False:",
    ),
    Bug(
        "a person shown again stays hidden",
        PLAN,
        "hidden=link.hidden if person.hidden is None else person.hidden,",
        "hidden=link.hidden,",
    ),
    Bug(
        "a hidden person is not noted",
        PLAN,
        "            yield Settle(replace(link, hidden=True))",
        "            return",
    ),
    Bug(
        "a renamed person keeps its old address",
        PLAN,
        "        resource_name=person.resource_name,\n        etag=person.etag,\n        updated_at=person.updated_at,\n        hidden",
        "        etag=person.etag,\n        updated_at=person.updated_at,\n        hidden",
    ),
    Bug(
        "a deletion in Google only ends the link",
        PLAN,
        "yield DeleteLocal(contact, link, is_edited=not same_card(contact.card, link.local_base))",
        "yield Detach(link)",
    ),
    Bug(
        "a deletion that is too early is forgotten",
        PLAN,
        "        yield Wait(deferral(link, Reason.WAIT, due_at))",
        "        return",
    ),
    # First meetings.
    Bug(
        "our own marker on a person is ignored",
        PLAN,
        "reading.marked.get(person.marker) if person.marker else None",
        "None",
    ),
    Bug(
        "an adopted person's contact forgets what it changed since",
        PLAN,
        "        local_base=sent,",
        "        local_base=known.contact.card,",
    ),
    Bug(
        "an adopted person raises a contact from the trash's link",
        PLAN,
        "LinkState.TOMBSTONE if known.contact.trashed else LinkState.LIVE",
        "LinkState.LIVE",
    ),
    Bug(
        "an adopted contact's edit is not marked",
        PLAN,
        "changed_here=not known.contact.trashed and not same_card(known.contact.card, sent)",
        "changed_here=False",
    ),
    Bug(
        "what a first meeting fills in Google is not marked",
        PLAN,
        "changed_here=not same_card(filled.remote, person.card),",
        "changed_here=False,",
    ),
    Bug(
        "what a first meeting fills in Google counts as in step",
        PLAN,
        "local_base=overlay(filled.remote, person.card, filled.local),",
        "local_base=filled.local,",
    ),
    Bug(
        "a linked contact is matched with another person",
        PLAN,
        "if not known.is_linked and known.doubtful is None",
        "if known.doubtful is None",
    ),
    # What is written to Google.
    Bug(
        "the newest person is overwritten with what we knew",
        OUTGOING,
        "body = overlay(base, after, newest.card)",
        "body = after",
    ),
    Bug(
        "a single field that both sides changed is written",
        OUTGOING,
        "clashing = _clashing(base, desired, newest.card)",
        "clashing = frozenset[Field]()",
    ),
    Bug(
        "an edit that was left to the next run counts as written",
        OUTGOING,
        "moved_local = with_fields_of(contact.card, local_base, clashing)",
        "moved_local = contact.card",
    ),
    Bug(
        "Google's base becomes the whole answer",
        OUTGOING,
        "    base = moved_base(link.remote_base or BLANK, pending.before, pending.after, person.card, frozenset(Field))\n",
        "    base = person.card\n",
    ),
    Bug(
        "what an answer holds besides is not read again",
        OUTGOING,
        "deferred=None if is_in_step else deferral(moved, Reason.STALE, now),",
        "deferred=None,",
    ),
    Bug("a lost answer counts as not written", OUTGOING, "kept = replace(link, pending=send.pending)", "kept = link"),
    Bug(
        "what was left to the next run is not marked",
        OUTGOING,
        "        changed_here=leftover,",
        "        changed_here=False,",
    ),
    Bug("the mark of a written link stays", OUTGOING, "        changed_here=leftover,", "        changed_here=True,"),
    Bug(
        "the back-off of a refused write does not grow",
        OUTGOING,
        "Result.FAILED, detail, tries + 1)",
        "Result.FAILED, detail, tries)",
    ),
    Bug(
        "a refused write is forgotten",
        OUTGOING,
        "link = replace(send.link, pending=None, changed_here=True)",
        "link = replace(send.link, pending=None, changed_here=False)",
    ),
    Bug(
        "the link keeps the etag from before our write",
        OUTGOING,
        "        etag=person.etag,\n        updated_at=person.updated_at,\n        local_base=pending",
        "        local_base=pending",
    ),
    Bug(
        "an older version is taken for the newest person",
        OUTGOING,
        "    if newest.updated_at < link.updated_at:",
        "    if False:",
    ),
    Bug(
        "a lost create counts as failed",
        OUTGOING,
        "Receipt(contact_id, Result.WAITING,",
        "Receipt(contact_id, Result.FAILED,",
    ),
    Bug(
        "an update is not journalled before it goes out",
        WRITING,
        "    stand = await session.repository.send(sends)\n",
        "    stand = frozenset(send.link.id for send in sends)\n",
    ),
    Bug(
        "a contact that moved on is written all the same",
        WRITING,
        "    sends = [send for send in sends if send.link.id in stand]\n",
        "",
    ),
    Bug(
        "a create is not journalled before it goes out",
        WRITING,
        "    stand = await session.repository.send_creates(list(drafts.values()), token)\n",
        "    stand = {item.contact.id for item in known}\n",
    ),
    Bug("a stale person is not read again at once", WRITING, "ROUNDS = 3", "ROUNDS = 1"),
    Bug(
        "what came before a passing fault is not recorded",
        WRITING,
        "    await session.repository.settle(settled)\n    raise_unsent(outcomes)",
        "    raise_unsent(outcomes)\n    await session.repository.settle(settled)",
    ),
    Bug("a passing fault does not stop the run", WRITING, "    if error is not None:", "    if False:"),
    # Pushing.
    Bug(
        "a push creates without searching the changes",
        PUSH,
        "        else:\n            search.free[person.source_id] = person",
        "        else:\n            pass",
    ),
    Bug(
        "a push does not look at who is linked and has just been read",
        PUSH,
        "            _add_linked(search, linked[person.source_id], person)\n",
        "            pass\n",
    ),
    Bug("a push doubles who is back in Google", PUSH, "if person.source_id in own:", "if False:"),
    Bug("a push does not look for persons that wait", PUSH, "persons += await _waiting(", "await _waiting("),
    Bug("a push creates beside another contact's person", PUSH, "    if not anyway:", "    if False:"),
    Bug("a create in doubt is sent again by the next push", PUSH, "if known.doubtful is not None or (link", "if (link"),
    Bug(
        "who was deleted here while its create was in doubt is back after a reconnection",
        PLAN,
        "    if known.doubtful is None and known.contact.trashed and known.link is None:",
        "    if False:",
    ),
    Bug("a trashed contact is pushed", PUSH, "    if known.contact.trashed:", "    if False:"),
    Bug(
        "a pushed contact is linked to an outdated person",
        PUSH,
        "            person = replace(person, hidden=search.free[source_id].hidden)",
        "            person = search.free[source_id]",
    ),
    # A run.
    Bug(
        "the token is stored before what was read is applied",
        EXECUTE,
        "    await _carry_here(session, listing, spared)\n    await repository.advance(listing.token, is_complete=listing.is_complete)\n",
        "    await repository.advance(listing.token, is_complete=listing.is_complete)\n    await _carry_here(session, listing, spared)\n",
    ),
    Bug(
        "deferred items are never read again",
        EXECUTE,
        "    due = await read_due(session)",
        "    due = replace(await read_due(session), items=(), pairs={}, found={})",
    ),
    Bug(
        "deferred items are never closed",
        EXECUTE,
        "*closed(due.items, due.pairs), ",
        "",
    ),
    Bug(
        "a contact that moved on before apply is forgotten",
        CRM,
        "                self.deferred.update({person.source_id: self._again(person) for person in moved_on})\n",
        "",
        survives_because="the edit that it moved on by marks the link, and its write finds what Google changed",
    ),
    Bug("a name that was given up counts as hidden", EXECUTE, " and pair.link.source_id not in listing.seen", ""),
    Bug(
        "a lost create is looked for before Google's delay has passed",
        LOST,
        "if session.clock() >= create.sent_at + delay]",
        "]",
    ),
    Bug(
        "a lost create is not looked for once its token has died",
        LOST,
        "session.provider.changes(None) for entry",
        'session.provider.changes("") for entry',
    ),
    Bug(
        "a create that was not done is forgotten",
        EXECUTE,
        "    if lost:\n        await create",
        "    if False:\n        await create",
    ),
    Bug(
        "a lagging listing raises a person that was deleted",
        CARRYING,
        "    persons = await _without_ghosts(session, persons, pairs)\n",
        "",
    ),
    Bug(
        "a get drops a tombstone that the listing still shows",
        DUE,
        "            and pair.link.state in {LinkState.LIVE, LinkState.DORMANT}\n",
        "",
    ),
    Bug(
        "a create that was not done stays in doubt",
        LOST,
        "    await session.repository.drop_creates(sorted(undone), NOT_DONE)\n",
        "",
    ),
    Bug(
        "a dead token stops the run",
        LISTING,
        "        return await _read(provider, repository, None)\n",
        "        raise\n",
    ),
    Bug(
        "absence from a partial listing counts",
        LISTING,
        "Listing(is_complete=token is None)",
        "Listing(is_complete=True)",
    ),
    Bug(
        "absence from a complete listing does not count",
        LISTING,
        "Listing(is_complete=token is None)",
        "Listing(is_complete=False)",
    ),
    # The repository's promises.
    Bug(
        "a contact that moved on is overwritten",
        CRM,
        "if contact is None or (contact.card_revision, contact.trashed) != _version(action.contact):",
        "if contact is None:",
    ),
    Bug(
        "the mark is cleared though the contact moved on",
        CRM,
        "(item.link.changed_here or moved_on)",
        "item.link.changed_here",
    ),
    Bug(
        "a write revives a link that became a tombstone",
        CRM,
        "replace(item.link, state=link.state, changed_here=changed_here)",
        "replace(item.link, changed_here=changed_here)",
    ),
    Bug(
        "a read item closes one that was opened since",
        CRM,
        "if self.deferred.get(deferred.source_id) == deferred:",
        "if deferred.source_id in self.deferred:",
        survives_because="the repository's part, to which tests/contract/contactsync holds both of them",
    ),
    Bug(
        "a second update goes out while the first is in doubt",
        CRM,
        "            and link.changed_here\n            and link.pending is None\n",
        "            and link.changed_here\n",
        survives_because="the guard is double: what is about to be sent is looked at once more",
    ),
    Bug(
        "an update whose run died is never read again",
        CRM,
        "                self._defer_in_doubt(send.in_doubt)\n",
        "",
    ),
    # What a person is asked.
    Bug("what is to be asked about is decided for Google", MERGE, "if policy is ConflictPolicy.ASK:", "if False:"),
    Bug(
        "the contact's base of a field that is asked about moves",
        PLAN,
        "local_base=with_fields_of(in_step if has_more else merged.local, local_base, asked),",
        "local_base=in_step if has_more else merged.local,",
    ),
    Bug(
        "Google's base of a field that is asked about moves",
        PLAN,
        "remote_base=with_fields_of(person.card, remote_base, asked),",
        "remote_base=person.card,",
    ),
    Bug(
        "an edit taken back in Google does not let ours travel",
        PLAN,
        "if nothing_moved and link == pair.link and joined.link.changed_here == link.changed_here:",
        "if nothing_moved and link == pair.link:",
    ),
    # The brake.
    Bug("the brake never stops", EXECUTE, "if may_stop(actions, session.policy.brake):", "if False:"),
    Bug(
        "the brake stops only what is more than a tenth and more than 200",
        "src/contactsync/records.py",
        "number > self.most or (",
        "number > self.most and (",
    ),
    Bug("deletions are not counted", BRAKE, "return isinstance(action, DeleteLocal)", "return False"),
    Bug(
        "fields that Google blanked are not counted",
        BRAKE,
        "bool(blanked_fields(action.contact.card, action.card))",
        "False",
    ),
    Bug("fields blanked here go to Google unbraked", WRITING, "    await _hold_blanks(session, approved_now)\n", ""),
    Bug(
        "a sync of one contact writes what is held",
        EXECUTE,
        "_is_to_write(item.link) and item.link.source_id not in held",
        "_is_to_write(item.link)",
    ),
    Bug(
        "a get alone deletes",
        EXECUTE,
        "    if action.link.source_id not in approved_ids:\n        return Wait(",
        "    if False:\n        return Wait(",
    ),
    Bug(
        "a contact that was restored goes with a person who had gone before",
        PLAN,
        "link.local_base is not None and link.etag:",
        "link.local_base is not None:",
    ),
    Bug(
        "what was pushed anyway is pushed like any other after a lost answer",
        LOST,
        "token, anyway=anyway, undone=undone)",
        "token, undone=undone)",
    ),
    Bug(
        "a hidden person stays out of step after a reconnection",
        EXECUTE,
        "pair.link.state is not LinkState.DORMANT or",
        "True or",
    ),
    Bug(
        "a write goes over what Google edited in a set meanwhile",
        OUTGOING,
        " | _contested(base, desired, newest.card, policy)",
        "",
    ),
    Bug(
        "what Google has already is written once more",
        OUTGOING,
        "field in SINGLE or not _holds_all(newest.card, body, field)",
        "True",
    ),
    Bug(
        "a fault before anything was sent leaves writes in doubt",
        WRITING,
        "        return {key: Unsent(error) for key in keys}",
        "        raise",
    ),
    Bug(
        "of several entries the first speaks, not the edited one",
        SIDES,
        "            return edit[1]",
        "            pass",
    ),
    Bug("a name is filled with words that it holds already", SINGLES, "and not _is_held(other, held)", ""),
    Bug("what is held is planned again by the next run", PLAN, "elif person.source_id in reading.held:", "elif False:"),
    Bug("a held deletion is held again by the next run", EXECUTE, "or pair.link.source_id not in held", "or True"),
    Bug("a push sends what is held", PUSH, "if link is not None and link.source_id in held:", "if False:"),
    Bug(
        "a rejected blank travels after all",
        BRAKE,
        "local_base=with_fields_of(link.local_base or BLANK, here, kept),",
        "local_base=link.local_base,",
    ),
    # Merged in Google.
    Bug("a merge in Google is a deletion", FOLLOWING, "    if not lost:", "    if True:"),
    Bug(
        "one shared value makes a survivor", SURVIVORS, "if not wanted or not wanted <= held:", "if not wanted & held:"
    ),
    Bug(
        "a survivor's name does not matter",
        SURVIVORS,
        "    return compatible_names(lost_name, person.card.name, same_email=",
        "    return True or compatible_names(lost_name, person.card.name, same_email=",
    ),
    Bug(
        "the first of two possible survivors is it",
        SURVIVORS,
        "found[0] if len(found) == 1 else None",
        "found[0] if found else None",
    ),
    Bug(
        "a survivor that is new here is imported beside the contact",
        FOLLOWING,
        "pairs[survivor.source_id] = _pair(action)",
        "kept.append(action)",
    ),
    Bug(
        "only persons of this very run can be survivors",
        FOLLOWING,
        "recent = [pair for pair in known if",
        "recent = [pair for pair in known if False and",
    ),
    Bug(
        "a person hidden while its link sleeps is not known to be",
        PLAN,
        "        if not link.hidden:",
        "        if not link.hidden and link.state not in ASLEEP:",
    ),
    # What a reviewer found.
    Bug(
        "an item is closed in another transaction than what it stood for",
        CARRYING,
        "by_person.setdefault(_about(action), []).append(action)",
        "by_person.setdefault(f'{isinstance(action, Close)}{_about(action)}', []).append(action)",
    ),
    Bug(
        "a create that came to nothing is dropped before it is tried again",
        LOST,
        "await push_contacts(session, contact_ids, token, anyway=anyway, undone=undone)",
        "await session.repository.drop_creates(sorted(undone))",
    ),
    Bug(
        "a create whose person somebody else was linked to stays in doubt for ever",
        LOST,
        "return pair is None or pair.link.contact_id == person.marker",
        "return True",
    ),
    Bug(
        "a person that another contact's create made is linked to this one",
        PUSH,
        "if person.marker in owners:",
        "if False:",
    ),
    Bug(
        "who was edited while a person was found is created anew",
        PUSH,
        "if known.contact.id not in linked_ids | unsettled]",
        "if known.contact.id not in linked_ids]",
    ),
    Bug(
        "a push meets no brake",
        PUSH,
        "pairs = await without_held(session, [Pair(known.link, known.contact) for known in linked if known.link])",
        "pairs = [Pair(known.link, known.contact) for known in linked if known.link]",
    ),
    Bug(
        "a merge into a contact out of use passes the brake",
        SURVIVORS,
        "return pair.link.state is LinkState.LIVE and pair.contact is not None and not pair.contact.trashed",
        "return True",
    ),
    Bug(
        "what was emptied here under 'refill' stays blank until the next run",
        WRITING,
        "    if session.policy.emptied is EmptiedFields.REFILL:",
        "    if False:",
    ),
    Bug(
        "what was emptied here under 'refill' is settled as blank by a push",
        OUTGOING,
        "    if not same_card(merged.local, contact.card):",
        "    if False:",
    ),
    Bug("an item is read by the name that its person had once", DUE, "if source_id in names}", "if False}"),
    Bug(
        "a person renamed in this very run is taken for deleted",
        DUE,
        "and not listing.shows_renamed(source_id, pair.link.resource_name)",
        "and True",
    ),
    Bug("what can't be read is tried again as often as ever", DUE, "tries=item.tries + 1", "tries=item.tries"),
    Bug(
        "a tombstone does not pass to the person that carries its marker",
        PLAN,
        "known.link.source_id in reading.orphaned",
        "False",
    ),
    Bug("a name that Google knows as one text is filled over", PLAN, "if person.name_is_guess:", "if False:"),
    Bug("a double is imported as a contact of its own", PLAN, "if person.source_id in reading.doubles:", "if False:"),
    Bug(
        "a double that changed since the plan is deleted",
        HEALING,
        '        person = await _exactly_sent(session, double, sent.get(double.marker or "", ()))',
        "        person = double",
    ),
    Bug(
        "a double is deleted though its contact's own person is gone",
        HEALING,
        "if person is None or not await _has_another(session, person):",
        "if person is None:",
    ),
    Bug(
        "of two that we made, the one with more goes",
        HEALING,
        "any(same_card(person.card, card) for card in sent))[1:]",
        "any(same_card(person.card, card) for card in sent), reverse=True)[1:]",
    ),
)
