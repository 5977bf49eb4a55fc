//! PostgreSQL 15 and newer: own small pools, pipelined flights, cached statements.

mod connection;
mod flight;
mod migrate;
mod plan;
mod pool;
mod value;

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::backend::Stats;
use crate::backend::postgres::connection::{Connection, Failure, mapped};
use crate::backend::postgres::flight::{Item, flight};
use crate::backend::postgres::pool::Pool;
use crate::catalogue::{Catalogue, TableInfo};
use crate::sql::{Statement, Way};
use crate::{Durability, Error, Lane, Options, Plan, Row, Table, Tape, Value};

pub(crate) struct Postgres {
    /// Point reads of all tasks share one connection; they travel back to back.
    shared: Mutex<Option<Arc<Connection>>>,
    dialing: tokio::sync::Mutex<()>,
    points: Pool,
    lists: Pool,
    ending_early: Pool,
    by_index: Pool,
    reports: Pool,
    writes: Pool,
    /// Bulk plans hold at most a part of the write connections.
    bulk: tokio::sync::Semaphore,
    bulk_queue: usize,
    bulk_waiting: AtomicUsize,
    migrator: tokio_postgres::Config,
    serving_user: Option<String>,
    stats: Arc<Stats>,
    twice: bool,
    write_timeout: Duration,
    tape: Option<Tape>,
}

impl Postgres {
    pub(crate) async fn open(
        url: &str,
        migrator_url: Option<&str>,
        options: &Options,
        stats: Arc<Stats>,
    ) -> Result<Postgres, Error> {
        let parse = |url: &str| {
            url.parse::<tokio_postgres::Config>()
                .map_err(|it| Error::Invalid(format!("database URL: {it}")))
        };
        let mut config = parse(url)?;
        if config.get_application_name().is_none() {
            config.application_name(&options.node);
        }
        let migrator = migrator_url.map_or_else(|| Ok(config.clone()), parse)?;
        let serving_user = config
            .get_user()
            .filter(|it| migrator.get_user() != Some(it))
            .map(str::to_owned);
        let wait = Duration::from_millis(options.write_timeout_ms);
        let reads = |size: usize, timeout: u64| Pool::new(&config, size, options.read_queue, timeout, wait);
        let write_queue = options.interactive_queue + options.bulk_queue;
        let it = Postgres {
            shared: Mutex::new(None),
            dialing: tokio::sync::Mutex::new(()),
            points: reads(1, options.list_timeout_ms),
            lists: reads(options.list_connections, options.list_timeout_ms),
            ending_early: reads(options.list_connections, options.list_timeout_ms).ending_early(),
            by_index: reads(options.list_connections, options.list_timeout_ms).by_index(),
            reports: reads(options.report_connections, options.report_timeout_ms),
            writes: Pool::new(
                &config,
                options.write_connections,
                write_queue,
                options.write_timeout_ms,
                wait,
            ),
            bulk: tokio::sync::Semaphore::new((options.write_connections / 4).max(1)),
            bulk_queue: options.bulk_queue,
            bulk_waiting: AtomicUsize::new(0),
            migrator,
            serving_user,
            stats,
            twice: options.run_plans_twice,
            write_timeout: wait,
            tape: options.tape.clone(),
        };
        let connection = it.shared().await?;
        connection::check_server(&connection).await?;
        Ok(it)
    }

    pub(crate) async fn point(&self, catalogue: &Catalogue, statement: &Statement) -> Result<Vec<Row>, Error> {
        let mut retried = false;
        loop {
            let connection = self.shared().await?;
            match self.one(&connection, statement).await {
                Err(it) if it.may_retry_read() && !retried => retried = true,
                outcome => return outcome.map_err(|it| mapped(catalogue, &it)),
            }
        }
    }

    pub(crate) async fn list(&self, catalogue: &Catalogue, statement: &Statement) -> Result<Vec<Row>, Error> {
        let pool = match statement.way {
            Way::Free => &self.lists,
            Way::Early => &self.ending_early,
            Way::Index => &self.by_index,
        };
        self.pooled(pool, catalogue, statement).await
    }

    pub(crate) async fn report(&self, catalogue: &Catalogue, statement: &Statement) -> Result<Vec<Row>, Error> {
        self.pooled(&self.reports, catalogue, statement).await
    }

    pub(crate) async fn commit<A>(&self, catalogue: &Arc<Catalogue>, plan: &Plan<A>) -> Result<A, Error> {
        if plan.lane == Lane::Interactive {
            return plan::commit(self, catalogue, plan).await;
        }
        let _waiting = pool::Waiting::enter(&self.bulk_waiting, self.bulk_queue, 1_000)?;
        let _permit = self.bulk.acquire().await.map_err(|_| Error::Closed)?;
        plan::commit(self, catalogue, plan).await
    }

    pub(crate) async fn migrate(&self, tables: &[Table], apply: bool) -> Result<(Vec<String>, Vec<TableInfo>), Error> {
        migrate::run(&self.migrator, self.serving_user.as_deref(), tables, apply, &self.stats).await
    }

    pub(crate) async fn durability(&self) -> Result<Vec<Durability>, Error> {
        let lease = self.writes.lease().await?;
        let mut all = Vec::new();
        for (name, wanted) in [
            ("fsync", &["on"][..]),
            ("synchronous_commit", &["on", "remote_write", "remote_apply"]),
            ("full_page_writes", &["on"]),
        ] {
            let statement = Statement::fixed(format!("SELECT current_setting('{name}')"));
            let rows = self.one(lease.connection()?, &statement).await;
            let rows = rows.map_err(|it| mapped(&Catalogue::default(), &it))?;
            let value = rows.first().and_then(|row| row.first()).and_then(Value::as_text);
            all.push(Durability::new(name, value.unwrap_or("?").to_owned(), wanted));
        }
        lease.give_back();
        Ok(all)
    }

    pub(crate) fn close(&self) {
        for pool in [
            &self.points,
            &self.lists,
            &self.ending_early,
            &self.by_index,
            &self.reports,
            &self.writes,
        ] {
            pool.close();
        }
        self.bulk.close();
        self.shared.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    async fn pooled(&self, pool: &Pool, catalogue: &Catalogue, statement: &Statement) -> Result<Vec<Row>, Error> {
        let mut retried = false;
        loop {
            let lease = pool.lease().await?;
            let outcome = self.one(lease.connection()?, statement).await;
            lease.give_back();
            match outcome {
                Err(it) if it.may_retry_read() && !retried => retried = true,
                outcome => return outcome.map_err(|it| mapped(catalogue, &it)),
            }
        }
    }

    async fn one(&self, connection: &Connection, statement: &Statement) -> Result<Vec<Row>, Failure> {
        let prepared = connection.prepare(statement).await?;
        self.stats.count(1);
        self.stats.flight();
        let outcome = flight(connection, vec![Item::Prepared(prepared, &statement.params)]).await;
        match outcome.answers.into_iter().next() {
            Some(Ok(rows)) => Ok(rows),
            Some(Err(it)) => {
                connection.forget_after(&it);
                Err(it)
            }
            None => Err(Failure::lost()),
        }
    }

    async fn shared(&self) -> Result<Arc<Connection>, Error> {
        if let Some(it) = self.present() {
            return Ok(it);
        }
        let _one_dials = self.dialing.lock().await;
        if let Some(it) = self.present() {
            return Ok(it);
        }
        let fresh = Arc::new(self.points.dial().await?);
        *self.shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh.clone());
        Ok(fresh)
    }

    fn present(&self) -> Option<Arc<Connection>> {
        let shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.as_ref().filter(|it| !it.is_closed()).cloned()
    }
}
