//! Reading: pages by key, unions of scope branches, bounded counts, aggregates, the change log.

use crate::catalogue::{Catalogue, TableInfo};
use crate::sql::{Alias, Builder, Dialect, Statement, Way};
use crate::{Aggregate, Cmp, ColumnType, Error, Filter, Index, Lead, Measure, Scope, Select, Sort, Value};

/// Beyond this a union costs more than it saves.
const MOST_BRANCHES: usize = 50;

/// A row by its whole key.
pub(crate) fn point(
    dialect: Dialect,
    catalogue: &Catalogue,
    table: &str,
    key: &[(&str, Value)],
    columns: &[&str],
) -> Result<Statement, Error> {
    let mut it = Builder::new(dialect, catalogue);
    it.row_by_key(catalogue.table(table)?, key, columns)?;
    Ok(it.out)
}

/// The sort of a query with the missing key columns appended.
pub(crate) fn order(catalogue: &Catalogue, select: &Select) -> Result<Vec<Sort>, Error> {
    let table = catalogue.table(&select.table)?;
    let mut order: Vec<Sort> = Vec::with_capacity(select.sort.len() + table.key.len());
    for sort in &select.sort {
        table.column(&sort.column)?;
        if !order.iter().any(|it| it.column == sort.column) {
            order.push(sort.clone());
        }
    }
    let descending = select.sort.last().is_some_and(|it| it.descending);
    for column in &table.key {
        if !order.iter().any(|it| it.column == *column) {
            order.push(Sort {
                column: column.clone(),
                descending,
            });
        }
    }
    Ok(order)
}

/// A page of rows.
pub(crate) fn select(dialect: Dialect, catalogue: &Catalogue, select: &Select, lead: Lead) -> Result<Statement, Error> {
    let table = catalogue.table(&select.table)?;
    if select.columns.is_empty() {
        return Err(Error::Invalid("a select names no column".to_owned()));
    }
    let order = order(catalogue, select)?;
    let mut it = Builder::new(dialect, catalogue);
    let columns: Vec<&str> = select.columns.iter().map(String::as_str).collect();
    let limit = i64::from(select.limit);
    let keyed = keys_named(table, &select.filter).is_some();
    it.held = lead == Lead::Order && !keyed && order.first().is_some_and(|it| gives(table, &it.column, &select.filter));
    it.held_scope = keyed;
    let union = branches(&select.scope).filter(|_| !it.held && !keyed);
    let led =
        it.held || led_by_key(table, &select.filter, &order) || union.is_some_and(|list| in_order_each(table, list, &order));
    it.out.way = if led { Way::Index } else { ending_early(&select.filter) };
    match union {
        None => it.page(
            table,
            select,
            &Rows {
                columns: &columns,
                order: &order,
                scope: &select.scope,
                limit,
            },
        )?,
        Some(list) => it.found(table, select, (&columns, &order), list)?,
    }
    Ok(it.out)
}

/// How many rows the condition names by a key of one column, if it does: they are found by it, the scope is held against each.
pub(crate) fn keys_named(table: &TableInfo, filter: &Filter) -> Option<usize> {
    match filter {
        Filter::And(list) => list.iter().filter_map(|it| keys_named(table, it)).min(),
        Filter::Cmp { column, op: Cmp::Eq, .. } if table.is_key(&[column]) => Some(1),
        Filter::In { column, values } if table.is_key(&[column]) => Some(values.len()),
        _ => None,
    }
}

/// Whether the condition names rows by the key that is also their order.
fn led_by_key(table: &TableInfo, filter: &Filter, order: &[Sort]) -> bool {
    let first = order.first().map(|it| it.column.as_str());
    match filter {
        Filter::And(list) => list.iter().any(|it| led_by_key(table, it, order)),
        Filter::Cmp { column, op: Cmp::Eq, .. } | Filter::In { column, .. } => {
            Some(column.as_str()) == first && table.is_key(&[column])
        }
        _ => false,
    }
}

/// Several conditions of which one is enough are found by nothing but bitmaps.
fn ending_early(filter: &Filter) -> Way {
    fn chooses(filter: &Filter) -> bool {
        match filter {
            Filter::Or(any) => any.len() > 1,
            Filter::And(all) => all.iter().any(chooses),
            Filter::Not(it) => chooses(it),
            _ => false,
        }
    }
    if chooses(filter) { Way::Free } else { Way::Early }
}

/// Whether an index gives the rows in the order of this column, by itself or behind an equality that is asked for.
fn gives(table: &TableInfo, column: &str, filter: &Filter) -> bool {
    whole_indexes(table).any(|it| it.columns.first().is_some_and(|it| it == column)) || gives_behind(table, column, filter)
}

fn gives_behind(table: &TableInfo, column: &str, filter: &Filter) -> bool {
    let is_equal = |by: &str| equals(filter, by);
    whole_indexes(table).any(|it| match it.columns.as_slice() {
        [first, second, ..] => second == column && is_equal(first),
        _ => false,
    })
}

/// Whether an index gives the rows of each branch in the order of all.
fn in_order_each(table: &TableInfo, branches: &[Filter], order: &[Sort]) -> bool {
    let given = |branch: &Filter| order.first().is_some_and(|it| gives_behind(table, &it.column, branch));
    branches.iter().all(given)
}

/// Those that hold every row; an index of the rows with a value gives no order of all.
fn whole_indexes(table: &TableInfo) -> impl Iterator<Item = &Index> {
    table.indexes.iter().filter(|it| it.where_not_null.is_empty())
}

fn equals(filter: &Filter, by: &str) -> bool {
    match filter {
        Filter::And(list) => list.iter().any(|it| equals(it, by)),
        Filter::Cmp { column, op: Cmp::Eq, .. } => column == by,
        _ => false,
    }
}

/// Rows, at most `bound + 1`.
pub(crate) fn count(dialect: Dialect, catalogue: &Catalogue, select: &Select, bound: u64) -> Result<Statement, Error> {
    let table = catalogue.table(&select.table)?;
    let limit = i64::try_from(bound.saturating_add(1)).unwrap_or(i64::MAX);
    let key: Vec<&str> = table.key.iter().map(String::as_str).collect();
    let unpaged = Select {
        after: None,
        ..select.clone()
    };
    let mut it = Builder::new(dialect, catalogue);
    it.out.way = ending_early(&select.filter);
    let Some(list) = branches(&select.scope) else {
        it.push("SELECT COUNT(*) FROM (");
        it.page(table, &unpaged, &Rows::keys(&key, &select.scope, limit))?;
        it.push(") c");
        return Ok(it.out);
    };
    // One branch that has enough rows by itself spares the union of all.
    it.push("SELECT CASE");
    for branch in list.iter().filter(|it| !matches!(it, Filter::InSelect { .. })) {
        it.push(" WHEN (SELECT COUNT(*) FROM (");
        let scope = Scope::Branches(vec![branch.clone()]);
        it.page(table, &unpaged, &Rows::keys(&key, &scope, limit))?;
        it.push(") b) = ");
        it.number(limit);
        it.push(" THEN ");
        it.number(limit);
    }
    it.push(" WHEN TRUE THEN (SELECT COUNT(*) FROM (");
    it.union(table, &unpaged, &key, &[], list, limit)?;
    it.push(") c) END");
    Ok(it.out)
}

/// Figures per group.
pub(crate) fn aggregate(dialect: Dialect, catalogue: &Catalogue, what: &Aggregate) -> Result<Statement, Error> {
    let table = catalogue.table(&what.table)?;
    let mut it = Builder::new(dialect, catalogue);
    let alias = it.alias();
    if what.group.is_empty() && what.measures.is_empty() {
        return Err(Error::Invalid("an aggregate without group and measure".to_owned()));
    }
    it.push("SELECT ");
    it.list(&what.group, ", ", |it, column| {
        table.column(column)?;
        it.column(alias, column);
        Ok(())
    })?;
    for (at, measure) in what.measures.iter().enumerate() {
        it.push(if at + what.group.len() > 0 { ", " } else { "" });
        it.measure(table, alias, measure)?;
    }
    it.from(table, alias);
    it.push(" WHERE (");
    it.filter(table, alias, &what.filter, 0)?;
    it.push(") AND ");
    it.scope(table, alias, &what.scope, 0)?;
    if !what.group.is_empty() {
        it.push(" GROUP BY ");
        it.list(&what.group, ", ", |it, column| {
            it.column(alias, column);
            Ok(())
        })?;
        let order: Vec<Sort> = what.group.iter().map(Sort::up).collect();
        it.order_by(table, alias, &order)?;
    }
    Ok(it.out)
}

/// The change log after a line, and before each line the lowest transaction that was still running (SQLite: nothing ever is).
pub(crate) fn changes(dialect: Dialect, after: i64, limit: u32) -> Statement {
    let (horizon, first, second) = match dialect {
        Dialect::Sqlite => ("0", "?", "?"),
        Dialect::Postgres => ("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", "$1", "$2"),
    };
    let text = format!(
        "SELECT {horizon}, \"seq\", \"register\", \"id\", \"rid\", \"version\", \"kind\" FROM \"yw_change\" \
         WHERE \"seq\" > {first} ORDER BY \"seq\" LIMIT {second}"
    );
    let params = vec![after.into(), i64::from(limit).into()];
    Statement {
        types: vec![ColumnType::Int; params.len()],
        params,
        ..Statement::fixed(text)
    }
}

/// A transaction id that is later than every one given so far.
pub(crate) fn fence() -> Statement {
    Statement::fixed("SELECT pg_current_xact_id()::text::bigint")
}

/// The branches that need a union; `None` where one condition serves.
fn branches(scope: &Scope) -> Option<&[Filter]> {
    match scope {
        Scope::Branches(list) if (2..=MOST_BRANCHES).contains(&list.len()) && !list.contains(&Filter::True) => Some(list),
        _ => None,
    }
}

struct Rows<'a> {
    columns: &'a [&'a str],
    order: &'a [Sort],
    scope: &'a Scope,
    limit: i64,
}

impl<'a> Rows<'a> {
    /// The keys alone, in no order.
    fn keys(columns: &'a [&'a str], scope: &'a Scope, limit: i64) -> Rows<'a> {
        Rows {
            columns,
            order: &[],
            scope,
            limit,
        }
    }
}

impl Builder<'_> {
    pub(super) fn row_by_key(&mut self, table: &TableInfo, key: &[(&str, Value)], columns: &[&str]) -> Result<(), Error> {
        let given: Vec<&str> = key.iter().map(|(name, _)| *name).collect();
        if !table.finds_one(&given) {
            return Err(Error::Invalid(format!("{given:?} is no whole key of `{}`", table.name)));
        }
        let alias = self.alias();
        self.push("SELECT ");
        self.columns(table, alias, columns)?;
        self.from(table, alias);
        self.push(" WHERE ");
        self.list(key, " AND ", |it, (name, value)| {
            let info = table.column(name)?;
            it.column(alias, name);
            it.push(" = ");
            it.bind(info, value.clone())
        })
    }

    fn columns(&mut self, table: &TableInfo, alias: Alias, columns: &[&str]) -> Result<(), Error> {
        if columns.is_empty() {
            self.push("1");
        }
        self.list(columns, ", ", |it, name| {
            table.column(name)?;
            it.column(alias, name);
            Ok(())
        })
    }

    fn page(&mut self, table: &TableInfo, select: &Select, rows: &Rows<'_>) -> Result<(), Error> {
        let alias = self.alias();
        self.push("SELECT ");
        self.columns(table, alias, rows.columns)?;
        self.from(table, alias);
        self.push(" WHERE (");
        self.condition(table, alias, &select.filter, rows.order)?;
        self.push(")");
        if *rows.scope != Scope::All {
            self.push(" AND ");
            let held = self.held;
            self.held |= self.held_scope;
            self.scope(table, alias, rows.scope, 0)?;
            self.held = held;
        }
        if let Some(after) = &select.after {
            self.push(" AND ");
            self.after(table, alias, rows.order, after)?;
        }
        self.order_by(table, alias, rows.order)?;
        self.limit(rows.limit);
        Ok(())
    }

    /// PostgreSQL plans by the number of rows wanted; one that it does not see would make it plan anew at every execution.
    fn limit(&mut self, rows: i64) {
        self.push(" LIMIT ");
        match self.dialect {
            Dialect::Postgres if !self.held_scope => self.number(rows),
            _ => self.bind_as(ColumnType::Int, rows.into()),
        }
    }

    /// The rows that any branch gives. Keys and order are found first; what else is wanted is read of the few that remain.
    fn found(
        &mut self,
        table: &TableInfo,
        select: &Select,
        (columns, order): (&[&str], &[Sort]),
        branches: &[Filter],
    ) -> Result<(), Error> {
        let limit = i64::from(select.limit);
        let mut narrow: Vec<&str> = table.key.iter().map(String::as_str).collect();
        narrow.extend(order.iter().map(|it| it.column.as_str()));
        narrow.sort_unstable();
        narrow.dedup();
        let (wide, found) = (self.alias(), self.alias());
        let is_narrow = columns.iter().all(|it| narrow.contains(it));
        let outer = if is_narrow { found } else { wide };
        self.push("SELECT ");
        self.columns(table, outer, columns)?;
        if !is_narrow {
            self.push(" FROM (SELECT ");
            self.columns(table, found, &narrow)?;
        }
        self.push(" FROM (");
        self.union(table, select, &narrow, order, branches, limit)?;
        self.push(") t");
        self.number(i64::try_from(found.0).unwrap_or(0));
        self.order_by(table, found, order)?;
        self.limit(limit);
        if is_narrow {
            return Ok(());
        }
        let joined = self.alias();
        self.push(") t");
        self.number(i64::try_from(joined.0).unwrap_or(0));
        self.push(" JOIN ");
        self.name(&table.name);
        self.push(" t");
        self.number(i64::try_from(wide.0).unwrap_or(0));
        self.push(" ON ");
        self.list(&table.key, " AND ", |it, key| {
            it.column(wide, key);
            it.push(" = ");
            it.column(joined, key);
            Ok(())
        })?;
        self.order_by(table, wide, order)
    }

    /// Where the order leads, an equality may still help it: when an index has its column just before the order's, and for the
    /// order's own column.
    fn condition(&mut self, table: &TableInfo, alias: Alias, filter: &Filter, order: &[Sort]) -> Result<(), Error> {
        let first = order.first().map(|it| it.column.as_str());
        match filter {
            Filter::And(list) if self.held && !list.is_empty() => self.list(list, " AND ", |it, one| {
                it.push("(");
                it.condition(table, alias, one, order)?;
                it.push(")");
                Ok(())
            }),
            Filter::Cmp { column, op, .. } if self.held => {
                let serves = |by: &[String]| by.first() == Some(column) && by.get(1).map(String::as_str) == first;
                let leads = *op == Cmp::Eq && whole_indexes(table).any(|it| serves(&it.columns));
                self.held = !leads && Some(column.as_str()) != first;
                let done = self.filter(table, alias, filter, 0);
                self.held = true;
                done
            }
            _ => self.filter(table, alias, filter, 0),
        }
    }

    /// Each branch in its own order and with its own limit; UNION drops the rows that several branches give, for the
    /// columns always hold the key.
    fn union(
        &mut self,
        table: &TableInfo,
        select: &Select,
        columns: &[&str],
        order: &[Sort],
        branches: &[Filter],
        limit: i64,
    ) -> Result<(), Error> {
        self.list(branches, " UNION ", |it, branch| {
            let outer = it.alias();
            it.push("SELECT ");
            it.columns(table, outer, columns)?;
            it.push(" FROM (");
            let scope = Scope::Branches(vec![branch.clone()]);
            it.page(
                table,
                select,
                &Rows {
                    columns,
                    order,
                    scope: &scope,
                    limit,
                },
            )?;
            it.push(") t");
            it.number(i64::try_from(outer.0).unwrap_or(0));
            Ok(())
        })
    }

    /// SQLite has NULL lowest by itself; PostgreSQL is told so, but for columns that are never NULL, where its default
    /// indexes would not be used.
    fn order_by(&mut self, table: &TableInfo, alias: Alias, order: &[Sort]) -> Result<(), Error> {
        if order.is_empty() {
            return Ok(());
        }
        self.push(" ORDER BY ");
        let dialect = self.dialect;
        self.list(order, ", ", |it, sort| {
            let info = table.column(&sort.column)?;
            it.column(alias, &sort.column);
            let nulls = dialect == Dialect::Postgres && !info.not_null;
            it.push(match (sort.descending, nulls) {
                (false, false) => "",
                (false, true) => " NULLS FIRST",
                (true, false) => " DESC",
                (true, true) => " DESC NULLS LAST",
            });
            Ok(())
        })
    }

    /// The rows behind the one with these values.
    fn after(&mut self, table: &TableInfo, alias: Alias, order: &[Sort], values: &[Value]) -> Result<(), Error> {
        if order.len() != values.len() {
            let wanted: Vec<&str> = order.iter().map(|it| it.column.as_str()).collect();
            return Err(Error::Invalid(format!(
                "`after` has {} values, the order is {wanted:?}",
                values.len()
            )));
        }
        let one_way = order
            .iter()
            .all(|it| Some(it.descending) == order.first().map(|first| first.descending));
        let mut never_null = true;
        for sort in order {
            never_null &= table.column(&sort.column)?.not_null;
        }
        if one_way && never_null && !values.iter().any(Value::is_null) {
            return self.after_plain(table, alias, order, values);
        }
        self.push("(");
        self.leading(table, alias, order, values)?;
        for (sort, value) in order.iter().zip(values) {
            self.push("(");
            self.beyond(table, alias, sort, value)?;
            self.push(" OR (");
            self.same(table, alias, sort, value)?;
            self.push(" AND ");
        }
        self.push("FALSE");
        for _ in order {
            self.push("))");
        }
        self.push(")");
        Ok(())
    }

    fn after_plain(&mut self, table: &TableInfo, alias: Alias, order: &[Sort], values: &[Value]) -> Result<(), Error> {
        self.push("(");
        self.list(order, ", ", |it, sort| {
            it.column(alias, &sort.column);
            Ok(())
        })?;
        self.push(if order.first().is_some_and(|it| it.descending) {
            ") < ("
        } else {
            ") > ("
        });
        self.list(order.iter().zip(values), ", ", |it, (sort, value)| {
            it.bind(table.column(&sort.column)?, value.clone())
        })?;
        self.push(")");
        Ok(())
    }

    /// A redundant bound on the first column, by which an index is entered at the right place.
    fn leading(&mut self, table: &TableInfo, alias: Alias, order: &[Sort], values: &[Value]) -> Result<(), Error> {
        let (Some(sort), Some(value)) = (order.first(), values.first()) else {
            return Ok(());
        };
        let info = table.column(&sort.column)?;
        if value.is_null() || (sort.descending && !info.not_null) {
            return Ok(());
        }
        self.column(alias, &sort.column);
        self.push(if sort.descending { " <= " } else { " >= " });
        self.bind(info, value.clone())?;
        self.push(" AND ");
        Ok(())
    }

    fn beyond(&mut self, table: &TableInfo, alias: Alias, sort: &Sort, value: &Value) -> Result<(), Error> {
        let info = table.column(&sort.column)?;
        match (value.is_null(), sort.descending) {
            (true, true) => self.push("FALSE"),
            (true, false) => {
                self.column(alias, &sort.column);
                self.push(" IS NOT NULL");
            }
            (false, descending) => {
                self.column(alias, &sort.column);
                self.push(if descending { " < " } else { " > " });
                self.bind(info, value.clone())?;
                if descending && !info.not_null {
                    self.push(" OR ");
                    self.column(alias, &sort.column);
                    self.push(" IS NULL");
                }
            }
        }
        Ok(())
    }

    fn same(&mut self, table: &TableInfo, alias: Alias, sort: &Sort, value: &Value) -> Result<(), Error> {
        self.column(alias, &sort.column);
        if value.is_null() {
            self.push(" IS NULL");
            return Ok(());
        }
        self.push(" = ");
        self.bind(table.column(&sort.column)?, value.clone())
    }

    fn measure(&mut self, table: &TableInfo, alias: Alias, measure: &Measure) -> Result<(), Error> {
        match measure {
            Measure::Count(Filter::True) => self.push("COUNT(*)"),
            Measure::Count(filter) => {
                self.push("COUNT(CASE WHEN ");
                self.filter(table, alias, filter, 0)?;
                self.push(" THEN 1 END)");
            }
            Measure::Sum(column, filter) => {
                if table.column(column)?.ty != ColumnType::Int {
                    return Err(Error::Invalid(format!("`{column}` is not an integer and has no sum")));
                }
                self.push("CAST(SUM(CASE WHEN ");
                self.filter(table, alias, filter, 0)?;
                self.push(" THEN ");
                self.column(alias, column);
                self.push(if self.dialect == Dialect::Postgres {
                    " END) AS bigint)"
                } else {
                    " END) AS INTEGER)"
                });
            }
            Measure::Min(column) | Measure::Max(column) => {
                if table.column(column)?.ty == ColumnType::Bytes {
                    return Err(Error::Invalid(format!("`{column}` is bytes and has no lowest or highest")));
                }
                self.push(if matches!(measure, Measure::Min(_)) { "MIN(" } else { "MAX(" });
                self.column(alias, column);
                self.push(")");
            }
        }
        Ok(())
    }
}
