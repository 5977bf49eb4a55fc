//! Point to cell, borders, nearby, the plain street sketch.
