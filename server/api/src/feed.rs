//! Telling open pages that something changed. While anybody listens, the node follows the change log of the database, so it does not matter
//! which node wrote; nobody is told what changed, only that it is worth asking again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;
use yiwang_records::Records;
use yiwang_types::{Code, Fault};

use crate::places::{Full, Place, Places};

/// Between two looks at the change log.
const LOOK: Duration = Duration::from_millis(500);
/// Listeners of a node at a time.
const LISTENERS: usize = 2_000;
/// Of one person: open pages in all windows.
const OWN_LISTENERS: usize = 20;

/// The changes of matters, as news for any number of listeners.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    places: Places,
}

struct Shared {
    records: Records,
    /// Counts the times that something changed; 0 until the log is followed.
    news: watch::Sender<u64>,
    /// Whether somebody follows the log.
    followed: Mutex<bool>,
}

/// Somebody who is told.
pub(crate) struct Listener {
    news: watch::Receiver<u64>,
    _place: Place,
}

impl Feed {
    pub(crate) fn new(records: Records) -> Feed {
        let shared = Shared {
            records,
            news: watch::Sender::new(0),
            followed: Mutex::new(false),
        };
        Feed {
            shared: Arc::new(shared),
            places: Places::new(LISTENERS, OWN_LISTENERS),
        }
    }

    /// Listens from now on, for somebody.
    pub(crate) fn listen(&self, who: &str) -> Result<Listener, Fault> {
        let place = self.places.take(who).map_err(full)?;
        let mut followed = self.shared.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news = self.shared.news.subscribe();
        if !std::mem::replace(&mut *followed, true) {
            self.shared.news.send_replace(0);
            tokio::spawn(follow(Arc::clone(&self.shared)));
        }
        // Who comes while the log is followed asks once at once: he may have missed something since his last connection.
        if *news.borrow_and_update() > 0 {
            news.mark_changed();
        }
        Ok(Listener { news, _place: place })
    }
}

impl Listener {
    /// Waits for news; the first come as soon as nothing can be missed any more.
    pub(crate) async fn news(&mut self) {
        // The sender lives as long as the node.
        let _ = self.news.changed().await;
    }
}

fn full(full: Full) -> Fault {
    let fault = match full {
        Full::All => Fault::new(Code::Busy, "打开的页面太多,暂不自动刷新;请稍后再试。"),
        Full::Own => Fault::new(
            Code::TooManyRequests,
            format!("同一个人打开的页面超过 {OWN_LISTENERS} 个,这一页不自动刷新;请关掉一些。"),
        ),
    };
    fault.after_ms(5_000)
}

/// Follows the log until nobody listens.
async fn follow(shared: Arc<Shared>) {
    let mut tick = tokio::time::interval(LOOK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut follower = None;
    loop {
        tick.tick().await;
        {
            let mut followed = shared.followed.lock().unwrap_or_else(PoisonError::into_inner);
            if shared.news.receiver_count() == 0 {
                *followed = false;
                return;
            }
        }
        let told = match &mut follower {
            None => shared.records.follow().await.map(|it| {
                follower = Some(it);
                true
            }),
            Some(it) => it.next().await.map(|registers| {
                let model = shared.records.model();
                let moves = |name: &String| model.registers.get(name).is_some_and(|it| it.process.is_some());
                registers.iter().any(moves)
            }),
        };
        match told {
            Ok(true) => shared.news.send_modify(|it| *it += 1),
            Ok(false) => {}
            Err(fault) => tracing::warn!(error = %fault, "The change log could not be read; it is tried again"),
        }
    }
}
