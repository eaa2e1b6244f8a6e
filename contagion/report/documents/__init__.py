"""Word, PDF and spreadsheet versions of a page, made from the page itself, so that all of them hold the same numbers."""
