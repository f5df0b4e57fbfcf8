"""People and keys: members, invitations, logins, sessions, tokens; who acts behind a credential."""
