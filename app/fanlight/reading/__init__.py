"""Text in pictures, read by small networks beside the model. No Qt, no connection: the networks' files come with their
package, and are named one by one."""
