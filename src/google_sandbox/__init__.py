"""A stand-in for Google: OAuth 2.0, OpenID Connect and the People API, for trying out and for tests.

`python -m google_sandbox` runs it; `google_sandbox.server.SandboxServer` runs it in a thread. Where to look:

- how a call is answered: `gateway`, then the method's handler as the table in `methods` names it
- what Google refuses and how it says so: `bodies`, `masks`, `errors`
- versions, listings, deletions: `addressbook`, `listing`; what is kept and how: `store`, `records`, `journal`
- signing in: `authorization`, `oauth`, `grants`, `id_tokens`
- making Google fail, or answer differently: `faults`, `settings`, `quotas`
- playing the user: `user`, over HTTP in `control`, in the browser in `playground` and `pages`
"""
