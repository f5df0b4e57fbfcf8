"""Webhooks: addresses that are told, by signed messages, what happened and where to read it."""
