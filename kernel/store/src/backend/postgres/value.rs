//! Values to and from the wire.

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{ColumnType, Value};

type Problem = Box<dyn std::error::Error + Sync + Send>;

#[derive(Debug)]
pub(super) struct Param<'a>(pub &'a Value);

pub(super) fn wire_type(ty: ColumnType) -> Type {
    match ty {
        ColumnType::Int => Type::INT8,
        ColumnType::Text => Type::TEXT,
        ColumnType::Bytes => Type::BYTEA,
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Problem> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(it) => it.to_sql(ty, out),
            Value::Text(it) => (&**it).to_sql(ty, out),
            Value::Bytes(it) => it.as_slice().to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Value, Problem> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Value::Int),
            Type::INT4 => i32::from_sql(ty, raw).map(Value::from),
            Type::BYTEA => Ok(Value::Bytes(raw.to_vec())),
            _ => Ok(Value::Text(std::str::from_utf8(raw)?.into())),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Value, Problem> {
        Ok(Value::Null)
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::TEXT, Type::VARCHAR, Type::BYTEA, Type::UNKNOWN].contains(ty)
    }
}
