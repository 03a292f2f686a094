"""The port that PORT names: Slack's signed requests, health and metrics; `app.py` wires it."""
