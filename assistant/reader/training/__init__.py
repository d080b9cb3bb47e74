"""From public data to the shipped reader: run as a program, never imported by the product."""
