"""Scheduled crawls: the text of systemd units and crontab lines, and putting them in their place."""
