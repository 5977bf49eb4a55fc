//! `audit verify`: every chain recomputed from its rows, every digest compared with the content it speaks of.

use std::collections::BTreeMap;

use yiwang_store::{Filter, Row, Scope, Select, Sort, Value};
use yiwang_types::{Fault, Instant};

use crate::audit::{content_digest, row_hash};
use crate::engine::{Records, fault_of};
use crate::tables;

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFinding {
    /// The chain.
    pub chain: String,
    /// Row in it; 0 for the chain as a whole.
    pub seq: i64,
    /// What is wrong, in Chinese.
    pub message: String,
}

/// What was looked at and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Chains recomputed.
    pub chains: u64,
    /// Rows recomputed.
    pub rows: u64,
    /// Everything that does not fit.
    pub findings: Vec<AuditFinding>,
}

#[derive(Default)]
struct Walk {
    chain: String,
    seq: i64,
    head: Vec<u8>,
    digests: BTreeMap<i64, (Vec<u8>, Vec<u8>)>,
}

impl Records {
    /// Recomputes all chains.
    ///
    /// # Errors
    /// What the store says; what does not fit is in the report.
    pub async fn verify_audit(&self) -> Result<AuditReport, Fault> {
        let mut report = AuditReport::default();
        let mut walk = Walk::default();
        let mut select = audit_select();
        loop {
            let rows = self.store().select(&select).await.map_err(fault_of)?;
            for row in &rows {
                let chain = row.first().and_then(Value::as_text).unwrap_or_default();
                if chain != walk.chain {
                    self.finish(&walk, &mut report).await?;
                    walk = Walk {
                        chain: chain.to_owned(),
                        ..Walk::default()
                    };
                }
                check_row(row, &mut walk, &mut report);
            }
            match rows.last() {
                Some(last) if rows.len() >= 1000 => {
                    select.after = Some([0, 1, 10].iter().filter_map(|at| last.get(*at).cloned()).collect())
                }
                _ => break,
            }
        }
        self.finish(&walk, &mut report).await?;
        self.matters_without_chain(&mut report).await?;
        Ok(report)
    }

    /// The end of a chain must be what the matter (or the chain's own row) remembers, and every digest must fit its content.
    async fn finish(&self, walk: &Walk, report: &mut AuditReport) -> Result<(), Fault> {
        if walk.chain.is_empty() {
            return Ok(());
        }
        report.chains += 1;
        let (name, id) = walk.chain.split_once('/').unwrap_or_default();
        let matter = self.model().registers.contains_key(name);
        let remembered = if matter {
            self.store()
                .get(name, &[("id", Value::from(id))], &["audit_seq", "audit_head", "rid"])
                .await
                .map_err(fault_of)?
        } else {
            self.store()
                .get(
                    tables::CHAIN,
                    &[("chain", Value::from(walk.chain.as_str()))],
                    &["seq", "head"],
                )
                .await
                .map_err(fault_of)?
        };
        let Some(remembered) = remembered else {
            report.findings.push(walk.finding(0, "链所属的事项不存在"));
            return Ok(());
        };
        if remembered.first().and_then(Value::as_int) != Some(walk.seq) {
            report
                .findings
                .push(walk.finding(0, "链的长度与事项记载不符,末尾有缺失或多余"));
        } else if remembered.get(1).and_then(Value::as_bytes) != Some(walk.head.as_slice()) {
            report.findings.push(walk.finding(walk.seq, "链尾哈希与事项记载不符"));
        }
        if let (true, Some(rid)) = (matter, remembered.get(2).and_then(Value::as_int)) {
            self.check_history(rid, walk, report).await?;
        }
        Ok(())
    }

    async fn check_history(&self, rid: i64, walk: &Walk, report: &mut AuditReport) -> Result<(), Fault> {
        let select = Select {
            table: tables::HISTORY.to_owned(),
            columns: vec!["seq".to_owned(), "content".to_owned()],
            filter: Filter::Cmp {
                column: "record_rid".into(),
                op: yiwang_store::Cmp::Eq,
                value: Value::Int(rid),
            },
            scope: Scope::All,
            sort: vec![Sort {
                column: "seq".into(),
                descending: false,
            }],
            after: None,
            limit: 10_000,
        };
        let rows = self.store().select(&select).await.map_err(fault_of)?;
        let contents: BTreeMap<i64, &str> = rows
            .iter()
            .filter_map(|row| Some((row.first()?.as_int()?, row.get(1)?.as_text()?)))
            .collect();
        for (seq, (salt, digest)) in &walk.digests {
            match contents.get(seq) {
                None => report.findings.push(walk.finding(*seq, "历史记录缺失")),
                Some(content) if content_digest(salt, content).as_bytes() != digest.as_slice() => {
                    report.findings.push(walk.finding(*seq, "历史记录的内容与当时的摘要不符"));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// A record whose whole chain was removed shows up here.
    async fn matters_without_chain(&self, report: &mut AuditReport) -> Result<(), Fault> {
        for register in self.model().registers.values() {
            let audit = Select {
                table: tables::AUDIT.to_owned(),
                columns: vec!["object".to_owned()],
                filter: Filter::Cmp {
                    column: "seq".into(),
                    op: yiwang_store::Cmp::Eq,
                    value: Value::Int(1),
                },
                scope: Scope::All,
                sort: vec![],
                after: None,
                limit: 0,
            };
            let mut select = Select {
                table: register.name.clone(),
                columns: vec!["rid".to_owned(), "id".to_owned()],
                filter: Filter::True,
                scope: Scope::All,
                sort: vec![Sort {
                    column: "rid".into(),
                    descending: false,
                }],
                after: None,
                limit: 1000,
            };
            loop {
                let rows = self.store().select(&select).await.map_err(fault_of)?;
                let names: Vec<String> = rows
                    .iter()
                    .filter_map(|row| Some(format!("{}/{}", register.name, row.get(1)?.as_text()?)))
                    .collect();
                self.missing_chains(&audit, &names, report).await?;
                match rows.last() {
                    Some(last) if rows.len() >= 1000 => select.after = Some(last.iter().take(1).cloned().collect()),
                    _ => break,
                }
            }
        }
        Ok(())
    }

    async fn missing_chains(&self, audit: &Select, names: &[String], report: &mut AuditReport) -> Result<(), Fault> {
        if names.is_empty() {
            return Ok(());
        }
        let values = names.iter().map(|it| Value::from(it.as_str())).collect();
        let filter = Filter::And(vec![
            audit.filter.clone(),
            Filter::In {
                column: "chain".into(),
                values,
            },
        ]);
        let found = self
            .store()
            .select(&Select {
                columns: vec!["chain".into()],
                filter,
                limit: 1000,
                ..audit.clone()
            })
            .await
            .map_err(fault_of)?;
        let found: std::collections::HashSet<&str> = found.iter().filter_map(|row| row.first()?.as_text()).collect();
        for name in names.iter().filter(|it| !found.contains(it.as_str())) {
            report.findings.push(AuditFinding {
                chain: name.clone(),
                seq: 0,
                message: "事项没有审计链".to_owned(),
            });
        }
        Ok(())
    }
}

fn audit_select() -> Select {
    let columns = [
        "chain",
        "seq",
        "at",
        "subject",
        "on_behalf",
        "act",
        "object",
        "salt",
        "digest",
        "hash",
        "rid",
    ];
    let sort = ["chain", "seq", "rid"].map(|column| Sort {
        column: column.to_owned(),
        descending: false,
    });
    Select {
        table: tables::AUDIT.to_owned(),
        columns: columns.iter().map(|it| (*it).to_owned()).collect(),
        filter: Filter::True,
        scope: Scope::All,
        sort: sort.to_vec(),
        after: None,
        limit: 1000,
    }
}

fn check_row(row: &Row, walk: &mut Walk, report: &mut AuditReport) {
    report.rows += 1;
    let int = |at: usize| row.get(at).and_then(Value::as_int).unwrap_or_default();
    let text = |at: usize| row.get(at).and_then(Value::as_text);
    let bytes = |at: usize| row.get(at).and_then(Value::as_bytes).unwrap_or_default();
    let seq = int(1);
    if seq != walk.seq + 1 {
        report.findings.push(walk.finding(seq, "链中有缺失的行"));
    }
    let at = Instant::from_millis(int(2));
    let expected = row_hash(
        &walk.head,
        seq,
        at,
        text(3).unwrap_or_default(),
        text(4),
        text(5).unwrap_or_default(),
        text(6).unwrap_or_default(),
        bytes(8),
    );
    if expected.as_bytes() != bytes(9) {
        report.findings.push(walk.finding(seq, "行被改动:哈希不符"));
    }
    walk.seq = seq;
    walk.head = bytes(9).to_vec();
    walk.digests.insert(seq, (bytes(7).to_vec(), bytes(8).to_vec()));
}

impl Walk {
    fn finding(&self, seq: i64, message: &str) -> AuditFinding {
        AuditFinding {
            chain: self.chain.clone(),
            seq,
            message: message.to_owned(),
        }
    }
}
