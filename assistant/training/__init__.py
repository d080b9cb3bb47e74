"""Makes the data that the assistant ships with; run by hand, never by the product. Knows nothing of answering."""
