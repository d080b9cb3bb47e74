"""Training of the built-in models; needs torch, is never imported by the product and knows nothing of answers."""
