"""How fast Caseline is beside the least that the same work could take; `make bench` runs it."""
