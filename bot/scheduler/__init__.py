"""Time passed: what is due is asked of pure rules, claimed in the database, then run; the app starts it."""
