//! What has to be looked up before a save: named checks that, unlike hooks, may ask the database. They run on every save, whoever
//! prepared it, and their faults come together with those of the register's rules.

use std::sync::{Arc, RwLock};

use futures::future::BoxFuture;
use yiwang_types::{Fault, FieldFault};

use crate::ctx::Ctx;
use crate::draft::Draft;
use crate::engine::Records;

/// A check of drafts of every register; it decides itself which it means. It may add rows to the draft, which commit with it.
pub trait Guard: Send + Sync {
    /// Name; a second guard of the same name takes the place of the first.
    fn name(&self) -> &'static str;

    /// Notes what is wrong with the draft, all of it at once. Gives a fault of its own only when it could not look.
    fn check<'a>(
        &'a self,
        records: &'a Records,
        ctx: &'a Ctx,
        draft: &'a mut Draft,
        faults: &'a mut Vec<FieldFault>,
    ) -> BoxFuture<'a, Result<(), Fault>>;
}

/// The guards of one node.
#[derive(Default)]
pub(crate) struct Guards(RwLock<Vec<Arc<dyn Guard>>>);

impl Guards {
    fn add(&self, guard: Arc<dyn Guard>) {
        if let Ok(mut all) = self.0.write() {
            all.retain(|it| it.name() != guard.name());
            all.push(guard);
        }
    }

    fn all(&self) -> Vec<Arc<dyn Guard>> {
        self.0.read().map(|it| it.clone()).unwrap_or_default()
    }
}

impl Records {
    /// Adds a guard. Its owner does so when it opens, before the node serves.
    pub fn add_guard(&self, guard: Arc<dyn Guard>) {
        self.guards().add(guard);
    }

    pub(crate) async fn ask_guards(&self, ctx: &Ctx, draft: &mut Draft, faults: &mut Vec<FieldFault>) -> Result<(), Fault> {
        for guard in self.guards().all() {
            guard.check(self, ctx, draft, faults).await?;
        }
        Ok(())
    }
}
