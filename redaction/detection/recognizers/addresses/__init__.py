"""Where a person lives or is: street addresses, postcodes, coordinates."""
