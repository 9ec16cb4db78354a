"""The bar of live captions."""
