//! Runs process models on records: a matter is a record with its instance, and they move in one batch.
//!
//! Prepare: read the record and the instance row, step the model, turn its effects into one draft. Commit: `records` checks that nothing moved
//! in between and writes everything together; on a conflict the work is prepared again.

mod act;
mod clock;
mod create;
mod effect;
mod form;
mod import;
mod light;
mod list;
mod lookup;
mod matter;
mod request;
mod rows;
mod scope;
mod state;
mod tables;
mod task;
mod timer;
mod who;

pub use act::ActInput;
pub use clock::limit_from;
pub use create::NewMatter;
pub use import::{Imported, mapped, notes_of};
pub use light::{Light, LightView};
pub use list::{TaskBox, TaskItem, TaskListParams, TaskPage};
pub use matter::{MatterAct, MatterActs};
pub use state::{ClockState, Matter, OpenTask};
pub use task::{ActView, ClockView, OutcomeView, TaskView};
pub use yiwang_records::Writer;

use std::sync::Arc;

use yiwang_records::Records;
use yiwang_registry::Registry;
use yiwang_types::Fault;

/// The process engine of one node; cheap to clone, holds no state of matters.
#[derive(Clone)]
pub struct Processes {
    records: Records,
    registry: Arc<Registry>,
}

impl Processes {
    /// Opens the engine and makes its tables.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(records: Records, registry: Arc<Registry>) -> Result<Processes, Fault> {
        records.migrate(&tables::all()).await?;
        Ok(Processes { records, registry })
    }

    /// The same engine at another time: a demo's past, a replay.
    #[must_use]
    pub fn at(&self, clock: Arc<dyn yiwang_types::Clock>) -> Processes {
        Processes {
            records: self.records.at(clock),
            registry: Arc::clone(&self.registry),
        }
    }

    /// The write pipeline below.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// The definitions in force.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }
}
