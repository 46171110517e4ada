"""Tandem: a self-hosted Smart CRM whose contacts stay in two-way step with Google Contacts."""
