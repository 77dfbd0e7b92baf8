"""What a build remembers for the next one: the spans of texts it has analyzed, and sketches of posts."""
