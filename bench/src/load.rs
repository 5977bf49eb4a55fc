//! Lifecycles over HTTP: six calls each, so many at a time, each answered after its commit; then the wait until nothing is due any more.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;

use crate::case::{Case, REGISTER};
use crate::client::Client;
use crate::lanes;
use crate::server::{Cookies, Server};
use crate::watch::Watch;

/// Lifecycles, or readers, at a time.
pub const TOGETHER: usize = 16;
/// The picture of every repair.
pub const PHOTO: &[u8] = include_bytes!("photo.png");

const BOUNDARY: &str = "yiwang-bench-boundary";

/// What a stretch of lifecycles took.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Lifecycles acknowledged to their end.
    pub lifecycles: u64,
    /// Calls that were answered with an error, each with what was said.
    pub errors: Vec<String>,
    /// Seconds from the first call to the last answer.
    pub seconds: f64,
    /// Milliseconds of each call.
    pub calls: Vec<f64>,
}

/// How long, and with which cases.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Cases are drawn from this seed.
    pub seed: u64,
    /// No lifecycle begins after this.
    pub seconds: f64,
    /// Nor are there more than this.
    pub most: u64,
}

#[derive(Deserialize)]
struct Saved {
    #[serde(default)]
    id: String,
    #[serde(default)]
    answer: Answer,
}

#[derive(Default, Deserialize)]
struct Answer {
    #[serde(default)]
    tasks: Vec<Task>,
}

#[derive(Deserialize)]
struct Task {
    id: String,
}

/// Uploads made before the clock starts, by handler; each serves one case. When they run out, a case makes its own beside its six calls.
#[derive(Default)]
pub struct Photos {
    one: RefCell<Vec<String>>,
    two: RefCell<Vec<String>>,
}

impl Photos {
    /// Uploads so many of each of two handlers.
    ///
    /// # Errors
    /// When the server does not take them.
    pub async fn upload(server: &Server, cookies: &Cookies, each: usize) -> anyhow::Result<Photos> {
        let photos = Photos::default();
        let some = |user: &'static str, into| async move {
            let mut client = Client::connect(&server.address).await?;
            for _ in 0..each.div_ceil(4) {
                let id = upload(&mut client, cookies, user).await?;
                let into: &RefCell<Vec<String>> = into;
                into.borrow_mut().push(id);
            }
            anyhow::Ok(())
        };
        let (one, two) = (&photos.one, &photos.two);
        tokio::try_join!(
            some("handler1", one),
            some("handler1", one),
            some("handler1", one),
            some("handler1", one),
            some("handler2", two),
            some("handler2", two),
            some("handler2", two),
            some("handler2", two),
        )?;
        Ok(photos)
    }

    fn take(&self, handler: &str) -> Option<String> {
        let of = if handler == "handler1" { &self.one } else { &self.two };
        of.borrow_mut().pop()
    }
}

async fn upload(client: &mut Client, cookies: &Cookies, user: &str) -> anyhow::Result<String> {
    let head = "content-disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\ncontent-type: image/png";
    let mut body = format!("--{BOUNDARY}\r\n{head}\r\n\r\n").into_bytes();
    body.extend_from_slice(PHOTO);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let reply = client.send("POST", "/api/v1/files", cookies.of(user), &kind, &body).await?;
    let file: Task = serde_json::from_slice(reply.expect(reply.status.clamp(200, 201))?)?;
    Ok(file.id)
}

/// Plays lifecycles, [`TOGETHER`] at a time.
///
/// # Errors
/// When the server cannot be reached at all; a call that is refused is counted.
pub async fn play(server: &Server, cookies: &Cookies, photos: Rc<Photos>, stretch: Stretch) -> anyhow::Result<Run> {
    let watch = Watch::start();
    let number = Rc::new(Cell::new(0));
    let run = Rc::new(RefCell::new(Run::default()));
    let mut players = Vec::new();
    for _ in 0..TOGETHER {
        let (address, cookies, photos) = (server.address.clone(), cookies.clone(), Rc::clone(&photos));
        let (number, run) = (Rc::clone(&number), Rc::clone(&run));
        let player = async move {
            let mut client = Client::connect(&address).await?;
            while watch.seconds() < stretch.seconds && number.get() < stretch.most {
                let case = Case::draw(stretch.seed, number.replace(number.get() + 1));
                match lifecycle(&mut client, &cookies, &case, &photos, &run).await {
                    Ok(()) => run.borrow_mut().lifecycles += 1,
                    Err(error) => {
                        run.borrow_mut().errors.push(format!("{error:#}"));
                        client = Client::connect(&address).await?;
                    }
                }
            }
            anyhow::Ok(())
        };
        players.push(player);
    }
    lanes::all(players).await?;
    let mut run = run.take();
    run.seconds = watch.seconds();
    Ok(run)
}

async fn lifecycle(
    client: &mut Client,
    cookies: &Cookies,
    case: &Case,
    photos: &Photos,
    run: &RefCell<Run>,
) -> anyhow::Result<()> {
    let photo = match photos.take(case.handler) {
        Some(it) => it,
        None => upload(client, cookies, case.handler).await?,
    };
    let watch = Watch::start();
    let path = format!("/api/v1/registers/{REGISTER}/records");
    let body = serde_json::to_string(&case.fields)?;
    let reply = client.post(&path, cookies.of(case.reporter), &body).await?;
    let mut saved: Saved = serde_json::from_slice(reply.expect(201).context("report")?)?;
    let case_id = std::mem::take(&mut saved.id);
    run.borrow_mut().calls.push(milliseconds(watch));
    for step in case.steps(&photo) {
        let watch = Watch::start();
        let task = saved.answer.tasks.first().context("no task is open")?;
        let path = format!("/api/v1/tasks/{}/complete", task.id);
        let reply = client.post(&path, cookies.of(step.who), &step.body()).await?;
        let said = reply.expect(200).with_context(|| format!("{} of {case_id}", step.outcome))?;
        saved = serde_json::from_slice(said)?;
        run.borrow_mut().calls.push(milliseconds(watch));
    }
    Ok(())
}

/// Milliseconds since.
pub fn milliseconds(watch: Watch) -> f64 {
    watch.seconds() * 1000.0
}

/// Waits until nothing is due any more; seconds it took.
///
/// # Errors
/// When it takes longer than 10 seconds, or the database does not answer.
pub async fn drained(mut due: impl AsyncFnMut() -> anyhow::Result<i64>) -> anyhow::Result<f64> {
    let watch = Watch::start();
    loop {
        let left = due().await?;
        if left == 0 {
            return Ok(watch.seconds());
        }
        anyhow::ensure!(watch.seconds() < 10.0, "{left} timers and jobs are still due after 10 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
