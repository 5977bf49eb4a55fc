//! All built-in functions of DMN 1.3 and some of 1.4, with their parameter names.

use super::{Entry, Run, context, convert, date, list, number, pattern, range, statistics, text};

macro_rules! entries {
    ($($name:literal $kind:ident $run:path : $([$($parameter:literal),*])+ ;)*) => {
        pub(super) static ENTRIES: &[Entry] =
            &[$(Entry { name: $name, forms: &[$(&[$($parameter),*]),+], run: Run::$kind($run) }),*];
    };
}

entries! {
    "date" Pure convert::date: ["from"] ["year", "month", "day"];
    "date and time" Pure convert::date_and_time: ["from"] ["date", "time"]
        ["year", "month", "day", "hour", "minute", "second", "offset?"];
    "time" Pure convert::time: ["from"] ["hour", "minute", "second", "offset?"];
    "number" Pure convert::number: ["from", "grouping separator?", "decimal separator?"];
    "string" Costly convert::string: ["from"];
    "duration" Pure convert::duration: ["from"];
    "years and months duration" Pure convert::years_and_months_duration: ["from", "to"];
    "not" Pure convert::not: ["negand"];

    "substring" Pure text::substring: ["string", "start position", "length?"];
    "string length" Pure text::string_length: ["string"];
    "upper case" Pure text::upper_case: ["string"];
    "lower case" Pure text::lower_case: ["string"];
    "substring before" Pure text::substring_before: ["string", "match"];
    "substring after" Pure text::substring_after: ["string", "match"];
    "contains" Pure text::contains: ["string", "match"];
    "starts with" Pure text::starts_with: ["string", "match"];
    "ends with" Pure text::ends_with: ["string", "match"];
    "string join" Costly text::string_join: ["list", "delimiter?", "prefix?", "suffix?"];
    "trim" Pure text::trim: ["string"];
    "matches" Matching pattern::matches: ["input", "pattern", "flags?"];
    "replace" Matching pattern::replace: ["input", "pattern", "replacement", "flags?"];
    "split" Matching pattern::split: ["string", "delimiter"];

    "list contains" Costly list::list_contains: ["list", "element"];
    "count" Pure list::count: ["list"];
    "sublist" Pure list::sublist: ["list", "start position", "length?"];
    "append" Pure list::append: ["list", "item*"];
    "concatenate" Costly list::concatenate: ["list*"];
    "insert before" Pure list::insert_before: ["list", "position", "newItem"];
    "remove" Pure list::remove: ["list", "position"];
    "list replace" Costly list::list_replace: ["list", "position", "newItem"] ["list", "match", "newItem"];
    "reverse" Pure list::reverse: ["list"];
    "index of" Costly list::index_of: ["list", "match"];
    "union" Costly list::union: ["list*"];
    "distinct values" Costly list::distinct_values: ["list"];
    "flatten" Costly list::flatten: ["list"];
    "sort" Costly list::sort: ["list", "precedes?"];

    "min" Costly statistics::min: ["list*"];
    "max" Costly statistics::max: ["list*"];
    "sum" Pure statistics::sum: ["list*"];
    "product" Pure statistics::product: ["list*"];
    "mean" Pure statistics::mean: ["list*"];
    "median" Pure statistics::median: ["list*"];
    "stddev" Pure statistics::stddev: ["list*"];
    "mode" Pure statistics::mode: ["list*"];
    "all" Pure statistics::all: ["list*"];
    "any" Pure statistics::any: ["list*"];

    "decimal" Pure number::decimal: ["n", "scale"];
    "floor" Pure number::floor: ["n", "scale?"];
    "ceiling" Pure number::ceiling: ["n", "scale?"];
    "round up" Pure number::round_up: ["n", "scale?"];
    "round down" Pure number::round_down: ["n", "scale?"];
    "round half up" Pure number::round_half_up: ["n", "scale?"];
    "round half down" Pure number::round_half_down: ["n", "scale?"];
    "abs" Pure number::abs: ["n"] ["number"];
    "modulo" Pure number::modulo: ["dividend", "divisor"];
    "sqrt" Costly number::sqrt: ["number"];
    "log" Costly number::log: ["number"];
    "exp" Costly number::exp: ["number"];
    "odd" Pure number::odd: ["number"];
    "even" Pure number::even: ["number"];

    "is" Pure date::is: ["value1", "value2"];
    "day of week" Pure date::day_of_week: ["date"];
    "day of year" Pure date::day_of_year: ["date"];
    "week of year" Pure date::week_of_year: ["date"];
    "month of year" Pure date::month_of_year: ["date"];
    "now" Costly date::now: [];
    "today" Costly date::today: [];

    "get value" Pure context::get_value: ["m", "key"] ["m", "keys"] ["context", "key"] ["context", "keys"];
    "get entries" Pure context::get_entries: ["m"] ["context"];
    "context" Pure context::context: ["entries"];
    "context put" Costly context::context_put: ["context", "key", "value"] ["context", "keys", "value"];
    "context merge" Costly context::context_merge: ["contexts"];

    "before" Costly range::before: ["point1", "point2"] ["point", "range"] ["range", "point"] ["range1", "range2"];
    "after" Costly range::after: ["point1", "point2"] ["point", "range"] ["range", "point"] ["range1", "range2"];
    "meets" Costly range::meets: ["range1", "range2"];
    "met by" Costly range::met_by: ["range1", "range2"];
    "overlaps" Costly range::overlaps: ["range1", "range2"];
    "overlaps before" Costly range::overlaps_before: ["range1", "range2"];
    "overlaps after" Costly range::overlaps_after: ["range1", "range2"];
    "finishes" Costly range::finishes: ["point", "range"] ["range1", "range2"];
    "finished by" Costly range::finished_by: ["range", "point"] ["range1", "range2"];
    "includes" Costly range::includes: ["range", "point"] ["range1", "range2"];
    "during" Costly range::during: ["point", "range"] ["range1", "range2"];
    "starts" Costly range::starts: ["point", "range"] ["range1", "range2"];
    "started by" Costly range::started_by: ["range", "point"] ["range1", "range2"];
    "coincides" Costly range::coincides: ["point1", "point2"] ["range1", "range2"];
    // the next function goes here
}
