//! Web Locks: one holder at a time, first come first served; a steal goes before all who wait.

use std::collections::VecDeque;

use crate::page::PageId;

/// One request for the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub page: PageId,
    pub number: u32,
}

#[derive(Default)]
pub struct Locks {
    pub holder: Option<Claim>,
    waiting: VecDeque<Claim>,
    /// Of the lock under which the other one is taken away.
    pub recovering: Option<PageId>,
}

impl Locks {
    /// Whoever has the lock now and did not before.
    pub fn request(&mut self, claim: Claim) -> Option<Claim> {
        self.waiting.push_back(claim);
        self.advance()
    }

    /// Who has lost it.
    pub fn steal(&mut self, claim: Claim) -> Option<Claim> {
        self.holder.replace(claim)
    }

    pub fn give_up(&mut self, page: PageId) {
        self.waiting.retain(|claim| claim.page != page);
    }

    /// Whoever has it next.
    pub fn release(&mut self, page: PageId) -> Option<Claim> {
        if self.holder.is_some_and(|claim| claim.page == page) {
            self.holder = None;
        }
        self.advance()
    }

    pub fn concerns(&self, page: PageId) -> bool {
        self.holder.iter().chain(&self.waiting).any(|claim| claim.page == page)
    }

    fn advance(&mut self) -> Option<Claim> {
        if self.holder.is_some() {
            return None;
        }
        self.holder = self.waiting.pop_front();
        self.holder
    }
}
