//! `audit verify`: every chain recomputed from its rows, every digest compared with the history it speaks of, every record with what its
//! history says it should hold. It may run while others work: what is newer than the moment a chain was read is read on.

mod matter;

use std::collections::{BTreeMap, HashMap};

use yiwang_store::{Cmp, Filter, Row, Scope, Select, Sort, Value};
use yiwang_types::{Fault, Instant};

use crate::audit::{Link, row_hash};
use crate::engine::Records;
use crate::faults::fault_of;
use crate::tables;

/// Chains that are compared with their matters in one go.
const TOGETHER: usize = 200;
/// Rows of one page.
const PAGE: u32 = 1000;

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
    /// Chains whose register is not in force now: their rows are recomputed, but not compared with their records.
    pub without_register: u64,
    /// Everything that does not fit.
    pub findings: Vec<AuditFinding>,
}

/// What a row of a chain says of an act.
struct Said {
    at: i64,
    subject: String,
    on_behalf: Option<String>,
    act: String,
    salt: Vec<u8>,
    digest: Vec<u8>,
}

/// A chain as far as it was recomputed.
#[derive(Default)]
struct Walk {
    chain: String,
    link: Link,
    said: BTreeMap<i64, Said>,
}

impl Records {
    /// Recomputes all chains.
    ///
    /// # Errors
    /// What the store says; what does not fit is in the report.
    pub async fn verify_audit(&self) -> Result<AuditReport, Fault> {
        let mut report = AuditReport::default();
        let mut walk = Walk::default();
        let mut whole: Vec<Walk> = Vec::new();
        let mut select = rows_of(Filter::True);
        loop {
            let rows = self.store().select(&select).await.map_err(fault_of)?;
            for row in &rows {
                let chain = row.first().and_then(Value::as_text).unwrap_or_default();
                if chain != walk.chain {
                    let next = Walk {
                        chain: chain.to_owned(),
                        ..Walk::default()
                    };
                    whole.push(std::mem::replace(&mut walk, next));
                    if whole.len() >= TOGETHER {
                        self.finish(std::mem::take(&mut whole), &mut report).await?;
                    }
                }
                walk.check(row, &mut report);
            }
            if !next_page(&mut select, &rows) {
                break;
            }
        }
        whole.push(walk);
        self.finish(whole, &mut report).await?;
        self.matters_without_chain(&mut report).await?;
        Ok(report)
    }

    /// The end of a chain must be what the matter (or the chain's own row) remembers.
    async fn finish(&self, whole: Vec<Walk>, report: &mut AuditReport) -> Result<(), Fault> {
        let model = self.model();
        let mut by_register: BTreeMap<String, Vec<Walk>> = BTreeMap::new();
        let mut subjects = Vec::new();
        for walk in whole.into_iter().filter(|it| !it.chain.is_empty()) {
            report.chains += 1;
            match walk.chain.split_once('/') {
                Some((name, _)) if model.registers.contains_key(name) => {
                    by_register.entry(name.to_owned()).or_default().push(walk)
                }
                // Chains of subjects are named `kind:id/month`; no register has a colon in its name.
                Some((name, _)) if !name.contains(':') => report.without_register += 1,
                _ => subjects.push(walk),
            }
        }
        self.finish_subjects(subjects, report).await?;
        for (name, walks) in by_register {
            let register = self.register(&name)?;
            self.finish_matters(&register, walks, report).await?;
        }
        Ok(())
    }

    async fn finish_subjects(&self, walks: Vec<Walk>, report: &mut AuditReport) -> Result<(), Fault> {
        let names = Filter::within("chain", walks.iter().map(|it| it.chain.as_str()));
        let select = Select {
            limit: u32::try_from(walks.len()).unwrap_or(PAGE),
            ..Select::new(tables::CHAIN, &["chain", "seq", "head"], Scope::All).filter(names)
        };
        let mut remembered: HashMap<String, Link> = HashMap::new();
        if !walks.is_empty() {
            for row in self.store().select(&select).await.map_err(fault_of)? {
                if let [Value::Text(chain), Value::Int(seq), Value::Bytes(head)] = row.as_slice() {
                    let link = Link {
                        seq: *seq,
                        head: head.clone(),
                    };
                    remembered.insert(chain.to_string(), link);
                }
            }
        }
        for mut walk in walks {
            match remembered.get(&walk.chain) {
                None => report.findings.push(walk.finding(0, "链所属的事项不存在")),
                Some(link) => self.end(&mut walk, link, report).await?,
            }
        }
        Ok(())
    }

    /// Reads on to what is remembered now and compares.
    async fn end(&self, walk: &mut Walk, remembered: &Link, report: &mut AuditReport) -> Result<(), Fault> {
        while walk.link.seq < remembered.seq {
            let newer = Filter::cmp("seq", Cmp::Gt, walk.link.seq).and(Filter::cmp("seq", Cmp::Le, remembered.seq));
            let select = rows_of(Filter::eq("chain", walk.chain.as_str()).and(newer));
            let rows = self.store().select(&select).await.map_err(fault_of)?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                walk.check(row, report);
            }
        }
        if walk.link.seq != remembered.seq {
            report
                .findings
                .push(walk.finding(0, "链的长度与事项记载不符,末尾有缺失或多余"));
        } else if walk.link.head != remembered.head {
            report.findings.push(walk.finding(walk.link.seq, "链尾哈希与事项记载不符"));
        }
        Ok(())
    }

    /// A record whose whole chain was removed shows up here.
    async fn matters_without_chain(&self, report: &mut AuditReport) -> Result<(), Fault> {
        for register in self.model().registers.values() {
            let mut select = Select {
                sort: vec![Sort::up("rid")],
                limit: PAGE,
                ..Select::new(register.name.as_str(), &["rid", "id"], Scope::All)
            };
            loop {
                let rows = self.store().select(&select).await.map_err(fault_of)?;
                let chain = |row: &Row| Some(format!("{}/{}", register.name, row.get(1)?.as_text()?));
                self.missing_chains(&rows.iter().filter_map(chain).collect::<Vec<_>>(), report)
                    .await?;
                match rows.last() {
                    Some(last) if rows.len() >= 1000 => select.after = Some(last.iter().take(1).cloned().collect()),
                    _ => break,
                }
            }
        }
        Ok(())
    }

    async fn missing_chains(&self, names: &[String], report: &mut AuditReport) -> Result<(), Fault> {
        if names.is_empty() {
            return Ok(());
        }
        let first = Filter::eq("seq", 1).and(Filter::within("chain", names.iter().map(String::as_str)));
        let select = Select {
            limit: PAGE,
            ..Select::new(tables::AUDIT, &["chain"], Scope::All).filter(first)
        };
        let found = self.store().select(&select).await.map_err(fault_of)?;
        let found: std::collections::HashSet<&str> = found.iter().filter_map(|row| row.first()?.as_text()).collect();
        let missing = names.iter().filter(|it| !found.contains(it.as_str()));
        report.findings.extend(missing.map(|name| AuditFinding {
            chain: name.clone(),
            seq: 0,
            message: "事项没有审计链".to_owned(),
        }));
        Ok(())
    }
}

fn rows_of(filter: Filter) -> Select {
    let columns = [
        "chain",
        "seq",
        "rid",
        "at",
        "subject",
        "on_behalf",
        "act",
        "object",
        "salt",
        "digest",
        "hash",
    ];
    Select {
        sort: ["chain", "seq", "rid"].map(Sort::up).to_vec(),
        limit: PAGE,
        ..Select::new(tables::AUDIT, &columns, Scope::All).filter(filter)
    }
}

/// Puts a select, whose first three columns are its order, behind a full page.
fn next_page(select: &mut Select, rows: &[Row]) -> bool {
    match rows.last() {
        Some(last) if rows.len() >= usize::try_from(select.limit).unwrap_or(usize::MAX) => {
            select.after = Some(last.iter().take(3).cloned().collect());
            true
        }
        _ => false,
    }
}

impl Walk {
    fn check(&mut self, row: &Row, report: &mut AuditReport) {
        report.rows += 1;
        let int = |at: usize| row.get(at).and_then(Value::as_int).unwrap_or_default();
        let text = |at: usize| row.get(at).and_then(Value::as_text);
        let bytes = |at: usize| row.get(at).and_then(Value::as_bytes).unwrap_or_default();
        let seq = int(1);
        if seq != self.link.seq + 1 {
            report.findings.push(self.finding(seq, "链中有缺失的行"));
        }
        let said = Said {
            at: int(3),
            subject: text(4).unwrap_or_default().to_owned(),
            on_behalf: text(5).map(str::to_owned),
            act: text(6).unwrap_or_default().to_owned(),
            salt: bytes(8).to_vec(),
            digest: bytes(9).to_vec(),
        };
        let expected = row_hash(
            &self.link.head,
            seq,
            Instant::from_millis(said.at),
            &said.subject,
            said.on_behalf.as_deref(),
            &said.act,
            text(7).unwrap_or_default(),
            &said.digest,
        );
        if expected.as_bytes() != bytes(10) {
            report.findings.push(self.finding(seq, "行被改动:哈希不符"));
        }
        self.link = Link {
            seq,
            head: bytes(10).to_vec(),
        };
        // Chains of subjects have no history; a job's may have very many rows.
        if !self.chain.contains(':') {
            self.said.insert(seq, said);
        }
    }

    fn finding(&self, seq: i64, message: impl Into<String>) -> AuditFinding {
        AuditFinding {
            chain: self.chain.clone(),
            seq,
            message: message.into(),
        }
    }
}
