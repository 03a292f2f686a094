"""What may be done with an order: cancel, return, refund, decide (domain.md 1.2-1.4, 2). Pure.

`acts` does an act on `books`, `rehearsal` shows it first, `funds` says whose money it is, `approval` who has
to agree, `port` is what a shop has to be able to do, `flows` are the steps that a team may modify.
"""
