//! The store as its callers see it.

use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use crate::backend::postgres::Postgres;
use crate::backend::sqlite::Sqlite;
use crate::backend::{EPOCHS, Stats, read_epochs};
use crate::catalogue::Catalogue;
use crate::change_log;
use crate::rids::{COUNTER, Rids};
use crate::sql::{self, Dialect, Statement};
use crate::{
    Aggregate, Backend, Batch, Change, Config, Count, Decision, Durability, Epochs, Error, Lead, Lock, Options, Plan, Row, Scope,
    Select, Sort, Table, Value, Watermark,
};

/// One database. Clones share it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    catalogue: RwLock<Arc<Catalogue>>,
    options: Options,
    rids: Rids,
    stats: Arc<Stats>,
}

enum Engine {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

/// Which reads a statement belongs to.
enum Class {
    List,
    Report,
}

impl Store {
    /// Opens the database; a SQLite folder is made when absent and is refused while another process holds it.
    pub async fn open(config: Config) -> Result<Store, Error> {
        let stats = Arc::new(Stats::default());
        let options = config.options().clone();
        let engine = match &config {
            Config::Sqlite { folder, options } => Engine::Sqlite(Sqlite::open(folder, options, stats.clone())?),
            Config::Postgres {
                url,
                migrator_url,
                options,
            } => Engine::Postgres(Box::new(
                Postgres::open(url, migrator_url.as_deref(), options, stats.clone()).await?,
            )),
        };
        let inner = Inner {
            engine,
            catalogue: RwLock::default(),
            options,
            rids: Rids::default(),
            stats,
        };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// Which database it is.
    pub fn backend(&self) -> Backend {
        match self.inner.engine {
            Engine::Sqlite(_) => Backend::Sqlite,
            Engine::Postgres(_) => Backend::Postgres,
        }
    }

    /// Makes the tables known and adds to the database what they need: tables, columns, indexes; nothing is dropped, and a
    /// second run does nothing. Several nodes may do it at once. Gives the statements that were run.
    pub async fn migrate(&self, tables: &[Table]) -> Result<Vec<String>, Error> {
        let (statements, infos) = self.migration(tables, true).await?;
        let mut catalogue = self.inner.catalogue.write().unwrap_or_else(PoisonError::into_inner);
        *catalogue = Arc::new(catalogue.with(infos));
        Ok(statements)
    }

    /// The statements that `migrate` would run, for a database administrator who runs them by hand.
    pub async fn plan_migration(&self, tables: &[Table]) -> Result<Vec<String>, Error> {
        Ok(self.migration(tables, false).await?.0)
    }

    /// A row by its whole primary or unique key; `None` when there is none.
    pub async fn get(&self, table: &str, key: &[(&str, Value)], columns: &[&str]) -> Result<Option<Row>, Error> {
        let catalogue = self.catalogue();
        let statement = sql::point(self.dialect(), &catalogue, table, key, columns)?;
        let mut row = self.point(&catalogue, &statement).await?.into_iter().next();
        if let Some(row) = &mut row {
            row.truncate(columns.len());
        }
        Ok(row)
    }

    /// A page of rows.
    pub async fn select(&self, select: &Select) -> Result<Vec<Row>, Error> {
        self.select_by(select, Lead::Conditions).await
    }

    /// A page of rows, found by its conditions or by its order.
    pub async fn select_by(&self, select: &Select, lead: Lead) -> Result<Vec<Row>, Error> {
        if select.limit > self.inner.options.max_rows {
            return Err(Error::Invalid(format!(
                "{} rows wanted, at most {}",
                select.limit, self.inner.options.max_rows
            )));
        }
        self.rows(select, lead, Class::List).await
    }

    /// The order of a select with the key columns appended: the columns whose values `after` holds.
    pub fn order(&self, select: &Select) -> Result<Vec<Sort>, Error> {
        sql::order(&self.catalogue(), select)
    }

    /// How many rows there are, counted up to the bound; sort, `after` and limit do not matter.
    pub async fn count(&self, select: &Select, bound: u64) -> Result<Count, Error> {
        if select.scope == Scope::nothing() {
            return Ok(Count { value: 0, exact: true });
        }
        let catalogue = self.catalogue();
        let statement = sql::count(self.dialect(), &catalogue, select, bound)?;
        let rows = self.read(&catalogue, statement, Class::List).await?;
        let found = rows.first().and_then(|it| it.first()).and_then(Value::as_int).unwrap_or(0);
        let found = u64::try_from(found).unwrap_or(0);
        Ok(Count {
            value: found.min(bound),
            exact: found <= bound,
        })
    }

    /// Figures per group: the group columns, then the measures.
    pub async fn aggregate(&self, it: &Aggregate) -> Result<Vec<Row>, Error> {
        let catalogue = self.catalogue();
        let statement = sql::aggregate(self.dialect(), &catalogue, it)?;
        self.read(&catalogue, statement, Class::Report).await
    }

    /// All rows of a select, `chunk` at a time by key, for exports and reports. A limit of 0 means no limit. Each chunk is its
    /// own snapshot: rows written meanwhile may or may not appear, no row appears twice unless its sort values change.
    pub async fn chunks(&self, select: &Select, chunk: u32) -> Result<Chunks, Error> {
        let mut select = select.clone();
        let order = self.order(&select)?;
        let visible = select.columns.len();
        let mut places = Vec::with_capacity(order.len());
        for sort in order {
            let found = select.columns.iter().position(|it| *it == sort.column);
            places.push(found.unwrap_or_else(|| {
                select.columns.push(sort.column);
                select.columns.len() - 1
            }));
        }
        let left = if select.limit == 0 { u64::MAX } else { select.limit.into() };
        Ok(Chunks {
            store: self.clone(),
            select,
            visible,
            places,
            left,
            chunk: chunk.clamp(1, self.inner.options.max_rows),
        })
    }

    /// So many inner ids in a row. They come from a block of this node and usually cost nothing; unused ones leave holes.
    pub async fn rids(&self, n: u32) -> Result<Range<i64>, Error> {
        let wanted = i64::from(n);
        loop {
            if let Some(range) = self.inner.rids.take(wanted) {
                self.fetch_ahead();
                return Ok(range);
            }
            let _one_fetches = self.inner.rids.fetching.lock().await;
            if let Some(range) = self.inner.rids.take(wanted) {
                return Ok(range);
            }
            let block = self.fetch_block(wanted).await?;
            self.inner.rids.arrived(Some(block));
        }
    }

    /// Runs a plan to its durable commit. `Conflict` means: read again and prepare again.
    pub async fn commit<A: Send + 'static>(&self, plan: Plan<A>) -> Result<A, Error> {
        let catalogue = self.catalogue();
        match &self.inner.engine {
            Engine::Sqlite(it) => it.commit(catalogue, plan).await,
            Engine::Postgres(it) => it.commit(&catalogue, &plan).await,
        }
    }

    /// The change log behind a watermark, each record's changes in the order of their commits, and the watermark to go on from.
    /// A reader that polls misses nothing and sees nothing twice. An empty answer means "not yet", not "no more".
    pub async fn changes(&self, after: &Watermark, limit: u32) -> Result<(Vec<Change>, Watermark), Error> {
        let limit = limit.clamp(1, self.inner.options.max_rows);
        let part = change_log::read(&self.lines(after, limit).await?, after)?;
        let Some(gap) = part.gap.filter(|_| part.changes.is_empty()) else {
            return Ok((part.changes, part.next));
        };
        if after.fence_seq >= gap.before {
            return Ok((part.changes, *after));
        }
        let fenced = self.fenced(after, gap.last).await?;
        let part = change_log::read(&self.lines(&fenced, limit).await?, &fenced)?;
        Ok((part.changes, part.next))
    }

    /// Number of the last line of the change log; 0 before the first. Lines with lower numbers may still be on their way.
    pub async fn last_change(&self) -> Result<i64, Error> {
        let statement = Statement::fixed("SELECT COALESCE(MAX(\"seq\"), 0) FROM \"yw_change\"");
        let rows = self.point(&self.catalogue(), &statement).await?;
        Ok(rows.first().and_then(|it| it.first()).and_then(Value::as_int).unwrap_or(0))
    }

    /// The epochs as committed.
    pub async fn epochs(&self) -> Result<Epochs, Error> {
        let rows = self.point(&self.catalogue(), &Statement::fixed(EPOCHS)).await?;
        read_epochs(rows.first().map(Vec::as_slice))
    }

    /// The settings by which a commit outlives a loss of power or not, as they are on a connection that writes.
    pub async fn durability(&self) -> Result<Vec<Durability>, Error> {
        match &self.inner.engine {
            Engine::Sqlite(it) => it.durability().await,
            Engine::Postgres(it) => it.durability().await,
        }
    }

    /// Statements sent to the database so far.
    pub fn statements(&self) -> u64 {
        self.inner.stats.statements()
    }

    /// Round trips (PostgreSQL), or reads and groups of plans (SQLite), so far.
    pub fn flights(&self) -> u64 {
        self.inner.stats.flights()
    }

    /// Answers what waits, then closes. Clones answer `Closed` from now on.
    pub async fn close(self) {
        match &self.inner.engine {
            Engine::Sqlite(it) => it.close().await,
            Engine::Postgres(it) => it.close(),
        }
    }

    async fn lines(&self, after: &Watermark, limit: u32) -> Result<Vec<Row>, Error> {
        let statement = sql::changes(self.dialect(), after.seq, limit);
        self.read(&self.catalogue(), statement, Class::List).await
    }

    async fn fenced(&self, after: &Watermark, fence_seq: i64) -> Result<Watermark, Error> {
        let fence_xid = match self.backend() {
            Backend::Sqlite => 0,
            Backend::Postgres => {
                let rows = self.point(&self.catalogue(), &sql::fence()).await?;
                rows.first()
                    .and_then(|it| it.first())
                    .and_then(Value::as_int)
                    .unwrap_or(i64::MAX)
            }
        };
        Ok(Watermark {
            seq: after.seq,
            fence_seq,
            fence_xid,
        })
    }

    fn dialect(&self) -> Dialect {
        match self.inner.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    fn catalogue(&self) -> Arc<Catalogue> {
        self.inner.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn migration(&self, tables: &[Table], apply: bool) -> Result<(Vec<String>, Vec<crate::catalogue::TableInfo>), Error> {
        match &self.inner.engine {
            Engine::Sqlite(it) => it.migrate(tables.to_vec(), apply).await,
            Engine::Postgres(it) => it.migrate(tables, apply).await,
        }
    }

    async fn point(&self, catalogue: &Catalogue, statement: &Statement) -> Result<Vec<Row>, Error> {
        match &self.inner.engine {
            Engine::Sqlite(it) => it.point(statement),
            Engine::Postgres(it) => it.point(catalogue, statement).await,
        }
    }

    async fn rows(&self, select: &Select, lead: Lead, class: Class) -> Result<Vec<Row>, Error> {
        let catalogue = self.catalogue();
        let statement = sql::select(self.dialect(), &catalogue, select, lead)?;
        if select.scope == Scope::nothing() {
            return Ok(Vec::new());
        }
        // Found by its key, a row is not worth a way to another thread.
        if sql::keys_named(catalogue.table(&select.table)?, &select.filter) == Some(1) {
            return self.point(&catalogue, &statement).await;
        }
        self.read(&catalogue, statement, class).await
    }

    async fn read(&self, catalogue: &Catalogue, statement: Statement, class: Class) -> Result<Vec<Row>, Error> {
        match (&self.inner.engine, class) {
            (Engine::Sqlite(it), Class::List) => it.list(statement).await,
            (Engine::Sqlite(it), Class::Report) => it.report(statement).await,
            (Engine::Postgres(it), Class::List) => it.list(catalogue, &statement).await,
            (Engine::Postgres(it), Class::Report) => it.report(catalogue, &statement).await,
        }
    }

    fn fetch_ahead(&self) {
        if !self.inner.rids.wants_ahead(self.inner.options.rid_block.into()) {
            return;
        }
        let store = self.clone();
        tokio::spawn(async move {
            let block = store.fetch_block(0).await;
            store.inner.rids.arrived(block.ok());
        });
    }

    async fn fetch_block(&self, least: i64) -> Result<Range<i64>, Error> {
        let length = least.max(self.inner.options.rid_block.into());
        let plan = Plan::new(vec![Lock::Counter(COUNTER.to_owned())], move |locked| {
            let last = locked.counters.first().copied().unwrap_or(0);
            let counters = vec![(COUNTER.to_owned(), last + length)];
            Decision::Commit(
                Batch {
                    counters,
                    ..Batch::default()
                },
                last + 1..last + length + 1,
            )
        });
        self.commit(plan).await
    }
}

/// The rows of a long select, chunk by chunk.
pub struct Chunks {
    store: Store,
    select: Select,
    /// Columns the caller asked for; the sort columns behind them are cut off.
    visible: usize,
    /// Where the sort columns stand.
    places: Vec<usize>,
    left: u64,
    chunk: u32,
}

impl Chunks {
    /// The next rows; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.select.limit = u32::try_from(self.left).unwrap_or(u32::MAX).min(self.chunk);
        let mut rows = self.store.rows(&self.select, Lead::Conditions, Class::Report).await?;
        let Some(last) = rows.last() else {
            self.left = 0;
            return Ok(None);
        };
        self.select.after = Some(self.places.iter().filter_map(|at| last.get(*at).cloned()).collect());
        let short = rows.len() < usize::try_from(self.select.limit).unwrap_or(usize::MAX);
        let seen = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        self.left = if short { 0 } else { self.left - seen.min(self.left) };
        for row in &mut rows {
            row.truncate(self.visible);
        }
        Ok(Some(rows))
    }
}
