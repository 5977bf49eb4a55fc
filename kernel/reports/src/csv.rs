//! CSV as spreadsheets in offices open it: UTF-8 with byte order mark, CRLF, and no text that would be taken for a formula.

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CsvCell {
    /// Words, possibly typed by a stranger.
    Text(String),
    /// Digits made by the program; a minus in front stays a minus.
    Number(String),
    /// Nothing.
    Empty,
}

/// What a document begins with, so that spreadsheets take it for UTF-8.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// The whole document. Its lines as [`csv_lines`] writes them.
pub fn csv_document(lines: impl IntoIterator<Item = Vec<CsvCell>>) -> String {
    let mut out = String::from(BYTE_ORDER_MARK);
    out.push_str(&csv_lines(lines));
    out
}

/// Some lines. A text that begins with `=`, `+`, `-`, `@`, their full-width forms, a tab or a line break gets an apostrophe in front,
/// because spreadsheets would run it.
pub fn csv_lines(lines: impl IntoIterator<Item = Vec<CsvCell>>) -> String {
    let mut out = String::new();
    for line in lines {
        let cells: Vec<String> = line.iter().map(cell).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn cell(cell: &CsvCell) -> String {
    match cell {
        CsvCell::Empty => String::new(),
        CsvCell::Number(digits) => digits.clone(),
        CsvCell::Text(text) if text.starts_with(RUN_BY_SPREADSHEETS) => quoted(&format!("'{text}")),
        CsvCell::Text(text) => quoted(text),
    }
}

const RUN_BY_SPREADSHEETS: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                csv_document([vec![CsvCell::Text(text.to_owned())]]),
                format!("\u{feff}{expected}\r\n"),
                "{text:?}"
            );
        };
        check("人民路", "人民路");
        check("=1+1", "'=1+1");
        check("+8613800000000", "'+8613800000000");
        check("-3", "'-3");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\t=1", "'\t=1");
        check("\u{ff1d}1", "'\u{ff1d}1");
        check("\r=1", "\"'\r=1\"");
        check("甲,乙", "\"甲,乙\"");
        check("他说\"好\"", "\"他说\"\"好\"\"\"");
        check("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
        check("1=1", "1=1");
        check("", "");
    }

    #[test]
    fn numbers_stay_numbers() {
        let line = vec![
            CsvCell::Number("-2.50".to_owned()),
            CsvCell::Empty,
            CsvCell::Number("3".to_owned()),
        ];
        assert_eq!(csv_document([line]), "\u{feff}-2.50,,3\r\n");
    }
}
