"""The only room that knows SQL: rows go in and frozen domain values come out; services call it."""
