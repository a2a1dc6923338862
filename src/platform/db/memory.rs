//! The library of a page that may keep nothing: it is gone with the page. The studio sends nothing paid with it.

use std::cell::RefCell;

use flux_studio_core::attempt::Record;
use flux_studio_core::effect::RawAnswer;
use flux_studio_core::event::WriteProblem;
use flux_studio_core::id::AttemptId;
use flux_studio_core::sorted::SortedMap;

use super::{Failure, Rows, Store, Stored, Thumb, may_replace};

/// A library in memory.
#[derive(Debug, Default)]
pub struct Memory(RefCell<Inner>);

#[derive(Debug, Default)]
struct Inner {
    rows: SortedMap<AttemptId, Record>,
    raw: SortedMap<AttemptId, Vec<(String, u16, Vec<u8>)>>,
    bytes: SortedMap<AttemptId, Stored>,
    thumbs: SortedMap<(AttemptId, u32), Thumb>,
    texts: SortedMap<String, String>,
}

impl Store for Memory {
    async fn commit(&self, row: &Record, raw: Option<&RawAnswer>) -> Result<(), WriteProblem> {
        let mut inner = self.0.borrow_mut();
        let stored = inner.rows.get(&row.id);
        if !may_replace(row, stored.map(|stored| stored.rev)) {
            return Err(WriteProblem::Conflict(stored.cloned().map(Box::new)));
        }
        inner.rows.insert(row.id, row.clone());
        if let Some(raw) = raw {
            inner.raw.or_default(&row.id).push((raw.to.to_owned(), raw.status, raw.body.clone()));
        }
        Ok(())
    }

    async fn newest(&self, count: u32) -> Result<Rows, Failure> {
        let inner = self.0.borrow();
        let all = inner.rows.values();
        let skip = all.len().saturating_sub(count as usize);
        Ok(Rows { records: all.skip(skip).cloned().collect(), damaged: 0 })
    }

    async fn page(&self, after: Option<&str>) -> Result<(Rows, Option<String>), Failure> {
        let inner = self.0.borrow();
        let rest = inner.rows.values().filter(|row| after.is_none_or(|after| row.id.as_str() > after));
        Ok((Rows { records: rest.cloned().collect(), damaged: 0 }, None))
    }

    async fn read(&self, ids: &[AttemptId]) -> Result<Vec<Record>, Failure> {
        let inner = self.0.borrow();
        Ok(ids.iter().filter_map(|id| inner.rows.get(id).cloned()).collect())
    }

    async fn open_rows(&self) -> Result<Vec<Record>, Failure> {
        Ok(self.0.borrow().rows.values().filter(|row| row.state.is_open()).cloned().collect())
    }

    async fn raw(&self, id: &AttemptId) -> Result<Vec<(String, u16, Vec<u8>)>, Failure> {
        Ok(self.0.borrow().raw.get(id).cloned().unwrap_or_default())
    }

    async fn put_bytes(&self, id: &AttemptId, bytes: &Stored) -> Result<(), Failure> {
        self.0.borrow_mut().bytes.insert(*id, bytes.clone());
        Ok(())
    }

    async fn bytes(&self, id: &AttemptId) -> Result<Option<Stored>, Failure> {
        Ok(self.0.borrow().bytes.get(id).cloned())
    }

    async fn erase(&self, id: &AttemptId) -> Result<(), Failure> {
        let mut inner = self.0.borrow_mut();
        inner.bytes.remove(id);
        inner.thumbs.retain(|(of, _), _| of != id);
        Ok(())
    }

    async fn put_thumb(&self, id: &AttemptId, edge: u32, thumb: &Thumb) -> Result<(), Failure> {
        self.0.borrow_mut().thumbs.insert((*id, edge), thumb.clone());
        Ok(())
    }

    async fn thumb(&self, id: &AttemptId, edge: u32) -> Result<Option<Thumb>, Failure> {
        Ok(self.0.borrow().thumbs.get(&(*id, edge)).cloned())
    }

    async fn put_text(&self, name: &str, text: &str) -> Result<(), Failure> {
        self.0.borrow_mut().texts.insert(name.to_owned(), text.to_owned());
        Ok(())
    }

    async fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.0.borrow().texts.get(name).cloned())
    }
}
