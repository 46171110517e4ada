"""The Google client: People API v1 and OAuth over HTTP, behind the engine's Provider port."""
