"""What can keep the embedded PostgreSQL from serving, each in one sentence for the operator."""


class PostgresFailed(Exception):
    """The server could not be made, started, reached or stopped; the message names the log or the mend."""


class NoEmbeddedPostgres(PostgresFailed):
    """The wheel with PostgreSQL's programs does not exist for this platform."""
