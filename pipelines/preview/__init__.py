"""The preview: a local page on which settings are tried on texts, before a build uses them."""

from pipelines.preview.app import preview_page

__all__ = ["preview_page"]
