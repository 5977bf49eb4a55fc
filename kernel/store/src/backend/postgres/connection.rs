//! A connection with its prepared statements, and what an error of the server means.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;

use crate::Error;
use crate::backend::postgres::value::wire_type;
use crate::catalogue::Catalogue;
use crate::sql::Statement;

/// Beyond this the cache starts anew.
const STATEMENTS: usize = 1_000;

pub(super) struct Connection {
    pub(super) client: tokio_postgres::Client,
    /// Tells connections apart on a tape.
    pub(super) number: usize,
    statements: Mutex<HashMap<Box<str>, tokio_postgres::Statement>>,
}

/// A failed statement: what the server said, or that nothing came back.
#[derive(Debug)]
pub(super) struct Failure(Option<tokio_postgres::Error>);

impl Failure {
    pub(super) fn lost() -> Failure {
        Failure(None)
    }

    pub(super) fn code(&self) -> Option<&SqlState> {
        self.0.as_ref().and_then(|it| it.code())
    }

    /// The server answered: the statement did not happen.
    pub(super) fn is_answered(&self) -> bool {
        self.code().is_some()
    }

    /// The server is going down or has thrown this session out.
    pub(super) fn is_shutdown(&self) -> bool {
        self.code().is_some_and(is_shutdown)
    }

    /// A cached plan no longer fits the tables, or a pooler has mixed up sessions.
    pub(super) fn is_stale_plan(&self) -> bool {
        self.code()
            .is_some_and(|it| *it == SqlState::FEATURE_NOT_SUPPORTED || *it == SqlState::INVALID_SQL_STATEMENT_NAME)
    }

    /// Two transactions got in each other's way; the same plan may run again.
    pub(super) fn is_collision(&self) -> bool {
        self.code()
            .is_some_and(|it| *it == SqlState::T_R_SERIALIZATION_FAILURE || *it == SqlState::T_R_DEADLOCK_DETECTED)
    }

    pub(super) fn may_retry_read(&self) -> bool {
        !self.is_answered() || self.is_shutdown() || self.is_stale_plan()
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(it: tokio_postgres::Error) -> Failure {
        Failure(Some(it))
    }
}

impl Connection {
    pub(super) async fn dial(config: &tokio_postgres::Config, setup: &str) -> Result<Connection, Error> {
        let (client, connection) = config.connect(NoTls).await.map_err(|it| dialing(&it))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "A database connection ended");
            }
        });
        client.batch_execute(setup).await.map_err(|it| dialing(&it))?;
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        Ok(Connection {
            client,
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            statements: Mutex::new(HashMap::new()),
        })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) async fn prepare(&self, it: &Statement) -> Result<tokio_postgres::Statement, Failure> {
        if let Some(found) = self.cached(&it.text) {
            return Ok(found);
        }
        let types: Vec<Type> = it.types.iter().map(|it| wire_type(*it)).collect();
        let fresh = self.client.prepare_typed(&it.text, &types).await?;
        if it.cached {
            let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
            if statements.len() >= STATEMENTS {
                statements.clear();
            }
            statements.insert(it.text.as_str().into(), fresh.clone());
        }
        Ok(fresh)
    }

    /// Clears the cache when an error says that it is stale.
    pub(super) fn forget_after(&self, failure: &Failure) {
        if failure.is_stale_plan() {
            self.statements.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    fn cached(&self, text: &str) -> Option<tokio_postgres::Statement> {
        self.statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(text)
            .cloned()
    }
}

/// The version and the encoding that everything else relies on.
pub(super) async fn check_server(connection: &Connection) -> Result<(), Error> {
    let text = "SELECT current_setting('server_version_num'), current_setting('server_encoding')";
    let row = connection.client.query_one(text, &[]).await.map_err(|it| dialing(&it))?;
    let (version, encoding): (&str, &str) = (row.get(0), row.get(1));
    if version.parse::<u32>().unwrap_or(0) < 150_000 {
        return Err(Error::Database(format!(
            "PostgreSQL 15 or newer is needed, this is {version}"
        )));
    }
    if encoding != "UTF8" {
        return Err(Error::Database(format!(
            "the database is encoded in {encoding}, it has to be UTF8"
        )));
    }
    Ok(())
}

fn is_shutdown(code: &SqlState) -> bool {
    [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
    ]
    .contains(code)
        || code.code().starts_with("08")
}

/// What a failed statement means to the caller.
pub(super) fn mapped(catalogue: &Catalogue, failure: &Failure) -> Error {
    let Some(error) = &failure.0 else {
        return Error::Away("the connection was lost".to_owned());
    };
    let Some(it) = error.as_db_error() else {
        return Error::Away(format!("the connection failed: {error}"));
    };
    let code = it.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        return catalogue.unique_by_name(it.constraint().unwrap_or_default());
    }
    if *code == SqlState::NOT_NULL_VIOLATION {
        return Error::Invalid(it.message().to_owned());
    }
    if *code == SqlState::QUERY_CANCELED {
        return Error::Timeout;
    }
    if *code == SqlState::LOCK_NOT_AVAILABLE || failure.is_collision() {
        return Error::Busy { retry_after_ms: 200 };
    }
    let told = format!("{} ({})", it.message(), code.code());
    if failure.is_shutdown() {
        Error::Away(told)
    } else {
        Error::Database(told)
    }
}

fn dialing(it: &tokio_postgres::Error) -> Error {
    let Some(told) = it.as_db_error() else {
        return Error::Away(format!("connecting: {it}"));
    };
    let text = format!("connecting: {} ({})", told.message(), told.code().code());
    match told.code() {
        code if *code == SqlState::TOO_MANY_CONNECTIONS => Error::Busy { retry_after_ms: 500 },
        code if is_shutdown(code) => Error::Away(text),
        _ => Error::Database(text),
    }
}
