"""Two-way contact sync as pure decisions (merge, match, plan) plus one executor over two ports."""
