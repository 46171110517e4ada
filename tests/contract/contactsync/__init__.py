"""The contracts of the engine's two ports: what every implementation must do, and must refuse."""
