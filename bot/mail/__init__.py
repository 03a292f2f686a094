"""E-mail both ways: letters out by SMTP, answers in by IMAP. Nothing here knows the database or Slack."""
