//! HTTP areas, views, OpenAPI, the one table of error statuses.
