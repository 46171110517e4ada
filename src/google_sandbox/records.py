"""What can happen to the sandbox's state. State is nothing but these records, applied in order."""

from enum import StrEnum

from msgspec import Struct

from google_sandbox.errors import Json
from google_sandbox.etags import source_etag
from google_sandbox.settings import Settings


class Standing(StrEnum):
    """Where a person is: in the address book, in 'Other contacts', in Trash, or gone for good (merged)."""

    CONTACT = "contact"
    OTHER = "other"
    TRASHED = "trashed"
    GONE = "gone"


class Profile(Struct, frozen=True, omit_defaults=True):
    """A Google profile linked to a contact: a second, read-only source of fields."""

    id: str
    fields: dict[str, list[Json]]


class Version(Struct, frozen=True, omit_defaults=True):
    """One person at one moment. `fields` holds the CONTACT source's items as clients wrote them, without metadata.

    `sequence` counts the versions of an account from 1; `at` is in microseconds. `labels` are resource names of
    contact groups.
    """

    source_id: str
    fields: dict[str, list[Json]]
    labels: tuple[str, ...] = ()
    standing: Standing = Standing.CONTACT
    sequence: int = 0
    at: int = 0
    photo: str = ""
    profile: Profile | None = None
    name_now: str = ""
    previous_names: tuple[str, ...] = ()

    @property
    def etag(self) -> str:
        return source_etag(self.source_id, self.sequence)

    @property
    def resource_name(self) -> str:
        """`people/c` and the source id in decimal, unless linking a profile renamed the person."""
        return self.name_now or f"people/c{int(self.source_id, 16)}"


class GroupVersion(Struct, frozen=True, omit_defaults=True):
    """One label at one moment. `id` is the last part of its resource name."""

    id: str
    name: str
    client_data: tuple[Json, ...] = ()
    deleted: bool = False
    sequence: int = 0
    at: int = 0

    @property
    def etag(self) -> str:
        return source_etag(self.id, self.sequence)[1:]

    @property
    def resource_name(self) -> str:
        return f"contactGroups/{self.id}"


class AccountSet(Struct, frozen=True, tag="account"):
    """An account came into being or changed. `sub` has 21 digits and never changes; `region` reads phone numbers."""

    sub: str
    email: str
    name: str
    region: str


class PersonsWritten(Struct, frozen=True, tag="persons"):
    sub: str
    versions: list[Version]


class GroupWritten(Struct, frozen=True, tag="group"):
    sub: str
    version: GroupVersion


class Code(Struct, frozen=True, tag="code"):
    """An authorization code and what it was asked with. Times in seconds."""

    value: str
    sub: str
    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    challenge_method: str
    refreshable: bool
    expires_at: float


class CodeUsed(Struct, frozen=True, tag="code_used"):
    value: str


class RefreshToken(Struct, frozen=True, tag="refresh_token"):
    """`until` is when its own lifetime ends (an app in testing), None for an unlimited one."""

    value: str
    sub: str
    client_id: str
    scopes: tuple[str, ...]
    used_at: float
    until: float | None = None


class AccessToken(Struct, frozen=True, tag="access_token"):
    value: str
    sub: str
    client_id: str
    scopes: tuple[str, ...]
    expires_at: float


class RefreshTokenDropped(Struct, frozen=True, tag="refresh_token_dropped"):
    value: str


class Consented(Struct, frozen=True, tag="consented"):
    sub: str
    client_id: str
    scopes: tuple[str, ...]


class GrantRevoked(Struct, frozen=True, tag="grant_revoked"):
    """The user's grant to a client is over, with every token of it; its tokens still work until `at`."""

    sub: str
    client_id: str
    at: float = 0.0


class AccessTokensExpired(Struct, frozen=True, tag="access_tokens_expired"):
    sub: str
    at: float


class ClockMoved(Struct, frozen=True, tag="clock"):
    offset_seconds: float


class SettingsChanged(Struct, frozen=True, tag="settings"):
    settings: Settings


class SigningKeyMade(Struct, frozen=True, tag="signing_key"):
    pem: str


type Record = (
    AccountSet
    | PersonsWritten
    | GroupWritten
    | Code
    | CodeUsed
    | RefreshToken
    | AccessToken
    | RefreshTokenDropped
    | Consented
    | GrantRevoked
    | AccessTokensExpired
    | ClockMoved
    | SettingsChanged
    | SigningKeyMade
)
