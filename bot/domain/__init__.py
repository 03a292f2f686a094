"""The rules that a desk argues about: standard library only, time passed in, called from all floors above."""
