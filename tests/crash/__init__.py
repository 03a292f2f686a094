"""kill -9: the bot runs in a process of its own, and the sandbox kills it at one request after another."""
