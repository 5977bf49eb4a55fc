//! `yiwang import --server URL`: the same rows over the API, with the rights of the token in `YIWANG_TOKEN`.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use serde_json::{Value as Json, json};
use yiwang_types::{Fault, Offset};

use crate::{import, packages};

/// Rows of one request.
const ROWS: usize = 500;

/// Sends a file to a server, some hundred rows at a time.
///
/// # Errors
/// When there is no token, the server cannot be reached or refuses.
pub fn import(server: &str, register: &str, mapping: Option<&str>, bytes: &[u8]) -> anyhow::Result<ExitCode> {
    let token = std::env::var("YIWANG_TOKEN").ok().filter(|it| !it.is_empty());
    let token = token.context("YIWANG_TOKEN 没有设置;请管理员发一个有导入权限的令牌")?;
    let definitions = yiwang_registry::compile(&packages::embedded(), Offset::CHINA);
    let definition = import::mapping(&definitions.model, register, mapping)?;
    let url = format!("{}/api/v1/registers/{register}/import", server.trim_end_matches('/'));
    let (mut new, mut unchanged, mut refused) = (0, 0, 0);
    let rows = import::rows(&definition, bytes)?;
    for (part, some) in rows.chunks(ROWS).enumerate() {
        let mut body = String::new();
        let mut lines = Vec::new();
        for (line, row) in some {
            match row
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|row| Ok((row, yiwang_process::mapped(&definition, row)?)))
            {
                Ok((row, mut fields)) => {
                    let notes = yiwang_process::notes_of(&definition, row, &fields);
                    // A program fills open fields only; what is computed otherwise stays in the first history entry.
                    let target = definitions.model.registers.get(register);
                    fields.retain(|name, _| target.is_none_or(|it| it.field(name).is_none_or(|field| !field.computed)));
                    body.push_str(&format!("{}\n", json!({ "fields": fields, "notes": notes })));
                    lines.push(*line);
                }
                Err(fault) => {
                    refused += 1;
                    say(*line, &fault);
                }
            }
        }
        let answer = send(&url, &token, &body)?;
        let count = |name: &str| answer.get(name).and_then(Json::as_u64).unwrap_or(0);
        new += count("new");
        unchanged += count("unchanged");
        refused += count("refused");
        for error in answer
            .get("errors")
            .and_then(Json::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default()
        {
            let at = error
                .get("line")
                .and_then(Json::as_u64)
                .and_then(|it| usize::try_from(it).ok())
                .unwrap_or(1);
            let line = lines.get(at.saturating_sub(1)).copied().unwrap_or(0);
            eprintln!(
                "第 {line} 行未收:{} {}",
                error.get("detail").and_then(Json::as_str).unwrap_or_default(),
                error.get("errors").unwrap_or(&Json::Null)
            );
        }
        eprintln!(
            "已读 {} 行:new={new} unchanged={unchanged} refused={refused}",
            (part * ROWS) + some.len()
        );
    }
    println!("new={new} unchanged={unchanged} refused={refused}");
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn say(line: u64, fault: &Fault) {
    let fields: Vec<String> = fault.fields.iter().map(|it| format!("{}:{}", it.field, it.message)).collect();
    eprintln!("第 {line} 行未收:{} {}", fault.detail, fields.join(";"));
}

fn send(url: &str, token: &str, body: &str) -> anyhow::Result<Json> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent
        .post(url)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/x-ndjson");
    let mut answer = request.send(body).with_context(|| format!("连不上 {url}"))?;
    let status = answer.status();
    let text = answer.body_mut().read_to_string().context("服务的答复读不完整")?;
    let json: Json = serde_json::from_str(&text).with_context(|| format!("服务答复 {status},不是 JSON"))?;
    if !status.is_success() {
        bail!(
            "服务拒绝({status}):{}",
            json.get("detail").and_then(Json::as_str).unwrap_or_default()
        );
    }
    Ok(json)
}
