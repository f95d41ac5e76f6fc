"""Configuration of the plug-ins for tests."""
