"""Nothing in this room reaches out."""

from tldextract import tldextract
from tldextract.cache import DiskCache


def stay_offline() -> None:
    """Let tldextract, which Presidio calls, use the suffix list in its wheel and cache nothing."""
    extractor = tldextract.TLD_EXTRACTOR
    extractor.suffix_list_urls = ()
    extractor._cache = DiskCache(None)
