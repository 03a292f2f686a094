"""A person acted: a module for each noun turns Slack payloads into service calls and gives back a reply."""
