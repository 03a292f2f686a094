"""Playbooks: phone script, triage of new cases, verdict, association rules and canned messages, as values.

`script` has the values, `walk` the engine, `reading` makes them of a file's content, `check` finds faults.
"""
