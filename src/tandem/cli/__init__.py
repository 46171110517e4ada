"""The command `tandem`: `main` turns every failure into one line, `commands` has one module per group."""
