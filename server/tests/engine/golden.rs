//! Golden bytes: rows written by earlier builds stay readable.
