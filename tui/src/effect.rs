//! Executes effects: the only file that touches network, disk, clipboard.
