"""Everything that one running sandbox holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from aiohttp import web

from google_sandbox.faults import Faults
from google_sandbox.quotas import Quotas
from google_sandbox.store import Store
from google_sandbox.traffic import Traffic

DEFAULT_CLIENT_ID = "tandem-sandbox.apps.example"
DEFAULT_CLIENT_SECRET = "sandbox-secret"  # noqa: S105 - the sandbox's published default


@dataclass(frozen=True, slots=True)
class Client:
    """The OAuth client of the operator's project. Without redirect URIs every loopback address is accepted."""

    id: str = DEFAULT_CLIENT_ID
    secret: str = DEFAULT_CLIENT_SECRET
    redirect_uris: Sequence[str] = ()


@dataclass(slots=True)
class Sandbox:
    """The store (all that lasts) and what lives only as long as the process."""

    store: Store
    client: Client
    faults: Faults
    traffic: Traffic = field(default_factory=Traffic)
    quotas: Quotas = field(default_factory=Quotas)


SANDBOX = web.AppKey("sandbox", Sandbox)
"""Where the handlers find the sandbox in their application."""
