"""Text in pictures, recognized by small networks (OCR). No Qt, no connection: the networks' files come with their
package and are opened by their paths."""
