//! The record in IndexedDB: transactions one after the other, over all tabs. Or, in a world that is to fail, as weak as localStorage.

use std::collections::VecDeque;

use evertoken::core::SharedRecord;

use crate::page::PageId;

#[derive(Default)]
pub struct RecordStore {
    pub record: Option<SharedRecord>,
    /// What a stale read sees.
    pub before: Option<SharedRecord>,
    pub running: Option<Transaction>,
    pub waiting: VecDeque<PageId>,
    pub numbers: u32,
}

#[derive(Clone)]
pub struct Transaction {
    pub number: u32,
    pub page: PageId,
    /// It has read, and this is to be written.
    pub writes: Option<Option<SharedRecord>>,
}

impl RecordStore {
    pub fn commit(&mut self, record: SharedRecord) {
        self.before = self.record.replace(record);
    }

    pub fn concerns(&self, page: PageId) -> bool {
        self.waiting.contains(&page) || self.running.as_ref().is_some_and(|running| running.page == page)
    }
}
