"""`tandem user`: who may sign in."""

import sys
from typing import Annotated

import typer

from tandem.cli.faults import CommandFailed, ExitCode
from tandem.cli.output import results
from tandem.cli.setup import current_installation

group = typer.Typer(name="user", help="Users, their passwords and API tokens.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", show_default=False)]
FromInput = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@group.command("create")
def create(
    email: Email,
    *,
    from_input: FromInput = False,
    admin: Annotated[bool, typer.Option("--admin", help="May manage users; sees no contacts.")] = False,
) -> None:
    """Make a user who can sign in."""
    with current_installation():
        from tandem.users import services

        services.create_user(email=email, password=read_password(from_input=from_input), is_admin=admin)
    results.print(f"{email} can sign in now.", markup=False)


@group.command("password")
def password(email: Email, *, from_input: FromInput = False) -> None:
    """Set a user's password."""
    with current_installation():
        from tandem.users import services

        services.set_password(email=email, password=read_password(from_input=from_input))
    results.print(f"{email} has a new password.", markup=False)


@group.command("reset-two-factor")
def reset_two_factor(email: Email) -> None:
    """Let a user who has lost the authenticator app and the recovery codes sign in with the password alone."""
    with current_installation():
        from tandem.users import services

        had_one = services.reset_second_factor(email=email)
    done = "signs in with the password alone now" if had_one else "had no two-factor sign-in"
    results.print(f"{email} {done}.", markup=False)


@group.command("token")
def token(email: Email) -> None:
    """Print a new API token of a user; it is shown this once."""
    with current_installation():
        from tandem.users import services

        typer.echo(services.issue_token(email=email, name="tandem user token"))


def read_password(*, from_input: bool) -> str:
    """Ask for it twice, unseen, or take the first line of standard input."""
    if from_input:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise CommandFailed("There is no password on standard input.", ExitCode.WRONG_USE)
        return given
    if not sys.stdin.isatty():
        raise CommandFailed("Give the password on standard input with --password-stdin.", ExitCode.WRONG_USE)
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
