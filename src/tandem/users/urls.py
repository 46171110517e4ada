"""Signing in and out, by django-allauth: of its pages those that need no sign-up; by mail only where mail is sent."""

from allauth.account import views
from django.urls import include, path, re_path

from tandem.users.views import by_mail, first

urlpatterns = [
    path("first/", first, name="first_user"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", by_mail(views.password_reset), name="account_reset_password"),
    path("password/reset/done/", by_mail(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        by_mail(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        by_mail(views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
