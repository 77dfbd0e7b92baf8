"""Every right of a subject, stated as a ground."""
