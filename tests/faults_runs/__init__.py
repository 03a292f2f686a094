"""A long run of mixed calls under each fault of Slack's; the crash tests make the same run."""
