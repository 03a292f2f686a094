"""Caseline, a support desk that lives in Slack; each package is a floor (README.md, "How it is built")."""

__version__ = "0.1.0"
