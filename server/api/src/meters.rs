//! Counters of the server, written out in the Prometheus text format. Plain atomics: a request costs three additions.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::routes::RouteInfo;

/// Statuses this server gives; anything else is counted under the last one.
const STATUSES: [u16; 24] = [
    200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 431, 500, 503, 504, 101, 501, 0,
];
/// Upper bounds of the duration buckets in microseconds.
const BOUNDS: [u64; 13] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000, 30_000_000,
];

struct Meter {
    statuses: [AtomicU64; STATUSES.len()],
    buckets: [AtomicU64; BOUNDS.len()],
    micros: AtomicU64,
}

impl Default for Meter {
    fn default() -> Meter {
        Meter {
            statuses: std::array::from_fn(|_| AtomicU64::new(0)),
            buckets: std::array::from_fn(|_| AtomicU64::new(0)),
            micros: AtomicU64::new(0),
        }
    }
}

/// One meter a route.
pub(crate) struct Meters(Vec<(Arc<RouteInfo>, Meter)>);

impl Meters {
    pub(crate) fn new(routes: &[Arc<RouteInfo>]) -> Meters {
        Meters(routes.iter().map(|it| (Arc::clone(it), Meter::default())).collect())
    }

    pub(crate) fn note(&self, route: &RouteInfo, status: u16, took: Duration) {
        let Some((_, meter)) = self.0.get(route.number) else { return };
        let at = STATUSES.iter().position(|it| *it == status).unwrap_or(STATUSES.len() - 1);
        if let Some(count) = meter.statuses.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = BOUNDS
            .iter()
            .position(|it| micros <= *it)
            .and_then(|at| meter.buckets.get(at))
        {
            bucket.fetch_add(1, Ordering::Relaxed);
        }
        meter.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Appends requests and durations by route; routes nobody asked for are left out.
    pub(crate) fn write(&self, out: &mut String) {
        heading(out, "yiwang_http_requests_total", "counter", "Requests by route and status.");
        for (route, meter) in self.used() {
            for (status, count) in STATUSES.iter().zip(&meter.statuses) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let _ = writeln!(
                        out,
                        "yiwang_http_requests_total{{{},status=\"{status}\"}} {count}",
                        labels(route)
                    );
                }
            }
        }
        let name = "yiwang_http_request_duration_seconds";
        heading(out, name, "histogram", "Time from the first byte of a request to its answer.");
        for (route, meter) in self.used() {
            let labels = labels(route);
            let mut sum = 0;
            for (bound, count) in BOUNDS.iter().zip(&meter.buckets) {
                sum += count.load(Ordering::Relaxed);
                let _ = writeln!(out, "{name}_bucket{{{labels},le=\"{}\"}} {sum}", seconds(*bound));
            }
            let all = meter.total();
            let _ = writeln!(out, "{name}_bucket{{{labels},le=\"+Inf\"}} {all}");
            let _ = writeln!(
                out,
                "{name}_sum{{{labels}}} {}",
                seconds(meter.micros.load(Ordering::Relaxed))
            );
            let _ = writeln!(out, "{name}_count{{{labels}}} {all}");
        }
    }

    fn used(&self) -> impl Iterator<Item = (&RouteInfo, &Meter)> {
        self.0
            .iter()
            .filter(|(_, meter)| meter.total() > 0)
            .map(|(route, meter)| (route.as_ref(), meter))
    }
}

impl Meter {
    fn total(&self) -> u64 {
        self.statuses.iter().map(|it| it.load(Ordering::Relaxed)).sum()
    }
}

pub(crate) fn heading(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn labels(route: &RouteInfo) -> String {
    format!("method=\"{}\",route=\"{}\"", route.method, route.path)
}

/// Microseconds as seconds without a float: `2500` is `0.0025`.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::tests::info;

    #[test]
    fn prometheus_text() {
        let route = Arc::new(info("/tasks"));
        let meters = Meters::new(&[Arc::clone(&route)]);
        let mut empty = String::new();
        meters.write(&mut empty);
        assert_eq!(empty.lines().filter(|it| !it.starts_with('#')).count(), 0);
        meters.note(&route, 200, Duration::from_micros(900));
        meters.note(&route, 200, Duration::from_micros(2_600));
        meters.note(&route, 418, Duration::from_secs(31));
        let mut text = String::new();
        meters.write(&mut text);
        for line in [
            "yiwang_http_requests_total{method=\"GET\",route=\"/tasks\",status=\"200\"} 2",
            "yiwang_http_requests_total{method=\"GET\",route=\"/tasks\",status=\"0\"} 1",
            "yiwang_http_request_duration_seconds_bucket{method=\"GET\",route=\"/tasks\",le=\"0.0005\"} 0",
            "yiwang_http_request_duration_seconds_bucket{method=\"GET\",route=\"/tasks\",le=\"0.001\"} 1",
            "yiwang_http_request_duration_seconds_bucket{method=\"GET\",route=\"/tasks\",le=\"30\"} 2",
            "yiwang_http_request_duration_seconds_bucket{method=\"GET\",route=\"/tasks\",le=\"+Inf\"} 3",
            "yiwang_http_request_duration_seconds_sum{method=\"GET\",route=\"/tasks\"} 31.0035",
            "yiwang_http_request_duration_seconds_count{method=\"GET\",route=\"/tasks\"} 3",
        ] {
            assert!(text.lines().any(|it| it == line), "{line}\n{text}");
        }
    }
}
