//! CQL2 text against a register: every property is looked up, every literal read as the field's type, every masked field refused.

use yiwang_authz::FieldAccess;
use yiwang_model::{Field, FieldType, Register};
use yiwang_store::cql2::{self, Expr, Geometry, Operand};
use yiwang_store::{Cmp, Filter, Value};
use yiwang_types::{Code, Decimal, Fault, FieldFault, Instant};

use crate::column;
use crate::keys::KeyRing;
use crate::tables;

/// A filter ready for the query.
pub(crate) struct Parsed {
    pub filter: Filter,
    /// Masked fields that were compared for equality: the look-up is audited.
    pub looked_up: Vec<String>,
}

struct Reader<'a> {
    register: &'a Register,
    keys: &'a KeyRing,
    sight: Sight<'a>,
    looked_up: Vec<String>,
    /// A masked field was looked up by a value.
    guessed: bool,
    /// Values of all IN so far.
    values: usize,
}

/// How the reader sees a field on every record within his scope; masked where that differs from record to record.
pub(crate) type Sight<'a> = &'a dyn Fn(&str) -> FieldAccess;

/// A property: a field of the register or a system column.
enum Property<'a> {
    Field(&'a Field),
    System(&'static str, FieldType),
}

/// Columns of every register that may be filtered.
const SYSTEM: &[(&str, FieldType)] = &[
    ("id", FieldType::Text),
    ("status", FieldType::Text),
    ("version", FieldType::Integer),
    ("created_at", FieldType::DateTime),
    ("updated_at", FieldType::DateTime),
];

/// Most values of all IN of one condition together: each stands in a statement once for every branch of a scope, and a statement has a
/// bound too.
const MOST_VALUES: usize = 1_000;
/// Most signs of a LIKE pattern.
const LONGEST_PATTERN: usize = 1_000;

/// Reads a filter; none or blank text is no condition.
pub(crate) fn parse(register: &Register, text: Option<&str>, keys: &KeyRing, sight: Sight<'_>) -> Result<Parsed, Fault> {
    let Some(text) = text.filter(|it| !it.trim().is_empty()) else {
        return Ok(Parsed {
            filter: Filter::True,
            looked_up: vec![],
        });
    };
    if text.contains('\0') {
        return Err(bad("筛选条件里有不能用的字符;去掉它再试。".to_owned()));
    }
    let parsed = cql2::parse(text).map_err(|err| Fault::new(Code::BadFilter, err.to_string()))?;
    let mut reader = Reader {
        register,
        keys,
        sight,
        looked_up: Vec::new(),
        guessed: false,
        values: 0,
    };
    let filter = reader.expr(&parsed)?;
    Ok(Parsed {
        filter,
        looked_up: reader.looked_up,
    })
}

/// Reads a condition that is counted by: a masked field is refused altogether, as a count by equality would tell its values.
pub(crate) fn parse_uncovered(register: &Register, text: &str, keys: &KeyRing, sight: Sight<'_>) -> Result<Filter, Fault> {
    let parsed = parse(register, Some(text), keys, sight)?;
    match parsed.looked_up.first().and_then(|it| register.field(it)) {
        Some(field) => Err(Fault::new(
            Code::MaskedField,
            format!("“{}”是脱敏字段,不能用来统计。", field.title),
        )),
        None => Ok(parsed.filter),
    }
}

/// The column that holds the keyed hashes of a sealed field.
pub(crate) fn hash_column(field: &Field) -> String {
    format!("{}_hash", field.name)
}

fn bad(message: String) -> Fault {
    Fault::new(Code::BadFilter, message)
}

impl<'a> Reader<'a> {
    fn expr(&mut self, expr: &Expr) -> Result<Filter, Fault> {
        Ok(match expr {
            Expr::And(all) => Filter::And(all.iter().map(|it| self.expr(it)).collect::<Result<_, _>>()?),
            Expr::Or(any) => Filter::Or(any.iter().map(|it| self.expr(it)).collect::<Result<_, _>>()?),
            Expr::Not(it) => Filter::Not(Box::new(self.expr(it)?)),
            Expr::Always(true) => Filter::True,
            Expr::Always(false) => Filter::False,
            Expr::Compare { left, op, right } => self.compare(left, *op, right)?,
            Expr::In { item, list } => {
                let property = self.property(item)?;
                self.values += list.len();
                if self.values > MOST_VALUES {
                    return Err(bad(format!("一个条件里的 IN 合起来最多写 {MOST_VALUES} 个值;请分几次查。")));
                }
                if let Some(field) = property.sealed(self.sight) {
                    let hashes = list.iter().map(|it| self.hash_of(field, it)).collect::<Result<_, _>>()?;
                    return Ok(Filter::In {
                        column: hash_column(field),
                        values: hashes,
                    });
                }
                let values = list.iter().map(|it| property.literal(it)).collect::<Result<_, _>>()?;
                Filter::In {
                    column: property.column(),
                    values,
                }
            }
            Expr::Between { item, low, high } => {
                let property = self.ordered(item)?;
                Filter::Between {
                    column: property.column(),
                    low: property.literal(low)?,
                    high: property.literal(high)?,
                }
            }
            Expr::Like { item, pattern } => {
                let property = self.ordered(item)?;
                if !property.is_text() {
                    return Err(bad(format!("“{}”不是文字,不能用 LIKE;请用比较。", property.title())));
                }
                let escapes = pattern.chars().rev().take_while(|it| *it == '\\').count();
                if escapes % 2 == 1 || pattern.chars().count() > LONGEST_PATTERN {
                    return Err(bad(format!("LIKE 的式样最多 {LONGEST_PATTERN} 个字,末尾的反斜线要写两个。")));
                }
                Filter::Like {
                    column: property.column(),
                    pattern: pattern.clone(),
                }
            }
            Expr::IsNull(item) => {
                let property = self.property(item)?;
                if let Property::Field(field) = &property
                    && (self.sight)(&field.name) != FieldAccess::Clear
                {
                    return Err(masked(field));
                }
                Filter::IsNull(property.column())
            }
            Expr::Intersects { property, geometry } => self.intersects(property, geometry)?,
        })
    }

    fn compare(&mut self, left: &Operand, op: Cmp, right: &Operand) -> Result<Filter, Fault> {
        let (item, op, literal) = match (left, right) {
            (Operand::Property(_), Operand::Property(_)) => return Err(bad("不能比较两个字段;右边请写一个值。".to_owned())),
            (Operand::Property(_), _) => (left, op, right),
            (_, Operand::Property(_)) => (right, flip(op), left),
            _ => return Err(bad("比较的两边至少有一个是字段名。".to_owned())),
        };
        let property = self.property(item)?;
        if let Some(field) = property.sealed(self.sight) {
            return match op {
                Cmp::Eq => Ok(Filter::Cmp {
                    column: hash_column(field),
                    op,
                    value: self.hash_of(field, literal)?,
                }),
                _ => Err(masked(field)),
            };
        }
        Ok(Filter::Cmp {
            column: property.column(),
            op,
            value: property.literal(literal)?,
        })
    }

    /// The keyed hash by which equality on a sealed value goes; looking for it is audited.
    fn hash_of(&mut self, field: &Field, literal: &Operand) -> Result<Value, Fault> {
        let sight = (self.sight)(&field.name);
        if field.sensitive.is_none() || sight == FieldAccess::Hidden {
            return Err(masked(field));
        }
        // One whole value at a time: a list of guesses behind a mask would be a way around it.
        if sight == FieldAccess::Masked && std::mem::replace(&mut self.guessed, true) {
            return Err(Fault::new(
                Code::MaskedField,
                format!("“{}”是脱敏字段,一次只能按一个完整的值查。", field.title),
            ));
        }
        let (Operand::Text(text) | Operand::Number(text)) = literal else {
            return Err(masked(field));
        };
        let normal = normal_form(field, text)?;
        self.looked_up.push(field.name.clone());
        Ok(Value::Bytes(self.keys.hash(column::kind_of(field), &normal)))
    }

    fn property(&self, item: &Operand) -> Result<Property<'a>, Fault> {
        let Operand::Property(name) = item else {
            return Err(bad("这里要写字段名。".to_owned()));
        };
        let register: &'a Register = self.register;
        if let Some(field) = register.field(name) {
            let listed = field.many
                || matches!(
                    field.ty,
                    FieldType::Json | FieldType::Files | FieldType::Area | FieldType::Point
                );
            if listed {
                return Err(bad(format!("“{}”不能这样筛选;位置请用 S_INTERSECTS。", field.title)));
            }
            return Ok(Property::Field(field));
        }
        match SYSTEM.iter().find(|(column, _)| column == name) {
            Some((column, ty)) => Ok(Property::System(column, *ty)),
            None => Err(bad(format!(
                "登记簿“{}”没有字段“{name}”;可用的字段见登记簿说明。",
                register.title
            ))),
        }
    }

    fn ordered(&self, item: &Operand) -> Result<Property<'a>, Fault> {
        let property = self.property(item)?;
        match property.sealed(self.sight) {
            Some(field) => Err(masked(field)),
            None => Ok(property),
        }
    }

    fn intersects(&self, name: &str, geometry: &Geometry) -> Result<Filter, Fault> {
        match self.register.field(name) {
            Some(field) if (self.sight)(name) != FieldAccess::Clear => Err(masked(field)),
            Some(field) if field.ty == FieldType::Point => Ok(Filter::Intersects {
                x: format!("{name}_x"),
                y: format!("{name}_y"),
                shape: geometry.shape(),
            }),
            Some(field) => Err(bad(format!("“{}”不是位置字段,不能用 S_INTERSECTS。", field.title))),
            None => Err(bad(format!("登记簿“{}”没有字段“{name}”。", self.register.title))),
        }
    }
}

fn masked(field: &Field) -> Fault {
    Fault::new(
        Code::MaskedField,
        format!(
            "“{}”是脱敏或不可见的字段,不能这样查询;脱敏字段只能按完整的值相等查询。",
            field.title
        ),
    )
}

/// The value as it was normalised before it was sealed.
fn normal_form(field: &Field, text: &str) -> Result<String, Fault> {
    let normal = match field.ty {
        FieldType::Phone => yiwang_types::ident::phone(text),
        FieldType::CitizenId => yiwang_types::ident::citizen_id(text),
        FieldType::Uscc => yiwang_types::ident::uscc(text),
        FieldType::PersonName => yiwang_types::ident::person_name(text),
        _ => Ok(yiwang_types::text::one_line(text)),
    };
    normal.map_err(|why| {
        Fault::invalid(vec![FieldFault::new(
            field.name.as_str(),
            "format",
            why.to_string(),
            "填写完整的值",
        )])
    })
}

fn flip(op: Cmp) -> Cmp {
    match op {
        Cmp::Lt => Cmp::Gt,
        Cmp::Le => Cmp::Ge,
        Cmp::Gt => Cmp::Lt,
        Cmp::Ge => Cmp::Le,
        same => same,
    }
}

impl<'a> Property<'a> {
    fn title(&self) -> &str {
        match self {
            Property::Field(it) => &it.title,
            Property::System(name, _) => name,
        }
    }

    fn column(&self) -> String {
        match self {
            Property::Field(it) => it.name.clone(),
            Property::System(name, _) => (*name).to_owned(),
        }
    }

    fn ty(&self) -> FieldType {
        match self {
            Property::Field(it) => it.ty,
            Property::System(_, ty) => *ty,
        }
    }

    /// The field when its stored form is sealed or the reader sees it masked: clear comparison is impossible either way.
    fn sealed(&self, sight: Sight<'_>) -> Option<&'a Field> {
        match self {
            Property::Field(it) if it.sensitive.is_some() || sight(&it.name) != FieldAccess::Clear => Some(it),
            _ => None,
        }
    }

    fn is_text(&self) -> bool {
        tables::physical(&self.ty(), false)
            .iter()
            .all(|(_, ty)| *ty == yiwang_store::ColumnType::Text)
    }

    fn literal(&self, operand: &Operand) -> Result<Value, Fault> {
        let wrong = || {
            let (title, form) = (self.title(), form_of(self.ty()));
            bad(format!("“{title}”要和{form}比较。"))
        };
        let scale = match self {
            Property::Field(it) if it.ty == FieldType::Decimal => it.scale,
            _ => 2,
        };
        Ok(match (self.ty(), operand) {
            (FieldType::Integer, Operand::Number(it)) => Value::Int(it.parse().map_err(|_| wrong())?),
            (FieldType::Decimal | FieldType::Money, Operand::Number(it) | Operand::Text(it)) => {
                Value::Int(Decimal::parse(it).and_then(|it| it.to_scaled(scale)).ok_or_else(wrong)?)
            }
            (FieldType::Boolean, Operand::Boolean(it)) => Value::Int(i64::from(*it)),
            (FieldType::Date, Operand::Date(it)) => Value::Int(i64::from(it.days())),
            (FieldType::Date, Operand::Text(it)) => {
                Value::Int(i64::from(yiwang_types::Date::parse(it).ok_or_else(wrong)?.days()))
            }
            (FieldType::DateTime, Operand::Timestamp(it)) => Value::Int(it.millis()),
            (FieldType::DateTime, Operand::Text(it)) => Value::Int(Instant::parse(it).ok_or_else(wrong)?.millis()),
            (FieldType::Integer | FieldType::Boolean | FieldType::Date | FieldType::DateTime, _) => return Err(wrong()),
            (_, Operand::Text(it) | Operand::Number(it)) => Value::from(it.as_str()),
            _ => return Err(wrong()),
        })
    }
}

fn form_of(ty: FieldType) -> &'static str {
    match ty {
        FieldType::Integer => "整数",
        FieldType::Decimal | FieldType::Money => "数字",
        FieldType::Boolean => " TRUE 或 FALSE ",
        FieldType::Date => " DATE('2026-10-09') ",
        FieldType::DateTime => " TIMESTAMP('2026-10-09T16:30:00+08:00') ",
        _ => "加单引号的文字",
    }
}
