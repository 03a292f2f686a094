"""One modal a file: what it shows for a state and what its fields say when sent; handlers use them."""
