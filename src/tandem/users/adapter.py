"""How django-allauth behaves here: nobody signs up by themselves; users are made by `tandem user create`."""

from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from tandem import mailing

#: What is plain to see needs no message.
SILENT = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "mfa/messages/recovery_codes_generated.txt",
}


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's own words are for others: that one is signed in is plain to see."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the adapter's signature
        return False

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: object,
        **kwargs: object,
    ) -> None:
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """At the installation's own address: what the request names as its host must not get into a mail."""
        return f"{settings.BASE_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """The page says the same whether the server took it: it must not tell who has an account."""
        mailing.send(self.render_mail(template_prefix, email, context))
