"""Google accounts, links, runs: the engine's Repository on the ORM, and the verbs that open a run."""
