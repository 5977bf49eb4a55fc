//! Numbers. Gapless ones are given inside the commit under a counter's lock; the others come from blocks per node and may have holes.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

use yiwang_model::{FieldValue, NumberAt, NumberPattern, Register};
use yiwang_store::{Batch, Decision, Lane, Lock, Locked, Plan};
use yiwang_types::{Date, Fault, Instant};

use crate::draft::Draft;
use crate::engine::Records;
use crate::faults::fault_of;

const BLOCK: i64 = 32;
/// 32 signs without those that are mistaken for one another; 12 of them are 60 bits.
const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_LENGTH: usize = 12;

/// A gapless number to be given.
pub(crate) struct Wish {
    pub(crate) field: String,
    pub(crate) counter: String,
    pattern: NumberPattern,
    day: Date,
}

impl Wish {
    pub(crate) fn render(&self, seq: i64) -> String {
        self.pattern.format(self.day, u64::try_from(seq).unwrap_or(0))
    }
}

/// Numbers with holes that this node may still give, by counter.
#[derive(Default)]
pub(crate) struct Blocks {
    left: Mutex<HashMap<String, Range<i64>>>,
    /// One caller fetches a block, the others wait for it: each with a block of its own would waste most of it.
    fetching: futures::lock::Mutex<()>,
}

impl Blocks {
    fn take(&self, counter: &str) -> Option<i64> {
        self.left.lock().ok()?.get_mut(counter)?.next()
    }

    fn put(&self, counter: &str, block: Range<i64>) {
        if let Ok(mut all) = self.left.lock() {
            // Counters are per day: yesterday's remainders are holes.
            if all.len() > 64 {
                all.clear();
            }
            all.insert(counter.to_owned(), block);
        }
    }
}

fn counter(register: &Register, field: &str, pattern: &NumberPattern, day: Date) -> String {
    format!("{}.{field}.{}", register.name, pattern.counter(day))
}

impl Records {
    /// A gapless number for a field.
    pub(crate) fn wish(&self, register: &Register, field: &str, at: Instant) -> Result<Wish, Fault> {
        let number = register.numbers.iter().find(|it| it.field == field);
        let number = number.ok_or_else(|| Fault::internal(format!("{}: no number pattern for {field}", register.name)))?;
        let day = at.date(self.offset());
        Ok(Wish {
            field: field.to_owned(),
            counter: counter(register, field, &number.pattern, day),
            pattern: number.pattern.clone(),
            day,
        })
    }

    /// Numbers and the progress code of a new record.
    pub(crate) async fn number_at_create(&self, draft: &mut Draft) -> Result<(), Fault> {
        let register = Arc::clone(draft.register());
        let day = draft.at().date(self.offset());
        for number in register.numbers.iter().filter(|it| it.at == NumberAt::Create) {
            let seq = self.next(&counter(&register, &number.field, &number.pattern, day)).await?;
            draft.set(
                &number.field,
                FieldValue::Text(number.pattern.format(day, u64::try_from(seq).unwrap_or(0))),
            )?;
        }
        if let Some(field) = &register.progress_code {
            draft.set(field, FieldValue::Text(self.progress_code()))?;
        }
        Ok(())
    }

    fn progress_code(&self) -> String {
        let mut random = [0_u8; CODE_LENGTH];
        self.entropy().fill(&mut random);
        random
            .iter()
            .filter_map(|it| SIGNS.get(usize::from(*it) % SIGNS.len()))
            .map(|it| char::from(*it))
            .collect()
    }

    async fn next(&self, counter: &str) -> Result<i64, Fault> {
        if let Some(seq) = self.blocks().take(counter) {
            return Ok(seq);
        }
        let _one_fetches = self.blocks().fetching.lock().await;
        if let Some(seq) = self.blocks().take(counter) {
            return Ok(seq);
        }
        let name = counter.to_owned();
        let decide = move |locked: &Locked| {
            let current = locked.counters.first().copied().unwrap_or(0);
            let batch = Batch {
                counters: vec![(name.clone(), current + BLOCK)],
                ..Batch::default()
            };
            Decision::Commit(batch, current + 1)
        };
        let plan = Plan {
            lane: Lane::Interactive,
            locks: vec![Lock::Counter(counter.to_owned())],
            decide: Arc::new(decide),
        };
        let first = self.store().commit(plan).await.map_err(fault_of)?;
        self.blocks().put(counter, first + 1..first + BLOCK);
        Ok(first)
    }
}
