"""The embedded server as the rest of Tandem sees it."""

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandem.postgres import postmaster
from tandem.postgres.address import Address
from tandem.postgres.cluster import make_cluster
from tandem.postgres.errors import PostgresFailed
from tandem.postgres.locks import alone, exclusive, share
from tandem.postgres.place import Place, find_place, make_folder, make_place
from tandem.postgres.programs import find_programs

LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Hold:
    """A running server that nobody stops while the hold lasts.

    A child process holds on too when it is given `descriptor` (`pass_fds=[hold.descriptor]`) or takes
    its own.
    """

    address: Address
    descriptor: int


#: What the system says of a path where nothing can be: a read-only disk, /proc, a name that is too long or leads round.
UNUSABLE = frozenset({errno.EROFS, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP})


class EmbeddedPostgres:
    """The server of a data folder. `durable=False` trades safety in a power cut for speed: for tests."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder.absolute()
        self._durable = durable

    def ensure_running(self) -> Address:
        """Return the address of the running server, after making and starting it if no connection succeeds.

        Waits up to a minute for a start or a crash recovery. Without a hold the server may be stopped by
        whoever leaves next. Raises NoEmbeddedPostgres or PostgresFailed.
        """
        with self._permissions_explained():
            place = find_place(self._folder)
            address = place.address() if place else None
            if address is None or not address.answers():
                make_folder(self._folder)
                with exclusive(self._folder / "postgres.lock"):
                    address = self._bring_up()
        return address

    @contextmanager
    def hold(self) -> Iterator[Hold]:
        """Keep the server running inside; who leaves as the last one stops it."""
        with self._permissions_explained():
            make_folder(self._folder)
            descriptor = share(self._holders)
        try:
            yield Hold(self.ensure_running(), descriptor)
        finally:
            os.close(descriptor)
            self.stop_if_unused()

    def stop_if_unused(self) -> bool:
        """Stop the server unless somebody holds it, and return whether nobody did.

        A server whose holders were killed ends here too.
        """
        with self._permissions_explained(), alone(self._holders) as nobody_else:
            if nobody_else:
                with exclusive(self._folder / "postgres.lock"):
                    place = find_place(self._folder)
                    if place and postmaster.is_alive(place):
                        postmaster.stop(place, find_programs(place.account))
            return nobody_else

    @property
    def _holders(self) -> Path:
        return self._folder / "postgres.holders"

    def _bring_up(self) -> Address:
        """Make and start what is missing. The caller has the start lock."""
        place = make_place(self._folder)
        programs = find_programs(place.account)
        if not place.cluster.exists():
            make_cluster(place, programs, durable=self._durable)
        address = place.address()
        deadline = time.monotonic() + postmaster.PATIENCE_SECONDS
        while not address.answers():
            if time.monotonic() > deadline:
                raise PostgresFailed(_does_not_answer(place))
            if not postmaster.is_alive(place):
                postmaster.start(place, programs, durable=self._durable)
            elif not address.socket.exists():  # cleared away by a sweeper of temporary files
                postmaster.stop(place, programs)
            time.sleep(LOOK_AGAIN_SECONDS)
        return address

    @contextmanager
    def _permissions_explained(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as error:
            raise PostgresFailed(
                f"The embedded PostgreSQL needs {error.filename or self._folder}, which is closed to this "
                "user: run the command as the folder's owner, or give TANDEM_DATA_DIR a folder of your own."
            ) from error
        except (FileExistsError, NotADirectoryError) as error:
            raise PostgresFailed(
                f"{error.filename or self._folder} is no folder: give TANDEM_DATA_DIR a folder, or one to be made."
            ) from error
        except OSError as error:
            if error.errno not in UNUSABLE:
                raise
            raise PostgresFailed(
                f"{self._folder} can't be made or written ({error.strerror}): give TANDEM_DATA_DIR another folder."
            ) from error


def _does_not_answer(place: Place) -> str:
    return (
        f"The embedded PostgreSQL has not answered for {postmaster.PATIENCE_SECONDS} seconds; it may still "
        f"be recovering from a crash, so try again (its logs: {place.log_folder})."
    )
