"""Google accounts, links, runs with their operations, and what a run left open."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from contactsync.records import ConflictPolicy, EmptiedFields, LinkState, Reason
from tandem.contacts.models import Contact, Status
from tandem.identifiers import new_id


class AccountState(models.TextChoices):
    CONNECTED = "connected"
    RECONNECT_NEEDED = "reconnect_needed"
    DISCONNECTED = "disconnected"


class Account(models.Model):
    """A Google account that a user has connected. `sub` is its identity; the e-mail address may change.

    Tokens are encrypted (`googlesync.vault`). `lease_*` make one run at a time true: whoever holds the lease wrote
    `lease_owner` and raised `lease_epoch`; every transaction of a run locks this row and compares the epoch.
    `due_at` is when the sweep takes the account next, `outage_told_at` when its owner was told by mail that it fails.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="google_accounts")
    sub = models.TextField(unique=True)
    email = models.TextField()
    state = models.TextField(choices=AccountState.choices, default=AccountState.CONNECTED)
    refresh_token = models.BinaryField(default=b"")
    access_token = models.BinaryField(default=b"")
    access_token_expires_at = models.DateTimeField(null=True)
    connected_at = models.DateTimeField()

    contact_sync = models.BooleanField(default=False)
    import_status = models.TextField(choices=Status.choices, default=Status.SPHERE)
    conflict_policy = models.TextField(
        choices=[(policy.value, policy.name) for policy in ConflictPolicy], default=ConflictPolicy.GOOGLE.value
    )
    emptied_fields = models.TextField(
        choices=[(rule.value, rule.name) for rule in EmptiedFields], default=EmptiedFields.REMOVE.value
    )
    region = models.TextField(default="US")
    brake_on = models.BooleanField(default=True)
    brake_count = models.PositiveIntegerField(default=10)
    brake_percent = models.PositiveIntegerField(default=10)
    brake_most = models.PositiveIntegerField(default=200)

    sync_token = models.TextField(default="", blank=True)
    sync_token_hash = models.TextField(default="", blank=True)
    listed_in_full_at = models.DateTimeField(null=True)
    budget = models.JSONField(default=dict)

    due_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    outage_told_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error_code = models.TextField(default="", blank=True)
    error_detail = models.TextField(default="", blank=True)
    error_mend = models.TextField(default="", blank=True)

    lease_owner = models.TextField(default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    lease_epoch = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=Q(contact_sync=True, state="connected"),
                name="account_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Installation(models.Model):
    """This installation: one row, whose id signs the markers of the persons that we create in Google."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    only = models.BooleanField(default=True, unique=True)

    def __str__(self) -> str:
        return str(self.id)


class Link(models.Model):
    """The pairing of one contact with one person of one account (`contactsync.records.Link`).

    Without a contact it is a tombstone whose contact was purged. `why` says how the two came together. Every verb of a
    person that gives it other bases, or to another contact, raises `version`: a run's answer to what it planned before
    then moves neither. `left_keys` are the keys (`contactsync.match`) of what a person said no to, which the person has
    and the contact lacks: a push finds the person by them all the same.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="links")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="links")
    source_id = models.TextField()
    resource_name = models.TextField()
    etag = models.TextField(default="", blank=True)
    person_updated_at = models.DateTimeField()
    state = models.TextField(choices=[(state.value, state.name) for state in LinkState], default=LinkState.LIVE.value)
    local_base = models.JSONField(null=True)
    remote_base = models.JSONField(null=True)
    pending = models.JSONField(null=True)
    changed_here = models.BooleanField(default=False)
    hidden = models.BooleanField(default=False)
    written_at = models.DateTimeField(null=True)
    why = models.TextField(default="", blank=True)
    display_name = models.TextField(default="", blank=True)
    linked_at = models.DateTimeField()
    synced_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0, db_default=0)
    left_keys = ArrayField(models.TextField(), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "source_id"], name="link_person_once"),
            models.UniqueConstraint(fields=["account", "contact"], name="link_contact_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account"], condition=Q(changed_here=True, state="live"), name="link_changed_here"),
            models.Index(fields=["account"], condition=Q(pending__isnull=False), name="link_pending"),
            models.Index(fields=["account", "resource_name"], name="link_by_resource_name"),
            GinIndex(fields=["left_keys"], condition=Q(left_keys__isnull=False), name="link_left_keys"),
            models.Index(fields=["account", "state"], condition=~Q(state="live"), name="link_not_live"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RunKind(models.TextChoices):
    SYNC = "sync"
    PUSH = "push"
    PLAN = "plan"
    UNDO = "undo"
    MERGE = "merge"
    BULK = "bulk"


class Trigger(models.TextChoices):
    SCHEDULE = "schedule"
    ENABLE = "enable"
    PERSON = "person"
    API = "api"
    CLI = "cli"


class RunState(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"


#: The error code of a run that its user stopped.
STOPPED = "cancelled"
#: The reason of operations that a disconnect ended.
DISCONNECTED = "disconnected"


class Run(models.Model):
    """One execution for one account, or one action on several contacts here (merge, bulk), which has no account.

    `scope` names the contacts of a push or of a sync; None is the whole account. `persons` are resource
    names of those without a contact that a sync with a scope sees again. `approves` is the plan or held run whose rows
    this one does, `undoes` the run that it takes back, whole or `undone_field` of the contacts in its scope. A plan
    keeps the token of its listing. `erases` is a person's 'erase on both sides' of the one contact in its scope. `deed`
    is what a worker does with many contacts (`googlesync.deeds`); None for what was done at once, and for runs of an
    account.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="runs")
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="runs")
    kind = models.TextField(choices=RunKind.choices)
    trigger = models.TextField(choices=Trigger.choices)
    state = models.TextField(choices=RunState.choices, default=RunState.QUEUED)
    scope = ArrayField(models.UUIDField(), null=True)
    persons = ArrayField(models.TextField(), default=list, db_default=[])
    anyway = models.BooleanField(default=False)
    approves = models.ForeignKey("self", models.CASCADE, null=True, related_name="approved_by")
    undoes = models.ForeignKey("self", models.CASCADE, null=True, related_name="undone_by")
    undone_field = models.TextField(default="", blank=True)
    erases = models.BooleanField(default=False)
    deed = models.JSONField(null=True)
    sync_token = models.TextField(default="", blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    error_code = models.TextField(default="", blank=True)
    error_detail = models.TextField(default="", blank=True)
    error_mend = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="run_of_owner"),
            models.Index(fields=["account", "state"], condition=~Q(state__in=["done", "failed"]), name="run_open"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Side(models.TextChoices):
    TANDEM = "tandem"
    GOOGLE = "google"


class OperationState(models.TextChoices):
    PLANNED = "planned"
    HELD = "held"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


class Operation(models.Model):
    """One intended or done change of one side in a run; for a push also the contact's receipt.

    `changes` holds values only for Google's side and for what is not done. A create that was sent keeps the sync
    token that was valid then: one listing with it tells whether the person came to be.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="operations")
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    contact_id = models.UUIDField(null=True)
    source_id = models.TextField(default="", db_default="", blank=True)
    resource_name = models.TextField(default="", blank=True)
    etag = models.TextField(default="", db_default="", blank=True)
    card_revision = models.PositiveIntegerField(null=True)
    side = models.TextField(choices=Side.choices)
    action = models.TextField()
    state = models.TextField(choices=OperationState.choices)
    outcome = models.TextField(default="", blank=True)
    changes = models.JSONField(default=list)
    reason = models.TextField(default="", blank=True)
    sync_token = models.TextField(default="", blank=True)
    card = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account"], condition=Q(state="sent"), name="operation_in_doubt"),
            models.Index(fields=["account", "source_id"], condition=Q(state="held"), name="operation_held"),
            models.Index(fields=["contact_id", "-id"], name="operation_of_contact"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Deferred(models.Model):
    """A person that a run could not finish with; read again by a batch get when due."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="deferred")
    source_id = models.TextField()
    resource_name = models.TextField()
    reason = models.TextField(choices=[(reason.value, reason.name) for reason in Reason])
    detail = models.TextField(default="", blank=True)
    tries = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "source_id"], name="deferred_person_once"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ConflictKind(models.TextChoices):
    OPEN = "open"  #: policy 'ask': nobody's value has travelled yet
    SETTLED = "settled"  #: a policy decided: `stands` says whose value
    DIFFERENCE = "difference"  #: a first meeting replaced nothing: each side keeps its own
    DELETED = "deleted"  #: deleted in Google, edited here since; the field is empty


class Conflict(models.Model):
    """A field of a linked pair in which the two sides do not agree, or did not; listed until it is answered.

    `local` and `remote` are the values of the two sides, emptied after 90 days. One is open for a contact's field.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="conflicts")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    field = models.TextField(default="", blank=True)
    kind = models.TextField(choices=ConflictKind.choices)
    local = models.JSONField(null=True)
    remote = models.JSONField(null=True)
    stands = models.TextField(default="", blank=True)
    run_id = models.UUIDField(null=True)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "contact", "field"],
                condition=Q(closed_at=None, kind__in=["open", "difference", "deleted"]),
                name="conflict_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account", "kind"], condition=Q(closed_at=None), name="conflict_to_answer"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Decision(models.TextChoices):
    """What a person said of two contacts that may be one."""

    OPEN = ""
    SAME = "same"
    DIFFERENT = "different"


class PossibleDuplicate(models.Model):
    """Two contacts of one owner that may be the same person, with the evidence; listed, never merged unasked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    first = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    second = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    evidence = models.TextField()
    found_at = models.DateTimeField()
    decision = models.TextField(choices=Decision.choices, default=Decision.OPEN, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="duplicate_of_another"),
        ]

    def __str__(self) -> str:
        return str(self.id)
