"""Where a person is found online: e-mail addresses, handles, hashtags, profile links."""
