"""Users, who sign in by e-mail address, and their API tokens, of which only a hash is kept."""

import hashlib
import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

TOKEN_PREFIX = "tandem_"  # noqa: S105 - the visible start of every token, so that leaked ones can be searched for


class Users(BaseUserManager["User"]):
    """Creates users; e-mail addresses are kept in lower case, in which django-allauth looks them up."""

    def create_user(self, email: str, password: str | None, *, is_admin: bool = False) -> "User":
        user = self.model(email=email.strip().lower(), is_admin=is_admin)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One person who signs in. An admin manages users and sees accounts' health, but no contacts."""

    email = models.EmailField(unique=True)
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Users()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        """Django's word for an admin, asked for by libraries."""
        return self.is_admin


class ApiTokens(models.Manager["ApiToken"]):
    def issue(self, user: User, name: str = "") -> str:
        """Make a token for `user` and return its text, which is shown this once and never stored."""
        text = TOKEN_PREFIX + secrets.token_urlsafe(32)
        self.create(user=user, digest=digest_of(text), name=name)
        return text

    def user_of(self, text: str) -> User | None:
        """The active user whose token this is, or None."""
        token = self.select_related("user").filter(digest=digest_of(text), user__is_active=True).first()
        return token.user if token else None


class ApiToken(models.Model):
    """A key to the REST API that acts for its user."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ApiTokens()

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"


def digest_of(text: str) -> str:
    """The SHA-256 of a token, in hex. A token has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(text.encode()).hexdigest()
