"""Chinese text, read once for everyone: numbers, dates, quantities, places, characters. Knows nothing of documents or search."""
