"""This project's recognisers: Presidio recognisers for what a professional network's texts hold."""
