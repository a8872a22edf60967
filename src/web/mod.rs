//! Drives the core with the browser: windows and workers alike, and Node.
//!
//! Each module does one thing and knows none of its siblings, but for a few that all may stand on: `js` reads values of JavaScript,
//! `tokens` token sets, `http` sends requests, `answer` classifies what comes back. `options` puts the parts together,
//! `driver` runs them, and `api` alone exports.

mod answer;
mod clock;
mod driver;
mod http;
mod js;
mod options;
mod probe;
mod refresh;
mod sign_out;
mod signals;
mod storage;
mod timers;
mod tokens;

#[cfg(feature = "npm")]
mod api;
