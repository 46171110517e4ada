"""The pages' addresses."""

from django.urls import path

from tandem.web.views import actions, answers, contact, contacts, duplicates, exports, google, runs, tokens, trash

urlpatterns = [
    path("", contacts.index, name="contacts"),
    path("contacts/count", contacts.count, name="contacts_count"),
    path("contacts/actions", actions.act, name="contacts_act"),
    path("contacts/actions/<uuid:run_id>/undo", actions.undo, name="contacts_undo"),
    path("contacts/columns", actions.columns, name="contacts_columns"),
    path("contacts/views", actions.view, name="contacts_view"),
    path("contacts/views/<uuid:view_id>/remove", actions.remove_view, name="contacts_view_remove"),
    path("contacts/new", contact.create, name="contact_new"),
    path("contacts/export/<str:form>", exports.download, name="contacts_export"),
    path("contacts/<uuid:contact_id>", contact.show, name="contact"),
    path("contacts/<uuid:contact_id>/edit", contact.change, name="contact_edit"),
    path("contacts/<uuid:contact_id>/sync", contact.push, name="contact_sync"),
    path("contacts/<uuid:contact_id>/link", contact.change_link, name="contact_link"),
    path("contacts/<uuid:contact_id>/trash", contact.trash, name="contact_trash"),
    path("contacts/<uuid:contact_id>/restore", contact.restore, name="contact_restore"),
    path("duplicates", duplicates.index, name="duplicates"),
    path("runs", runs.index, name="runs"),
    path("runs/<uuid:run_id>", runs.show, name="run"),
    path("runs/<uuid:run_id>/answer", answers.run, name="run_answer"),
    path("runs/<uuid:run_id>/undo", answers.undo_run, name="run_undo"),
    path("contacts/<uuid:contact_id>/erase", answers.erase, name="contact_erase"),
    path("conflicts", answers.conflicts, name="conflicts"),
    path("conflicts/<uuid:conflict_id>", answers.conflict, name="conflict"),
    path("runs/<uuid:run_id>/retry-failed", runs.retry_failed, name="run_retry"),
    path("trash", trash.index, name="trash"),
    path("trash/restore", trash.restore, name="trash_restore"),
    path("google/settings", google.show, name="google"),
    path("google/connect", google.connect, name="google_connect"),
    path("google/callback", google.callback, name="google_callback"),
    path("google/switch", google.switch, name="google_switch"),
    path("google/rules", google.rules, name="google_rules"),
    path("google/sync", google.sync, name="google_sync"),
    path("google/preview", google.preview, name="google_preview"),
    path("google/disconnect", google.disconnect, name="google_disconnect"),
    path("settings/tokens", tokens.index, name="tokens"),
    path("settings/tokens/<int:token_id>/revoke", tokens.revoke, name="token_revoke"),
]
