//! The figures for people.

use super::{float, http, loops};
use crate::lists::percentile;

/// Process engines.
pub fn engines(lines: &[loops::Line]) {
    println!("\nProcess engines: start, user task, exclusive gateway, end; parsed once");
    println!(
        "{:<15} {:<12} {:>9} {:>12} {:>14} {:>9} {:>12} {:>16}",
        "", "state in", "instances", "1/s by wall", "1/CPU-second", "peak MB", "state bytes", "database CPU ms"
    );
    for line in lines {
        let database = if line.mode.starts_with("postgres") {
            format!("{:.2}", line.database_cpu_s * 1000.0 / float(line.took.count))
        } else {
            String::new()
        };
        let state = if line.took.state_bytes > 0.0 {
            format!("{:.0}", line.took.state_bytes)
        } else {
            String::new()
        };
        println!(
            "{:<15} {:<12} {:>9} {:>12.0} {:>14.0} {:>9.0} {state:>12} {database:>16}",
            line.name,
            line.mode,
            line.took.count,
            line.per_s(),
            line.per_cpu_s(),
            line.took.rss_mb
        );
    }
}

/// Data over HTTP.
pub fn http(lines: &[http::Line]) {
    println!(
        "\nOne register over HTTP, 8 connections: requests in a second, p50 in ms, CPU of the server (and of its PostgreSQL) in ms"
    );
    println!(
        "{:<10} {:<9} {:<28} {:<28} {:<28} {:<28} {:>7} {:>6}",
        "", "data in", "create one", "read one", "list 20, filter and sort", "update one", "peak MB", "errors"
    );
    for line in lines {
        print!("{:<10} {:<9}", line.name, line.mode);
        for took in &line.took {
            let answers = float(took.calls.len());
            let mut cpu = format!("{:.2}", took.cpu_s * 1000.0 / answers);
            if line.mode == "postgres" {
                cpu += &format!("+{:.2}", took.database_cpu_s * 1000.0 / answers);
            }
            let rate = format!("{:.0}/s {:.1} {cpu}", answers / took.seconds, percentile(&took.calls, 50));
            print!(" {rate:<28}");
        }
        let errors: usize = line.took.iter().map(|it| it.errors).sum();
        println!(" {:>7.0} {errors:>6}", line.rss_mb);
    }
}
