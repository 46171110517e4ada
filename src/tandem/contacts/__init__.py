"""The CRM's records: contacts, their history, and the terms they are found by. Knows nothing of Google."""
