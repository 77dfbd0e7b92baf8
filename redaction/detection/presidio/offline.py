"""Keeps detection from using the network."""

from tldextract import tldextract


def stay_offline() -> None:
    """Make tldextract, which Presidio's e-mail recognizer calls, use the suffix list in its wheel and cache nothing."""
    if tldextract.TLD_EXTRACTOR.suffix_list_urls:
        tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())
