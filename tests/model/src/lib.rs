//! The protocol between tabs, cut small and explored exhaustively: every tab is the library's real state machine, holds the same token,
//! which is due, and wants to refresh it. What may happen next happens in every order: messages, locks, transactions of the record, the
//! server's work and its answers, and so many faults. Time goes on only where nothing else is left to do, to the next timer.
//!
//! What is drawn at random is drawn from fixed seeds. Locks, messages and the record are quicker than the protocol's shortest bound,
//! unless a frozen tab is in their way; a server is slow by a fault.

mod actions;
mod driver;
mod faults;
mod model;
mod platform;
mod prints;
mod responses;
mod rules;
mod state;
mod tab;

pub use faults::{Fault, Faults};
pub use model::{Course, Mode, Model, Server};
