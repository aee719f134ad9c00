//! Every verb a person can give, in one table.
