"""How fast the sync is, each figure against a bare floor that is measured in the same run (`make bench`)."""
