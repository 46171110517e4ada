"""Users as the operator makes them: each verb checks what it is given and says what is wrong with it."""

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction

from tandem.users.models import ApiToken, User

#: Any number, the same for all processes: two that come first at once become one.
FIRST_USER_LOCK = 7_302_614_552


class UserError(Exception):
    """Nothing was written; `reasons` are sentences for whoever asked."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


def create_user(*, email: str, password: str, is_admin: bool = False) -> User:
    """Make a user who signs in with this address and password. Raises `UserError`."""
    _check_email(email.strip())
    _check_password(password, User(email=email.strip()))
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, is_admin=is_admin)
    except IntegrityError as error:
        raise UserError(["There is a user with this address; 'tandem user password' sets a password."]) from error


@transaction.atomic
def create_first_user(*, email: str, password: str) -> User | None:
    """Make the installation's first user, an admin; None where there is a user already. Raises `UserError`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_USER_LOCK])
    if User.objects.exists():
        return None
    return create_user(email=email, password=password, is_admin=True)


def set_password(*, email: str, password: str) -> None:
    """Give a user another password; sessions made with the old one end. Raises `UserError`."""
    user = _user(email)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def reset_second_factor(*, email: str) -> bool:
    """Take the second factor from a user who has lost it; whether there was one. Raises `UserError`."""
    removed, _ = Authenticator.objects.filter(user=_user(email)).delete()
    return bool(removed)


def issue_token(*, email: str, name: str = "") -> str:
    """The text of a new API token for a user, shown this once. Raises `UserError`."""
    return ApiToken.objects.issue(_user(email), name)


def _user(email: str) -> User:
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise UserError(["There is no user with this address; 'tandem user create' makes one."])
    return user


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise UserError(["Give an e-mail address such as ada@example.org."]) from error


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise UserError(error.messages) from error
