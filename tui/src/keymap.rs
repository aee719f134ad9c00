//! Keys to commands: a trie with contexts and counts.
