//! Lists under 16 readers who ask again as soon as they are answered.

use std::cell::RefCell;
use std::rc::Rc;

use crate::client::Client;
use crate::lanes;
use crate::load::{TOGETHER, milliseconds};
use crate::server::{Cookies, Server};
use crate::watch::Watch;

/// Who asks for what.
pub type Question = (&'static str, &'static str);

/// The first page of everybody's work, as the console opens with it.
pub const TASKS: &[Question] = &[
    ("intake1", "/api/v1/tasks?box=todo"),
    ("dispatcher1", "/api/v1/tasks?box=todo"),
    ("handler1", "/api/v1/tasks?box=todo"),
    ("handler2", "/api/v1/tasks?box=todo"),
    ("collector1", "/api/v1/tasks?box=todo"),
    ("collector2", "/api/v1/tasks?box=todo"),
    ("chief1", "/api/v1/tasks?box=todo"),
    ("intake1", "/api/v1/tasks?box=done"),
];

/// A list of cases with the columns that the console shows where nobody has chosen others, and what else is asked.
macro_rules! cases {
    ($asked:literal) => {
        concat!(
            "/api/v1/registers/urban_case/records?fields=title,report_number,case_number,reported_at,handler,source,class,division",
            $asked
        )
    };
}

/// Lists of cases: all, by state, by class and unit, sorted, whole records, within narrow scopes.
pub const CASES: &[Question] = &[
    ("chief1", cases!("")),
    ("chief1", cases!("&filter=status%20%3D%20'CLOSED'")),
    ("intake1", cases!("&filter=status%20%3D%20'NOT_ACCEPTED'&sort=-reported_at")),
    (
        "dispatcher1",
        cases!("&filter=class%20%3D%20'E0110'%20AND%20handler%20%3D%20'shizheng'"),
    ),
    ("intake1", cases!("&sort=-created_at&limit=50")),
    ("intake1", "/api/v1/registers/urban_case/records"),
    ("handler1", cases!("")),
    ("collector1", cases!("")),
    ("leader1", cases!("")),
];

/// What a stretch of lists took.
#[derive(Debug, Default)]
pub struct Read {
    /// Milliseconds of each answer.
    pub calls: Vec<f64>,
    /// Milliseconds of each answer by question.
    pub by_question: Vec<(usize, f64)>,
    /// Seconds in all.
    pub seconds: f64,
}

/// Asks for so many seconds.
///
/// # Errors
/// When an answer is not 200.
pub async fn ask(server: &Server, cookies: &Cookies, questions: &'static [Question], seconds: f64) -> anyhow::Result<Read> {
    let watch = Watch::start();
    let read = Rc::new(RefCell::new(Read::default()));
    let mut readers = Vec::new();
    for reader in 0..TOGETHER {
        let (address, cookies, read) = (server.address.clone(), cookies.clone(), Rc::clone(&read));
        let one = async move {
            let mut client = Client::connect(&address).await?;
            let order = questions.iter().enumerate().cycle().skip(reader);
            for (at, (who, path)) in order {
                if watch.seconds() > seconds {
                    break;
                }
                let watch = Watch::start();
                client.get(path, cookies.of(who)).await?.expect(200)?;
                let mut read = read.borrow_mut();
                read.calls.push(milliseconds(watch));
                read.by_question.push((at, milliseconds(watch)));
            }
            anyhow::Ok(())
        };
        readers.push(one);
    }
    lanes::all(readers).await?;
    let mut read = read.take();
    read.seconds = watch.seconds();
    Ok(read)
}

/// The value below which so many of a hundred lie.
pub fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(0.0)
}
