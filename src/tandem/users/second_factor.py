"""The second factor of a sign-in: how django-allauth keeps its secrets here, and that a code counts once."""

import secrets
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.cache import cache

from tandem.cipher import cipher

#: A code of an authenticator app is taken from 30 seconds before to 60 after its start.
CODE_SECONDS = 90
SECRET_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # noqa: S105 - the letters of base 32


class EncryptedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """What is stored of a second factor is encrypted with the keys that keep Google's tokens."""

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one that nobody knows where the keys are gone, so that no code can be right."""
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return "".join(secrets.choice(SECRET_LETTERS) for _ in range(32))


class _Once(forms.BaseAuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """allauth remembers a code for 30 seconds, which is less than it is taken for with a clock that differs."""

    user: Any

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP:
            seen = f"second-factor.{self.user.pk}.{''.join(code.split())}"
            if not cache.add(seen, "used", CODE_SECONDS):
                raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, forms.AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code at sign-in."""


class ReauthenticateForm(_Once, forms.ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code before the factor itself is changed."""
