"""Pairs of contacts that a run found alike: listed once, for their owner to decide."""

from collections.abc import Sequence

from tandem.contacts.querysets import contacts_of
from tandem.googlesync.loading import uuid_of
from tandem.googlesync.models import PossibleDuplicate
from tandem.googlesync.writer import Writer


def list_duplicates(found: Sequence[tuple[str, str, str]], writer: Writer) -> None:
    """List pairs of contacts that may be one person; the smaller id first, so that a pair is listed once.

    Passed over is whoever is no contact of the owner's, or was purged since.
    """
    if not found:
        return
    owner_id = writer.account.user_id
    ids = {contact_id for pair in found for contact_id in pair[:2]}
    rows = contacts_of(owner_id).filter(id__in=list(filter(None, map(uuid_of, ids))))
    known = {str(contact_id): contact_id for contact_id in rows.values_list("id", flat=True)}
    pairs = [(known[one], known[other], evidence) for one, other, evidence in found if {one, other} <= known.keys()]
    PossibleDuplicate.objects.bulk_create(
        [
            PossibleDuplicate(
                owner_id=owner_id,
                first_id=min(one, other),
                second_id=max(one, other),
                evidence=evidence,
                found_at=writer.at,
            )
            for one, other, evidence in pairs
            if one != other
        ],
        ignore_conflicts=True,
    )
