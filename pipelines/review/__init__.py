"""The review: a local page on which somebody decides on the spans of the last build, one text after the other."""

from pipelines.review.app import review_page

__all__ = ["review_page"]
