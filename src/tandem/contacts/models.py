"""Contacts, the changes they went through, and the terms they are found by.

The values of a Card live in the contact's own row: the sync compares and writes a Card as one value, under one
`card_revision`, so one row keeps that promise without joins (docs/decisions/0002-a-card-is-one-row.md).
"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tandem.contacts.ordering import sort_name
from tandem.identifiers import new_id


class Status(models.TextChoices):
    """Where a contact stands with its agent. Exactly one of them."""

    SPHERE = "sphere", "Sphere"
    PROSPECT = "prospect", "Prospect"
    NEW_LEAD = "new_lead", "New Lead"
    ACTIVE_LEAD = "active_lead", "Active Lead"
    CLIENT = "client", "Client"
    CONTRACT = "contract", "Contract"
    CLOSED = "closed", "Closed"
    ARCHIVE = "archive", "Archive"


class LeadType(models.TextChoices):
    """What a contact wants or does; several at once."""

    BUYER = "buyer", "Buyer"
    SELLER = "seller", "Seller"
    RENTER = "renter", "Renter"
    VENDOR = "vendor", "Vendor"
    AGENT = "agent", "Agent"


class Contact(models.Model):
    """A person in the CRM, owned by one user who alone sees it.

    `emails` holds objects with value and label, `phones` with value, label and key, `addresses` the parts and a
    label, as `contactsync.card` names them. `revision` counts every write, `card_revision` those of the Card.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="contacts")
    prefix = models.TextField(default="", blank=True)
    given = models.TextField(default="", blank=True)
    middle = models.TextField(default="", blank=True)
    family = models.TextField(default="", blank=True)
    suffix = models.TextField(default="", blank=True)
    emails = models.JSONField(default=list)
    phones = models.JSONField(default=list)
    addresses = models.JSONField(default=list)
    birthday_year = models.SmallIntegerField(null=True)
    birthday_month = models.SmallIntegerField(null=True)
    birthday_day = models.SmallIntegerField(null=True)
    birthday_text = models.TextField(default="", blank=True)
    company = models.TextField(default="", blank=True)
    status = models.TextField(choices=Status.choices, default=Status.SPHERE)
    lead_types = ArrayField(models.TextField(choices=LeadType.choices), default=list, blank=True)
    hashtags = ArrayField(models.TextField(), default=list, blank=True)
    source = models.TextField(default="", blank=True)
    notes = models.TextField(default="", blank=True)
    revision = models.PositiveIntegerField(default=1)
    card_revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    trashed_at = models.DateTimeField(null=True)
    trashed_because = models.TextField(default="", blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="contact_status_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "id"], condition=models.Q(trashed_at=None), name="contact_of_owner"),
            models.Index(fields=["owner", "updated_at"], name="contact_by_update"),
            # The orders of the list, each page of which is read from its index as it stands.
            models.Index(
                models.F("owner"),
                sort_name(),
                models.F("id"),
                condition=models.Q(trashed_at=None),
                name="contact_list_name",
            ),
            models.Index(
                models.F("owner"),
                models.F("status"),
                sort_name(),
                models.F("id"),
                condition=models.Q(trashed_at=None),
                name="contact_list_status",
            ),
            models.Index(
                fields=["owner", "updated_at", "id"], condition=models.Q(trashed_at=None), name="contact_list_updated"
            ),
            # What few contacts have is found without reading the others.
            models.Index(fields=["owner", "source"], condition=models.Q(trashed_at=None), name="contact_list_source"),
            models.Index(
                fields=["owner", "birthday_month"],
                condition=models.Q(birthday_month__isnull=False),
                name="contact_list_birthday",
            ),
            GinIndex(fields=["lead_types"], condition=~models.Q(lead_types=[]), name="contact_list_lead_types"),
            models.Index(
                fields=["owner", "trashed_at"], condition=models.Q(trashed_at__isnull=False), name="contact_in_trash"
            ),
            models.Index(
                fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="contact_merged_into"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Actor(models.TextChoices):
    """By whom a contact was changed."""

    PERSON = "person", "a person"
    API = "api", "the API"
    IMPORT = "import", "an import"
    SYNC = "sync", "the sync"
    UNDO = "undo", "an undo"


class Change(models.Model):
    """One field of one contact changed; an empty `field` is the contact as a whole (see `Event`).

    `cause` is the id of the run that did it, where a run did. A value of None means 'not kept' (an import's
    before, or a value past its 90 days); an empty value is an empty text, list or object.
    """

    class Event(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        TRASHED = "trashed"
        RESTORED = "restored"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="changes")
    event = models.TextField(choices=Event.choices, default=Event.CHANGED)
    field = models.TextField(default="", blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    by = models.TextField(choices=Actor.choices)
    cause = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cause"], condition=models.Q(cause__isnull=False), name="change_of_run"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.field}".strip()


class Term(models.Model):
    """A folded text that a contact is found by, whole or by its beginning (`contacts.terms` makes them).

    An index that is a table: derived from contacts, a dozen rows each, and joined to them wherever it is read. So
    it has no foreign keys in the database, whose checks took half of an import's time; the verbs that delete
    contacts delete its rows.
    """

    pk = models.CompositePrimaryKey("owner_id", "term", "contact_id")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, db_constraint=False)
    # The C collation lets one B-tree serve equality and prefixes alike.
    term = models.TextField(db_collation="C")
    contact = models.ForeignKey(Contact, models.DO_NOTHING, related_name="terms", db_index=False, db_constraint=False)

    def __str__(self) -> str:
        return self.term
