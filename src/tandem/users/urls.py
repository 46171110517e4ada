"""Signing in and out, by django-allauth: of its pages those that need neither sign-up nor mail."""

from allauth.account import views
from django.urls import path

from tandem.users.views import first

urlpatterns = [
    path("first/", first, name="first_user"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
]
