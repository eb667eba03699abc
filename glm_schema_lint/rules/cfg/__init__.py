"""The CFG family."""
