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

    /// A page that leaves, and may come back, keeps nobody from the record: what it has not read yet it begins anew when it is back.
    /// So often it does.
    pub fn let_go(&mut self, page: PageId) -> usize {
        let waiting = self.waiting.len();
        self.waiting.retain(|other| *other != page);
        let reading = self.running.take_if(|running| running.page == page && running.writes.is_none());
        waiting - self.waiting.len() + usize::from(reading.is_some())
    }
}
