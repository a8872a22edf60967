//! Drives the core with the browser.
