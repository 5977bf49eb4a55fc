//! App packages parsed and checked into one Model plus diagnostics. Reads no disk: the caller hands in the files.
//!
//! Every format is one table of keys (`formats`), from which files are checked and JSON Schemas are made. A mistake never
//! stops the reading: [`load`] reports all of them at once, with file, line, column, message and remedy.

mod app;
mod calendar;
mod dictionary;
mod expression;
mod field;
mod form;
mod formats;
mod import;
mod load;
mod model;
mod number;
mod overlay;
mod pattern;
mod read;
mod register;
mod report;
mod role;
mod rule;
mod shape;
mod sink;
mod suggest;
mod validate;
mod value;
mod words;
mod yaml;

pub use app::{App, DecisionSource, Overlay, Parameter, PortalTemplate, ProcessSource, Seed, TextFile};
pub use calendar::{Calendar, SpecialDay};
pub use dictionary::{Dictionary, Entry};
pub use expression::holds;
pub use field::{Column, Field, FieldType, FileKind, Mask, Physical};
pub use form::{Form, FormCreate, FormField, FormInto};
pub use formats::{Kind, json_schema};
pub use import::{Import, ImportField, ImportSource};
pub use load::{SourceFile, load};
pub use model::Model;
pub use number::{NumberAt, NumberPattern, NumberRule};
pub use pattern::Pattern;
pub use register::{Place, Register, Similar, system_fields};
pub use report::{Grain, Measure, MeasureKind, Period, Report, ReportOrder};
pub use role::{Grant, GrantAction, GrantTarget, Role, Scope};
pub use rule::{Rule, check_rules};
pub use suggest::nearest;
pub use validate::{Dictionaries, FormValues, Mode, Values, record_context, validate, validate_form, validate_internal};
pub use value::{FieldValue, POINT_SCALE, scaled_text, values_to_json};
pub use words::{FoundWord, dead_words};
pub use yaml::yaml_to_json;
