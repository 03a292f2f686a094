"""A function for each thing the desk can do: load, decide, save, announce; handlers and scheduler call it."""
