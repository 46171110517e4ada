"""A stand-in for Google: OAuth 2.0, OpenID Connect and the People API, for trying out and for tests."""
