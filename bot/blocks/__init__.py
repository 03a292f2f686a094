"""Cards and words: what people see in Slack, drawn from domain values for handlers, dialogs and delivery."""
