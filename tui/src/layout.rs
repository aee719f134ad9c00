//! Sizes to rectangles: pure, total, shared by update and views.
