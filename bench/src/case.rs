//! Invented cases of the demonstration county and the six calls of each: report, file, dispatch, reply, check, close.

use serde_json::{Map, Value as Json, json};

use crate::draw::Draw;

/// Users of the demo who play.
pub const PLAYERS: [&str; 7] = [
    "intake1",
    "collector1",
    "collector2",
    "dispatcher1",
    "handler1",
    "handler2",
    "chief1",
];

/// The register of the cases.
pub const REGISTER: &str = "urban_case";

/// North-west corner of the town and size of a cell, in units of 1e-7 degree, as `overlays/lanxi/demo.yaml` has them.
const CORNER: (i64, i64) = (1_275_000_000, 430_500_000);
const CELL: (i64, i64) = (12_290, 9_000);
/// Characters of a description.
const LENGTH: usize = 300;

const SENTENCES: [&str; 16] = [
    "早上送孩子上学路过这里,路面塌了一块,边上没有围挡。",
    "前几天下雨以后坑更大了,晚上路灯照不到,骑车的人容易摔倒。",
    "旁边堆着几袋垃圾,味道很大,来往的人都绕着走。",
    "已经有一个多星期了,附近商户说打过电话,还没有人来看。",
    "车开过去会溅起泥水,公交站台上等车的人躲不开。",
    "希望有关单位尽快派人处理,先把危险的地方围起来。",
    "这条路是学生放学必经的路,下午四点到五点人最多。",
    "井盖周围的沥青也裂开了,踩上去有响声。",
    "路口东侧的人行道砖松动,老人拄着拐杖走不稳。",
    "垃圾桶满了没有清运,风一吹到处都是塑料袋。",
    "昨天有一辆三轮车陷在里面,几个人才推出来。",
    "请处理以后告诉我一声,需要的话我可以带路。",
    "位置在小区北门往西大约五十米,靠近药店门口。",
    "施工单位撤走以后没有恢复原样,留下一条沟。",
    "旁边的消防通道也被占了一半,万一有事车进不来。",
    "夏天快到了,再不清理蚊虫会更多,住户意见很大。",
];
const TITLES: [&str; 6] = [
    "路面有坑,晚上看不清",
    "门口垃圾没有人清运",
    "人行道塌了一块",
    "路口积着一堆垃圾",
    "公交站旁路面破损",
    "巷子里垃圾堆了几天",
];

/// One case before it is reported.
#[derive(Clone, Debug)]
pub struct Case {
    /// Who reports it.
    pub reporter: &'static str,
    /// Who checks it: the collector of the place.
    pub collector: &'static str,
    /// Who handles it, by the class.
    pub handler: &'static str,
    /// Fields of the report.
    pub fields: Map<String, Json>,
    class: (&'static str, &'static str),
}

/// A completed task of the case.
pub struct Step {
    /// Who does it.
    pub who: &'static str,
    /// With which outcome.
    pub outcome: &'static str,
    /// Form values.
    pub form: Map<String, Json>,
    /// What is said.
    pub comment: Option<&'static str>,
}

impl Case {
    /// Case number so and so of a seed.
    pub fn draw(seed: u64, number: u64) -> Case {
        let mut draw = Draw::of(seed, number);
        let north = draw.below(2) == 0;
        let collector = if north { "collector1" } else { "collector2" };
        let own = draw.below(2) == 0;
        let road = draw.below(2) == 0;
        let column = draw.below(20);
        let row = if north { draw.below(7) } else { 14 + draw.below(6) };
        // Well inside its cell: nobody is asked about a border.
        let mut place = |cell: u64, size: i64| {
            let inside = 25 + i64::try_from(draw.below(50)).unwrap_or(0);
            i64::try_from(cell).unwrap_or(0) * size + size * inside / 100
        };
        let (east, south) = (place(column, CELL.0), place(row, CELL.1));
        let location = json!({ "lon": degrees(CORNER.0 + east), "lat": degrees(CORNER.1 - south) });
        let mut text = String::with_capacity(LENGTH * 3);
        let mut left = LENGTH;
        while left > 0 {
            let sentence = draw.one(&SENTENCES).copied().unwrap_or_default();
            text.extend(sentence.chars().take(left));
            left = left.saturating_sub(sentence.chars().count());
        }
        let mut fields = Map::new();
        fields.insert("title".to_owned(), json!(draw.one(&TITLES)));
        fields.insert("description".to_owned(), json!(text));
        fields.insert("location".to_owned(), location);
        fields.insert("source".to_owned(), json!(if own { "collector" } else { "hotline" }));
        Case {
            reporter: if own { collector } else { "intake1" },
            collector,
            handler: if road { "handler1" } else { "handler2" },
            fields,
            class: if road { ("E0110", "E0110-2") } else { ("E0102", "E0102-1") },
        }
    }

    /// The five tasks after the report; `photo` is an upload of the handler.
    pub fn steps(&self, photo: &str) -> [Step; 5] {
        let step = |who, outcome, form: Json| Step {
            who,
            outcome,
            form: match form {
                Json::Object(it) => it,
                _ => Map::new(),
            },
            comment: None,
        };
        [
            step("intake1", "file", json!({ "class": self.class.0, "condition": self.class.1 })),
            step("dispatcher1", "dispatch", json!({})),
            step(
                self.handler,
                "reply",
                json!({ "reply": "已到现场处理完毕,恢复原状,并告知附近商户。", "reply_photos": [photo] }),
            ),
            step(self.collector, "solved", json!({ "check_result": "现场查看,问题已经解决。" })),
            step("chief1", "close", json!({})),
        ]
    }

    /// The one act that ends a report which is not the centre's business.
    pub fn refusal() -> Step {
        let form = json!({ "not_accepted_to": "物业公司", "answer": "这一处属于小区内部,请联系物业公司处理。" });
        Step {
            who: "intake1",
            outcome: "not_accept",
            form: form.as_object().cloned().unwrap_or_default(),
            comment: Some("小区内部的事,不属于受理范围"),
        }
    }
}

impl Step {
    /// As the API takes it.
    pub fn body(&self) -> String {
        let mut body = json!({ "outcome": self.outcome, "form": self.form });
        if let (Some(comment), Some(body)) = (self.comment, body.as_object_mut()) {
            body.insert("comment".to_owned(), json!(comment));
        }
        body.to_string()
    }
}

/// Units of 1e-7 degree as a JSON number.
fn degrees(units: i64) -> Json {
    let text = format!("{}.{:07}", units / 10_000_000, units % 10_000_000);
    serde_json::from_str(&text).unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_the_same_every_time_and_has_three_hundred_characters() {
        for number in 0..50 {
            let (one, other) = (Case::draw(7, number), Case::draw(7, number));
            assert_eq!(one.fields, other.fields);
            assert_eq!(one.fields["description"].as_str().unwrap().chars().count(), LENGTH);
            assert!(one.fields["location"]["lon"].as_f64().unwrap() > 127.4, "{:?}", one.fields);
        }
    }
}
