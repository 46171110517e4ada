"""Where the embedded server listens, and whether it answers there."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from psycopg import pq
from psycopg.conninfo import make_conninfo

ROLE = "tandem"
DATABASE = "tandem"
PORT = 5432  # names the socket file only: there is no TCP
ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Address:
    """How to connect; `host` is the folder of the Unix socket."""

    host: str
    password: str = field(repr=False)
    port: int = PORT
    user: str = ROLE
    database: str = DATABASE

    @property
    def url(self) -> str:
        """A URL for libpq and for TANDEM_DATABASE_URL. It carries the password: not for logs."""
        password, host = quote(self.password, safe=""), quote(self.host, safe="")
        return f"postgresql://{self.user}:{password}@/{self.database}?host={host}&port={self.port}"

    @property
    def socket(self) -> Path:
        """The socket itself, as PostgreSQL names it."""
        return Path(self.host) / f".s.PGSQL.{self.port}"

    def django(self) -> dict[str, str | int]:
        """An entry for Django's DATABASES, without the options of the connection."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.database,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
        }

    def answers(self) -> bool:
        """Whether a server accepts connections here now: not one that starts, recovers or shuts down."""
        connection = make_conninfo(
            host=self.host,
            port=self.port,
            user=self.user,
            dbname=self.database,
            connect_timeout=ANSWER_SECONDS,
        )
        return pq.PGconn.ping(connection.encode()) == pq.Ping.OK
