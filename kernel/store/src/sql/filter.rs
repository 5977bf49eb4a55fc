//! Conditions, scopes and shapes.

use crate::catalogue::TableInfo;
use crate::shape::Polygon;
use crate::sql::{Alias, Builder};
use crate::{Cmp, ColumnType, Error, Filter, Point, Scope, Select, Shape, Value};

const DEEPEST: usize = 64;
const MOST_VALUES: usize = 4_096;
const LONGEST_PATTERN: usize = 4_000;

impl Builder<'_> {
    pub(super) fn filter(&mut self, table: &TableInfo, alias: Alias, it: &Filter, depth: usize) -> Result<(), Error> {
        if depth > DEEPEST {
            return Err(Error::Invalid(format!("a filter is nested more than {DEEPEST} deep")));
        }
        match it {
            Filter::True => self.push("TRUE"),
            Filter::False => self.push("FALSE"),
            Filter::And(list) => self.joined(table, alias, list, depth, ("TRUE", " AND "))?,
            Filter::Or(list) => self.joined(table, alias, list, depth, ("FALSE", " OR "))?,
            Filter::Not(inner) => {
                self.push("NOT (");
                self.filter(table, alias, inner, depth + 1)?;
                self.push(")");
            }
            Filter::Cmp { column, op, value } => {
                let info = table.column(column)?;
                self.tested(alias, column);
                self.push(sign(*op));
                self.bind(info, value.clone())?;
            }
            Filter::In { column, values } => self.within(table, alias, column, values)?,
            Filter::Between { column, low, high } => {
                let info = table.column(column)?;
                self.tested(alias, column);
                self.push(" BETWEEN ");
                self.bind(info, low.clone())?;
                self.push(" AND ");
                self.bind(info, high.clone())?;
            }
            Filter::Like { column, pattern } => self.like(table, alias, column, pattern)?,
            Filter::IsNull(column) => {
                table.column(column)?;
                self.tested(alias, column);
                self.push(" IS NULL");
            }
            Filter::InSelect { column, query } => {
                let outer = (table, alias, column.as_str());
                self.in_select(outer, query, depth + 1)?;
            }
            Filter::Intersects { x, y, shape } => self.intersects(table, alias, (x, y), shape)?,
        }
        Ok(())
    }

    /// The scope as one condition, where no order is wanted or there are too many branches for a union.
    pub(super) fn scope(&mut self, table: &TableInfo, alias: Alias, scope: &Scope, depth: usize) -> Result<(), Error> {
        match scope {
            Scope::All => self.push("TRUE"),
            Scope::Branches(list) => {
                self.push("(");
                self.joined(table, alias, list, depth, ("FALSE", " OR "))?;
                self.push(")");
            }
        }
        Ok(())
    }

    fn joined(
        &mut self,
        table: &TableInfo,
        alias: Alias,
        list: &[Filter],
        depth: usize,
        (empty, separator): (&str, &str),
    ) -> Result<(), Error> {
        if list.is_empty() {
            self.push(empty);
        }
        self.list(list, separator, |it, filter| {
            let nested = matches!(filter, Filter::And(_) | Filter::Or(_) | Filter::Not(_));
            it.push(if nested { "(" } else { "" });
            it.filter(table, alias, filter, depth + 1)?;
            it.push(if nested { ")" } else { "" });
            Ok(())
        })
    }

    /// The list is filled up to a power of two with its last value, so that few texts serve all lengths.
    fn within(&mut self, table: &TableInfo, alias: Alias, column: &str, values: &[Value]) -> Result<(), Error> {
        let info = table.column(column)?;
        if values.len() > MOST_VALUES {
            return Err(Error::Invalid(format!(
                "{} values for `{column}`, at most {MOST_VALUES}",
                values.len()
            )));
        }
        let Some(last) = values.last() else {
            self.push("FALSE");
            return Ok(());
        };
        let width = values.len().next_power_of_two();
        self.tested(alias, column);
        self.push(" IN (");
        let padded = values.iter().chain(std::iter::repeat(last)).take(width);
        self.list(padded, ", ", |it, value| it.bind(info, value.clone()))?;
        self.push(")");
        Ok(())
    }

    fn like(&mut self, table: &TableInfo, alias: Alias, column: &str, pattern: &str) -> Result<(), Error> {
        let info = table.column(column)?;
        if info.ty != ColumnType::Text {
            return Err(Error::Invalid(format!("`{column}` is not text and has no LIKE")));
        }
        let escapes = pattern.chars().rev().take_while(|it| *it == '\\').count();
        if escapes % 2 == 1 || pattern.chars().count() > LONGEST_PATTERN {
            return Err(Error::Invalid(format!(
                "a LIKE pattern may not end in `\\` nor pass {LONGEST_PATTERN} characters"
            )));
        }
        self.tested(alias, column);
        self.push(" LIKE ");
        self.bind(info, pattern.into())?;
        self.push(" ESCAPE '\\'");
        Ok(())
    }

    /// The inner query gives the rows, or is asked for each row where conditions do not lead.
    fn in_select(&mut self, outer: (&TableInfo, Alias, &str), query: &Select, depth: usize) -> Result<(), Error> {
        let catalogue = self.catalogue;
        let table = catalogue.table(&query.table)?;
        let [column] = query.columns.as_slice() else {
            return Err(Error::Invalid("a query inside a filter gives exactly one column".to_owned()));
        };
        if table.column(column)?.ty != outer.0.column(outer.2)?.ty {
            return Err(Error::Invalid(format!("`{column}` of the inner query has another type")));
        }
        let all = [Filter::True];
        let none = [Filter::False];
        let branches: &[Filter] = match &query.scope {
            Scope::All => &all,
            Scope::Branches(list) if list.is_empty() => &none,
            Scope::Branches(list) => list,
        };
        let held = std::mem::take(&mut self.held);
        if held {
            // Not EXISTS: PostgreSQL would read all rows of the inner query into a hash to answer for the few that are asked about.
            self.push("(");
        } else {
            self.column(outer.1, outer.2);
            self.push(" IN (");
        }
        self.list(branches, " UNION ALL ", |it, branch| {
            let alias = it.alias();
            it.push("SELECT ");
            it.column(alias, column);
            it.from(table, alias);
            it.push(" WHERE (");
            it.filter(table, alias, &query.filter, depth)?;
            it.push(") AND (");
            it.filter(table, alias, branch, depth)?;
            it.push(")");
            if held {
                it.push(" AND ");
                it.column(alias, column);
                it.push(" = ");
                it.column(outer.1, outer.2);
            }
            Ok(())
        })?;
        self.push(if held { " LIMIT 1) IS NOT NULL" } else { ")" });
        self.held = held;
        Ok(())
    }

    pub(super) fn from(&mut self, table: &TableInfo, alias: Alias) {
        self.push(" FROM ");
        self.name(&table.name);
        self.push(" t");
        self.number(i64::try_from(alias.0).unwrap_or(0));
    }

    /// Box first (the index works on it), then per polygon: an odd number of edges lies right of the point, or it is on an edge.
    /// The box stands again in a CASE, for the arithmetic may overflow far away from the shape and AND has no order.
    fn intersects(&mut self, table: &TableInfo, alias: Alias, names: (&str, &str), shape: &Shape) -> Result<(), Error> {
        shape.check().map_err(Error::Invalid)?;
        for name in [names.0, names.1] {
            if table.column(name)?.ty != ColumnType::Int {
                return Err(Error::Invalid(format!("`{name}` is not a coordinate")));
            }
        }
        self.out.cached = false;
        self.push("(");
        self.list(&shape.polygons, " OR ", |it, polygon| it.polygon(alias, names, polygon))?;
        self.push(")");
        Ok(())
    }

    fn polygon(&mut self, alias: Alias, names: (&str, &str), polygon: &Polygon) -> Result<(), Error> {
        let Some((low, high)) = polygon.bounds() else {
            self.push("FALSE");
            return Ok(());
        };
        let edges: Vec<(Point, Point)> = polygon.edges().collect();
        self.push("(");
        self.boxed(alias, names, (low, high));
        self.push(" AND CASE WHEN ");
        self.boxed(alias, names, (low, high));
        self.push(" THEN ((");
        let crossing: Vec<_> = edges.iter().filter(|(a, b)| a.1 != b.1).copied().collect();
        self.balanced(&crossing, "0", " + ", &mut |it, edge| it.crossing(alias, names, edge));
        self.push(") % 2 = 1 OR ");
        self.balanced(&edges, "FALSE", " OR ", &mut |it, edge| it.on_edge(alias, names, edge));
        self.push(") ELSE FALSE END)");
        Ok(())
    }

    /// A tree instead of a chain: databases limit how deep an expression may be.
    fn balanced(
        &mut self,
        edges: &[(Point, Point)],
        empty: &str,
        separator: &str,
        each: &mut dyn FnMut(&mut Self, (Point, Point)),
    ) {
        match edges {
            [] => self.push(empty),
            [edge] => each(self, *edge),
            more => {
                let (left, right) = more.split_at(more.len() / 2);
                self.push("(");
                self.balanced(left, empty, separator, each);
                self.push(separator);
                self.balanced(right, empty, separator, each);
                self.push(")");
            }
        }
    }

    fn boxed(&mut self, alias: Alias, names: (&str, &str), (low, high): (Point, Point)) {
        self.span(alias, names.0, (low.0, high.0));
        self.push(" AND ");
        self.span(alias, names.1, (low.1, high.1));
    }

    fn span(&mut self, alias: Alias, name: &str, (low, high): (i64, i64)) {
        self.column(alias, name);
        self.push(" BETWEEN ");
        self.number(low);
        self.push(" AND ");
        self.number(high);
    }

    /// `(px - ax) * (by - ay)`, the sign, `(py - ay) * (bx - ax)`.
    fn side(&mut self, alias: Alias, names: (&str, &str), (a, b): (Point, Point), sign: &str) {
        self.push("(");
        self.column(alias, names.0);
        self.push(" - (");
        self.number(a.0);
        self.push(")) * ");
        self.number(b.1 - a.1);
        self.push(sign);
        self.push("(");
        self.column(alias, names.1);
        self.push(" - (");
        self.number(a.1);
        self.push(")) * (");
        self.number(b.0 - a.0);
        self.push(")");
    }

    fn crossing(&mut self, alias: Alias, names: (&str, &str), (a, b): (Point, Point)) {
        self.push("CASE WHEN ");
        self.column(alias, names.1);
        self.push(" >= ");
        self.number(a.1);
        self.push(" AND ");
        self.column(alias, names.1);
        self.push(" < ");
        self.number(b.1);
        self.push(" AND ");
        self.side(alias, names, (a, b), " < ");
        self.push(" THEN 1 ELSE 0 END");
    }

    fn on_edge(&mut self, alias: Alias, names: (&str, &str), (a, b): (Point, Point)) {
        self.push("(");
        self.span(alias, names.1, (a.1, b.1));
        self.push(" AND ");
        self.span(alias, names.0, (a.0.min(b.0), a.0.max(b.0)));
        self.push(" AND ");
        self.side(alias, names, (a, b), " = ");
        self.push(")");
    }
}

pub(super) fn sign(op: Cmp) -> &'static str {
    match op {
        Cmp::Eq => " = ",
        Cmp::Ne => " <> ",
        Cmp::Lt => " < ",
        Cmp::Le => " <= ",
        Cmp::Gt => " > ",
        Cmp::Ge => " >= ",
    }
}
