"""One module per group of commands. Each command reads its options and calls one verb.

Modules that load models are imported inside the commands: Django must be set up first.
"""
