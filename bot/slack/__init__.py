"""The client for the Web API: pacing, error names and scopes; handlers and delivery use it."""
