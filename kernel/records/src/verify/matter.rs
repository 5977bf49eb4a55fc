//! A chain against its matter: the history must be what was digested, and the record what its history made of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value as Json};
use yiwang_model::Register;
use yiwang_store::{Filter, Row, Scope, Select, Sort, Value};
use yiwang_types::{Fault, Offset};

use super::{AuditReport, Walk, next_page};
use crate::audit::{Link, content_digest};
use crate::engine::Records;
use crate::faults::fault_of;
use crate::loaded::{self, Loaded};
use crate::{history, tables};

/// A matter under comparison.
struct Matter {
    walk: Walk,
    record: Loaded,
    /// The last value of every field that was ever changed.
    latest: Map<String, Json>,
    /// Acts that the history tells.
    told: Vec<i64>,
    /// Acts that it tells beyond the end of the chain as the record knew it.
    beyond: Vec<i64>,
}

impl Records {
    pub(super) async fn finish_matters(
        &self,
        register: &Arc<Register>,
        walks: Vec<Walk>,
        report: &mut AuditReport,
    ) -> Result<(), Fault> {
        let mut records = self.records_of(register, &walks).await?;
        let mut matters: BTreeMap<i64, Matter> = BTreeMap::new();
        for mut walk in walks {
            let id = walk.chain.split_once('/').map_or("", |it| it.1).to_owned();
            match records.remove(&id) {
                None => report.findings.push(walk.finding(0, "链所属的事项不存在")),
                Some((link, None)) => {
                    self.end(&mut walk, &link, report).await?;
                    report.findings.push(walk.finding(0, "记录中有无法读出的值"));
                }
                Some((link, Some(record))) => {
                    self.end(&mut walk, &link, report).await?;
                    let matter = Matter {
                        walk,
                        record,
                        latest: Map::new(),
                        told: Vec::new(),
                        beyond: Vec::new(),
                    };
                    matters.insert(matter.record.rid, matter);
                }
            }
        }
        self.read_history(&mut matters, report).await?;
        self.surplus(register, &matters, report).await?;
        for matter in matters.values() {
            matter.compare(report, self.offset());
        }
        Ok(())
    }

    /// The records by id, deleted ones included; none inside where a value cannot be read.
    async fn records_of(
        &self,
        register: &Arc<Register>,
        walks: &[Walk],
    ) -> Result<HashMap<String, (Link, Option<Loaded>)>, Fault> {
        let ids = walks.iter().filter_map(|it| it.chain.split_once('/')).map(|it| it.1);
        let select = Select {
            columns: loaded::columns(register),
            limit: u32::try_from(walks.len()).unwrap_or(1000),
            ..Select::new(register.name.as_str(), &[], Scope::All).filter(Filter::within("id", ids))
        };
        let mut found = HashMap::new();
        for row in self.store().select(&select).await.map_err(fault_of)? {
            // As in `tables::SYSTEM`.
            if let [
                _,
                Value::Text(id),
                _,
                _,
                _,
                _,
                _,
                _,
                _,
                Value::Int(seq),
                Value::Bytes(head),
                ..,
            ] = row.as_slice()
            {
                let link = Link {
                    seq: *seq,
                    head: head.clone(),
                };
                found.insert(id.to_string(), (link, loaded::read(register, &row, self.keys()).ok()));
            }
        }
        Ok(found)
    }

    async fn read_history(&self, matters: &mut BTreeMap<i64, Matter>, report: &mut AuditReport) -> Result<(), Fault> {
        if matters.is_empty() {
            return Ok(());
        }
        let order = ["record_rid", "seq", "rid"];
        let mut select = Select {
            columns: order.iter().chain(&history::PROVED).map(|it| (*it).to_owned()).collect(),
            sort: order.map(Sort::up).to_vec(),
            limit: 1000,
            ..Select::new(tables::HISTORY, &[], Scope::All).filter(Filter::within("record_rid", matters.keys().copied()))
        };
        loop {
            let rows = self.store().select(&select).await.map_err(fault_of)?;
            for row in &rows {
                let rid = row.first().and_then(Value::as_int).unwrap_or_default();
                if let Some(matter) = matters.get_mut(&rid) {
                    matter.take(row, report);
                }
            }
            if !next_page(&mut select, &rows) {
                return Ok(());
            }
        }
    }

    /// History beyond the chain is no finding while the chain has grown since.
    async fn surplus(&self, register: &Register, matters: &BTreeMap<i64, Matter>, report: &mut AuditReport) -> Result<(), Fault> {
        for matter in matters.values().filter(|it| !it.beyond.is_empty()) {
            let key = [("rid", Value::Int(matter.record.rid))];
            let row = self
                .store()
                .get(&register.name, &key, &["audit_seq"])
                .await
                .map_err(fault_of)?;
            let now = row.and_then(|it| it.first().and_then(Value::as_int)).unwrap_or_default();
            for seq in matter.beyond.iter().filter(|it| **it > now) {
                report.findings.push(matter.walk.finding(*seq, "历史记录多出一条"));
            }
        }
        Ok(())
    }
}

impl Matter {
    fn take(&mut self, row: &Row, report: &mut AuditReport) {
        let seq = row.get(1).and_then(Value::as_int).unwrap_or_default();
        if seq > self.record.link.seq {
            self.beyond.push(seq);
            return;
        }
        self.told.push(seq);
        let proved = row.get(3..).unwrap_or_default();
        let Some(said) = self.walk.said.get(&seq) else { return };
        let text = |at: usize| proved.get(at).and_then(Value::as_text);
        let same = proved.first().and_then(Value::as_int) == Some(said.at)
            && text(1) == Some(said.subject.as_str())
            && text(2) == said.on_behalf.as_deref()
            && text(3) == Some(said.act.as_str());
        if !same {
            report
                .findings
                .push(self.walk.finding(seq, "历史记录的时间、人员或动作与审计链不符"));
        }
        let proof = history::proof(proved.get(4..).unwrap_or_default());
        if content_digest(&said.salt, &proof).as_bytes() != said.digest.as_slice() {
            report.findings.push(self.walk.finding(seq, "历史记录的内容与当时的摘要不符"));
        }
        let content = proved.last().and_then(Value::as_text).unwrap_or_default();
        if let Ok(Json::Object(mut content)) = serde_json::from_str(content)
            && let Some(Json::Object(changes)) = content.remove("changes")
        {
            self.latest.extend(changes);
        }
    }

    fn compare(&self, report: &mut AuditReport, offset: Offset) {
        for seq in (1..=self.record.link.seq).filter(|it| !self.told.contains(it)) {
            report.findings.push(self.walk.finding(seq, "历史记录缺失"));
        }
        for field in &self.record.register.fields {
            let told = self.latest.get(&field.name).unwrap_or(&Json::Null);
            let value = self.record.value(&field.name).to_json(offset);
            // Of a sensitive value the history tells only that there is one.
            let same = if field.sensitive.is_some() {
                told.is_null() == value.is_null()
            } else {
                *told == value
            };
            if !same {
                let message = format!("“{}”的现值与历史记录不符", field.title);
                report.findings.push(self.walk.finding(self.record.link.seq, message));
            }
        }
        if self.latest.get("status").and_then(Json::as_str).unwrap_or_default() != self.record.status {
            report
                .findings
                .push(self.walk.finding(self.record.link.seq, "状态的现值与历史记录不符"));
        }
    }
}
