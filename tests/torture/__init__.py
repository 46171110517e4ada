"""Long random runs over real parts: the engine, PostgreSQL, HTTP, and the sandbox Google."""
